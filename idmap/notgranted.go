package idmap

import (
	"fmt"
	"strings"

	"golang.org/x/sys/unix"
)

// NotGrantedError says that a map holds an id that its user may not use.
type NotGrantedError struct {
	ID      uint32 // the first such id, outside
	Extent  Extent // the extent it is in
	Own     uint32
	Granted []Range
}

func (e *NotGrantedError) Error() string {
	return fmt.Sprintf("map %s: outer id %d is not granted", e.Extent, e.ID)
}

// Cause lists what is granted.
func (e *NotGrantedError) Cause() string {
	if e.ID == e.Own {
		return fmt.Sprintf("%d is your own id, which newuidmap accepts only as an extent by itself", e.ID)
	}
	if len(e.Granted) == 0 {
		return fmt.Sprintf("your own id %d is all you may map", e.Own)
	}
	return fmt.Sprintf("you may map your own id %d, and %s", e.Own, list(e.Granted))
}

// Hint names both ways out: other ids, or a grant. NAME is left to fill in,
// since a map does not know whose it is, nor whether it is for users or groups.
func (e *NotGrantedError) Hint() string {
	if e.ID == e.Own {
		return fmt.Sprintf("map it apart: %d:%d:1", e.Extent.Inner+(e.ID-e.Extent.Outer), e.ID)
	}
	if e.ID < firstSubordinate {
		return fmt.Sprintf("choose outer ids that are granted; those below %d are for the accounts of this machine", firstSubordinate)
	}
	missing := Range{e.ID, e.Extent.Count - (e.ID - e.Extent.Outer)}
	return fmt.Sprintf("choose outer ids that are granted, or as root, if %s are nobody's: %s (--add-subgids for groups)",
		missing, usermod(false, missing, "NAME", UIDs))
}

// Unwrap gives the errno of the kernel for a process that tries it by itself.
func (e *NotGrantedError) Unwrap() error { return unix.EPERM }

// list shows the first ranges.
func list(ranges []Range) string {
	const shown = 4
	var texts []string
	for _, r := range ranges[:min(len(ranges), shown)] {
		texts = append(texts, r.String())
	}
	if more := len(ranges) - shown; more > 0 {
		texts = append(texts, fmt.Sprintf("%d ranges more", more))
	}
	return strings.Join(texts, ", ")
}
