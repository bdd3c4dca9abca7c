package userns

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// State is how a command ended.
type State struct {
	Code   int         // exit status, if Signal is 0
	Signal unix.Signal // what killed it
	Reason Reason
	// What the command and all it waited for used.
	User, System time.Duration
	MaxRSS       int64 // bytes, of the largest process
}

// Reason is why a command ended.
type Reason uint32

// The reasons.
const (
	Ended    Reason = iota // by itself, or by a signal that somebody sent
	TimedOut               // its time was up
	Stopped                // Stop was called, or the context was done
	Killed                 // Kill was called
)

var reasons = [...]string{"ended", "time limit", "stopped", "killed"}

func (r Reason) String() string { return reasons[r] }

func stateOf(status unix.WaitStatus, why Reason, usage *unix.Rusage) State {
	s := State{
		Reason: why,
		User:   time.Duration(usage.Utime.Nano()),
		System: time.Duration(usage.Stime.Nano()),
		MaxRSS: int64(usage.Maxrss) * 1024,
	}
	if status.Signaled() {
		s.Signal = status.Signal()
	} else {
		s.Code = status.ExitStatus()
	}
	return s
}

// Success is an exit status of 0.
func (s State) Success() bool { return s.Signal == 0 && s.Code == 0 && s.Reason != TimedOut }

// ExitCode is the status as a shell has it: the command's own, 128+n after
// signal n, and 124 after a time limit, as timeout(1).
func (s State) ExitCode() int {
	switch {
	case s.Reason == TimedOut:
		return 124
	case s.Signal != 0:
		return 128 + int(s.Signal)
	}
	return s.Code
}

func (s State) String() string {
	switch {
	case s.Reason == TimedOut:
		return "time limit"
	case s.Signal != 0:
		if name := unix.SignalName(s.Signal); name != "" {
			return fmt.Sprintf("signal %d (%s)", int(s.Signal), name)
		}
		return fmt.Sprintf("signal %d", int(s.Signal))
	}
	return fmt.Sprintf("exit status %d", s.Code)
}

// ExitError is a command that ran and didn't succeed, or was told to end by its context.
// It unwraps to what the context says (context.Cause), context.DeadlineExceeded for a
// time limit, or nothing.
type ExitError struct {
	State
	// Stderr is what the command wrote to standard error, if [Output] collected it: the
	// first and the last 32 KiB, if there is more.
	Stderr []byte

	err error
}

func (e *ExitError) Error() string {
	if e.err == nil || e.Reason == TimedOut {
		return e.State.String()
	}
	return e.State.String() + ": " + e.err.Error()
}

func (e *ExitError) Unwrap() error { return e.err }
