package main

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"snug/userns"
	"snug/userns/profile"
)

// Words that stand for numbers. Each error says what would have been right.

// valueError is a word that a flag can't take.
type valueError struct{ flag, value, want string }

func (e *valueError) Error() string {
	return fmt.Sprintf("--%s %q: not understood", e.flag, e.value)
}

func (e *valueError) Unwrap() error { return unix.EINVAL }

func (e *valueError) Cause() string { return "the value is not of the kind that the flag takes" }

func (e *valueError) Hint() string { return "give " + e.want }

// duration reads 30, 30s, 5m, 1h30m and 1d.
func duration(flag, s string) (time.Duration, error) {
	if s == "" {
		return 0, nil
	}
	d, ok := profile.Duration(s)
	if !ok {
		return 0, &valueError{flag, s, "a time such as 30, 1.5s, 5m or 1h30m"}
	}
	return d, nil
}

// signal reads TERM, SIGTERM, sigterm and 15.
func signal(flag, s string) (unix.Signal, error) {
	if s == "" {
		return 0, nil
	}
	n, ok := profile.Signal(s)
	if !ok {
		return 0, &valueError{flag, s, "a signal's name or number, such as TERM or 15"}
	}
	return n, nil
}

// pids reads a count, or max.
func pids(s string) (int, error) {
	if s == "" {
		return 0, nil
	}
	n, ok := profile.PIDs(s)
	switch {
	case ok:
		return n, nil
	case n == 1:
		return 0, &valueError{"pids-limit", s, fmt.Sprintf("at least %d: one for pid 1, one for the command", minPIDs)}
	}
	return 0, &valueError{"pids-limit", s, "a number from 1 to 4194304, or max"}
}

// minPIDs is what a sandbox can start with.
const minPIDs = 2

// rlimit reads NAME=SOFT[:HARD].
func rlimit(s string) (userns.Rlimit, error) {
	r, ok := userns.ParseRlimit(s)
	if !ok {
		return r, &valueError{"rlimit", s, "NAME=SOFT[:HARD], NAME one of " + strings.Join(userns.RlimitNames(), " ") + ", sizes as 512M, or max"}
	}
	return r, nil
}
