package cgroupv2

import "errors"

// Error is why something could not be had, with what to do about it. It unwraps to its
// cause: an errno, a D-Bus error, or one of the sentinels below.
type Error struct {
	Do, On string // what was being done: "limit", "memory"
	Err    error
	Why    string // the cause in words
	Fix    string // what to do about it
}

// Sentinels for callers that branch.
var (
	// ErrNoCgroup says that no cgroup can be had: no cgroup v2, nothing delegated,
	// no user manager.
	ErrNoCgroup = errors.New("no cgroup can be had")
	// ErrNotEnforced says that the kernel does not hold a limit that was asked for.
	ErrNotEnforced = errors.New("the limit would not be enforced")
	// ErrInvalid says that a limit makes no sense, anywhere.
	ErrInvalid = errors.New("invalid limit")
	// ErrDeadline says that systemd or the kernel took too long.
	ErrDeadline = errors.New("no answer in time")
)

// Error is one line, lower case: the step, its object and what was the matter.
func (e *Error) Error() string {
	s := e.Do
	if e.On != "" {
		s += " " + e.On
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Cause says why.
func (e *Error) Cause() string { return e.Why }

// Hint says what to do.
func (e *Error) Hint() string { return e.Fix }
