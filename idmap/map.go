package idmap

import (
	"os"
	"slices"
)

// Map is a set of extents in the order in which they are written. What [New],
// [Single], [Auto], [ParseProcfs] and [Map.Compose] return is valid: the kernel
// takes it as it is. Nil is no map at all.
type Map []Extent

// maxExtents is from user_namespaces(7), for Linux 4.15 and later. Before, it
// was 5; a default map has two extents, so the old limit is not probed for.
const maxExtents = 340

// New makes a map of extents. No id may stand twice on one side.
func New(extents ...Extent) (Map, error) {
	m := Map(slices.Clone(extents))
	if err := m.check(); err != nil {
		return nil, err
	}
	return m, nil
}

// Single maps one id to one id, the only map that needs no privilege if outer
// is the caller's own. It is not checked: neither may be 4294967295.
func Single(inner, outer uint32) Map { return Map{{inner, outer, 1}} }

// check tells what the kernel (map_write in kernel/user_namespace.c) would
// answer with a bare EINVAL.
func (m Map) check() error {
	if err := m.checkSize(); err != nil {
		return err
	}
	for i, e := range m {
		if problem := e.problem(); problem != "" {
			return &MapError{Extents: m[i : i+1], Problem: e.String() + ": " + problem}
		}
	}
	return m.checkOverlap()
}

// checkOverlap compares each with each as the kernel does: at 340 extents that
// is 58 000 comparisons, and two extents are the common case.
func (m Map) checkOverlap() error {
	for i, a := range m {
		for _, b := range m[:i] {
			if intersects(a.Inner, a.Count, b.Inner, b.Count) {
				return overlapError("inner", max(a.Inner, b.Inner), b, a)
			}
			if intersects(a.Outer, a.Count, b.Outer, b.Count) {
				return overlapError("outer", max(a.Outer, b.Outer), b, a)
			}
		}
	}
	return nil
}

// checkSize holds the limits on the whole text, which must be shorter than a
// page: 340 lines of long numbers do not fit into one of 4 KiB.
func (m Map) checkSize() error {
	const longestLine = len("4294967295 4294967295 4294967295\n")
	switch {
	case len(m) == 0:
		return invalid(noExtents)
	case len(m) > maxExtents:
		return invalid(tooMany)
	case len(m)*longestLine < os.Getpagesize():
		return nil // without a look at the numbers
	case len(m.appendProcfs(nil)) >= os.Getpagesize():
		return invalid(tooLong)
	}
	return nil
}
