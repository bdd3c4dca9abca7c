package idmap

import (
	"errors"
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

// HelperError says why newuidmap or newgidmap did not, or would not, write a
// map. Reason is for programs, the texts are for people.
type HelperError struct {
	Reason Reason
	Kind   Kind
	PID    int    // the target; 0 from CheckHelper
	Path   string // of the helper, empty if there is none
	Stderr string // what the helper said
	Err    error  // an errno where there is one

	facts facts
}

// diagnose turns facts into the error. It is pure.
func diagnose(f *facts) *HelperError { return f.report(f.reason()) }

func (f *facts) report(reason Reason) *HelperError {
	return &HelperError{
		Reason: reason, Kind: f.kind, PID: f.pid, Path: f.path, Stderr: f.said,
		Err: f.errno(reason), facts: *f,
	}
}

// errno is the one that the kernel gave, to the helper or for it.
func (f *facts) errno(reason Reason) error {
	switch reason {
	case Cancelled:
		return f.cancelled
	case HelperMissing, GrantFileMissing:
		return unix.ENOENT
	case TargetGone:
		return unix.ESRCH
	case TargetUndumpable:
		return unix.EACCES
	case NoAccount, Unexplained:
		return f.spelled()
	}
	return unix.EPERM
}

// spelled takes the errno from how the helper was started, or from the words
// with which it passed one on; glibc's, in the C locale.
func (f *facts) spelled() error {
	if errno, ok := errors.AsType[syscall.Errno](f.ended); ok {
		return errno
	}
	switch {
	case f.says("Operation not permitted"):
		return unix.EPERM
	case f.says("Permission denied"):
		return unix.EACCES
	case f.says("Invalid argument"):
		return unix.EINVAL
	}
	return nil
}

func (e *HelperError) Error() string {
	what := "write " + e.Kind.mapFile()
	if e.PID > 0 {
		what += fmt.Sprintf(" of process %d", e.PID)
	}
	return what + ": " + e.facts.short(e.Reason)
}

// Cause tells why, in terms of this machine.
func (e *HelperError) Cause() string { return e.facts.cause(e.Reason) }

// Hint tells what to do about it.
func (e *HelperError) Hint() string { return e.facts.hint(e.Reason) }

func (e *HelperError) Unwrap() error { return e.Err }
