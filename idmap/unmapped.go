package idmap

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// UnmappedError says that a map wants an id which its parent does not have.
type UnmappedError struct {
	ID     uint32 // the first such id
	Map    Map
	Parent Map
}

func (e *UnmappedError) Error() string {
	return fmt.Sprintf("compose id map %s: id %d has no mapping in the parent", abridge(e.Map), e.ID)
}

// Cause shows which ids the parent has.
func (e *UnmappedError) Cause() string {
	if len(e.Parent) == 0 {
		return "the parent namespace maps no ids at all"
	}
	return fmt.Sprintf("the parent namespace has the map %s, and only its inner ids exist there", abridge(e.Parent))
}

// Hint tells where to look for ids.
func (e *UnmappedError) Hint() string {
	return "choose outer ids that the parent maps: cat /proc/self/uid_map /proc/self/gid_map"
}

// Unwrap gives the errno of the kernel for such a map.
func (e *UnmappedError) Unwrap() error { return unix.EPERM }

// abridge shows the first extents of a map: it may have 340.
func abridge(m Map) string {
	const shown = 4
	if len(m) <= shown {
		return m.String()
	}
	return fmt.Sprintf("%s and %d more", m[:shown], len(m)-shown)
}
