package userns

import (
	"strings"

	"golang.org/x/sys/unix"
)

// Error is why a sandbox could not be had. It unwraps to the kernel's errno.
type Error struct {
	Do, On string // what was being done: "mount proc on", "/proc"
	Err    error
	Why    string // the cause, if it could be established
	Fix    string // what to do about it
	Code   Code
}

// Code sorts errors by what a caller can do about them.
type Code int

// The codes.
const (
	SandboxFailed     Code = iota // there is no sandbox
	CommandNotFound               // there is one, but not the command in it
	CommandNotRunable             // the command can't be executed
)

// Error is one line, lower case, the step and what the kernel said.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Do)
	if e.On != "" {
		b.WriteString(" " + printable(e.On))
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the errno.
func (e *Error) Unwrap() error { return e.Err }

// Cause says why, or "".
func (e *Error) Cause() string { return e.Why }

// Hint says what to do, or "".
func (e *Error) Hint() string { return e.Fix }

// printable keeps control characters in names from reaching a terminal.
func printable(s string) string {
	const longest = 300
	if len(s) > longest {
		s = s[:longest] + "..."
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '?'
		}
		return r
	}, s)
}

// is says whether e's errno is one of those.
func (e *Error) is(errnos ...unix.Errno) bool {
	for _, errno := range errnos {
		if e.Err == errno {
			return true
		}
	}
	return false
}
