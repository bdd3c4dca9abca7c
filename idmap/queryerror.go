package idmap

import "fmt"

// QueryError says that getsubids ran without a usable answer.
type QueryError struct {
	Kind   Kind
	Name   string // the user asked for
	Module string // the plug-in that nsswitch.conf names
	Err    error
}

func (e *QueryError) Error() string {
	return fmt.Sprintf("look up the subordinate %ss of %s: %v", e.Kind, e.Name, e.Err)
}

// Cause tells why a program is asked at all.
func (e *QueryError) Cause() string {
	return fmt.Sprintf("/etc/nsswitch.conf has subordinate ids come from %q, and getsubids, which asks it, gave no answer", e.Module)
}

// Hint gives the command that shows the same trouble.
func (e *QueryError) Hint() string {
	if e.Kind == GIDs {
		return "see what it says: getsubids -g " + e.Name
	}
	return "see what it says: getsubids " + e.Name
}

func (e *QueryError) Unwrap() error { return e.Err }
