package idmap

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// SyntaxError says where a text is not what its format wants.
type SyntaxError struct {
	Name    string // where the text is from: a file, or what a flag is for
	Line    int    // counted from 1; 0 when the text is a single value
	Text    string // the line or value
	Problem string // what is wrong with it
	Format  string // what it should look like
	Fix     string // for Hint
}

func (e *SyntaxError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("parse %s %q: %s", e.Name, e.Text, e.Problem)
	}
	return fmt.Sprintf("parse %s, line %d: %s", e.Name, e.Line, e.Problem)
}

// Cause shows the text next to the format that it misses.
func (e *SyntaxError) Cause() string {
	return fmt.Sprintf("%q is not a valid %s", e.Text, e.Format)
}

// Hint tells how to write it.
func (e *SyntaxError) Hint() string { return e.Fix }

// Unwrap gives the errno of the kernel for a map that it cannot parse.
func (e *SyntaxError) Unwrap() error { return unix.EINVAL }
