package profile

import (
	"strconv"

	"golang.org/x/sys/unix"
)

// Error says what is wrong in a profile, and where.
type Error struct {
	Source       string // the file
	Line, Column int    // from 1; 0 is the file as a whole
	Problem      string
	Fix          string
	excerpt      []string
}

func (e *Error) Error() string {
	where := "profile " + e.Source
	if e.Line > 0 {
		where += ", line " + itoa(e.Line) + ", column " + itoa(e.Column)
	}
	return where + ": " + e.Problem
}

// Unwrap says that it is the input's fault.
func (e *Error) Unwrap() error { return unix.EINVAL }

// Cause is what every error of a profile has in common.
func (e *Error) Cause() string {
	return "what a profile says has to be understood whole, or it would confine less than it says"
}

// Hint says what to do.
func (e *Error) Hint() string { return e.Fix }

// Excerpt is the line in question and below it the underline, or nothing.
func (e *Error) Excerpt() []string { return e.excerpt }

// Errors are all that is wrong in one text, in its order.
type Errors []*Error

func (e Errors) Error() string {
	if len(e) == 1 {
		return e[0].Error()
	}
	return e[0].Error() + " (and " + itoa(len(e)-1) + " more)"
}

// Unwrap gives the first, for its cause, hint and excerpt.
func (e Errors) Unwrap() error { return e[0] }

func itoa(n int) string { return strconv.Itoa(n) }
