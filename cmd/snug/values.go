package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"snug/userns"
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
	bad := &valueError{flag, s, "a time such as 30, 1.5s, 5m or 1h30m"}
	if s == "" {
		return 0, nil
	}
	if n, err := strconv.ParseFloat(strings.TrimSuffix(s, "d"), 64); err == nil {
		unit := time.Second
		if strings.HasSuffix(s, "d") {
			unit = 24 * time.Hour
		}
		if d := n * float64(unit); d >= 1 && d < float64(1<<62) {
			return time.Duration(d), nil
		}
		return 0, bad
	}
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return 0, bad
	}
	return d, nil
}

// signal reads TERM, SIGTERM, sigterm and 15.
func signal(flag, s string) (unix.Signal, error) {
	if s == "" {
		return 0, nil
	}
	if n, err := strconv.Atoi(s); err == nil && n > 0 && n <= 64 {
		return unix.Signal(n), nil
	}
	name := strings.ToUpper(s)
	if !strings.HasPrefix(name, "SIG") {
		name = "SIG" + name
	}
	if n := unix.SignalNum(name); n != 0 {
		return n, nil
	}
	return 0, &valueError{flag, s, "a signal's name or number, such as TERM or 15"}
}

// pids reads a count, or max.
func pids(s string) (int, error) {
	switch s {
	case "":
		return 0, nil
	case "max", "unlimited", "-1":
		return -1, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 1<<22 {
		return 0, &valueError{"pids-limit", s, "a number from 1 to 4194304, or max"}
	}
	if n < minPIDs {
		return 0, &valueError{"pids-limit", s, fmt.Sprintf("at least %d: one for pid 1, one for the command", minPIDs)}
	}
	return n, nil
}

// minPIDs is what a sandbox can start with.
const minPIDs = 2

// rlimit reads NAME=SOFT[:HARD].
func rlimit(s string) (r userns.Rlimit, err error) {
	bad := &valueError{"rlimit", s, "NAME=SOFT[:HARD], NAME one of " + strings.Join(userns.RlimitNames(), " ") + ", sizes as 512M, or max"}
	name, value, ok := strings.Cut(s, "=")
	if !ok {
		return r, bad
	}
	soft, hard, both := strings.Cut(value, ":")
	if !both {
		hard = soft
	}
	r.Name = strings.ToLower(strings.TrimPrefix(strings.ToLower(name), "rlimit_"))
	if r.Soft, ok = size(soft); ok {
		r.Hard, ok = size(hard)
	}
	if !ok {
		return r, bad
	}
	return r, nil
}

// size reads a number with a binary suffix: 512, 64k, 1.5G, 2GiB, max.
func size(s string) (uint64, bool) {
	if s == "max" || s == "unlimited" || s == "infinity" {
		return userns.Unlimited, true
	}
	number := strings.TrimRight(strings.ToLower(s), "ib")
	shift := 0
	if n := len(number); n > 0 {
		shift = 10 * (1 + strings.IndexByte("kmgt", number[n-1]))
	}
	if shift > 0 {
		number = number[:len(number)-1]
	}
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || !(v >= 0) || v*float64(uint64(1)<<shift) >= 1<<63 {
		return 0, false
	}
	return uint64(v * float64(uint64(1)<<shift)), true
}
