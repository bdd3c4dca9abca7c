package idmap

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// MapError says why extents are not a map that the kernel accepts.
type MapError struct {
	Extents []Extent // those at fault; none when it is the map as a whole
	Problem string
	why     string
	fix     string
}

// The problems of a map as a whole.
const (
	noExtents = "it has no extents"
	tooMany   = "it has more than 340 extents"
	tooLong   = "its text does not fit into a page of memory"
)

func invalid(problem string) error {
	e := &MapError{Problem: problem, why: "the kernel takes a map in one write, at most 340 lines and less than a page"}
	e.fix = "merge neighbouring extents, or map fewer ranges"
	if problem == noExtents {
		e.why, e.fix = "the kernel wants at least one line", "give at least one extent, such as 0:1000:1"
	}
	return e
}

func overlapError(side string, id uint32, a, b Extent) error {
	return &MapError{
		Extents: []Extent{a, b},
		Problem: fmt.Sprintf("%s and %s share %s id %d", a, b, side, id),
		why:     "an id may stand once on each side of a map",
		fix:     fmt.Sprintf("change the %s start or the count of %s or %s", side, a, b),
	}
}

func (e *MapError) Error() string { return "make id map: " + e.Problem }

// Cause names the kernel's rule.
func (e *MapError) Cause() string {
	if e.why == "" {
		return "an extent is one id or more, from 0 to 4294967294 on both sides"
	}
	return e.why
}

// Hint tells what to change.
func (e *MapError) Hint() string {
	if e.fix == "" {
		return "correct the extent: inner:outer:count, for example 0:1000:1"
	}
	return e.fix
}

// Unwrap gives the errno of the kernel for such a map.
func (e *MapError) Unwrap() error { return unix.EINVAL }
