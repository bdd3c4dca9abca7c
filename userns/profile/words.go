package profile

import (
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Words that stand for numbers, in profiles and flags alike.

// Duration reads 30 (seconds), 30s, 1.5s, 5m, 1h30m and 1d; none is shorter than a
// nanosecond.
func Duration(s string) (time.Duration, bool) {
	if n, err := strconv.ParseFloat(strings.TrimSuffix(s, "d"), 64); err == nil {
		unit := time.Second
		if strings.HasSuffix(s, "d") {
			unit = 24 * time.Hour
		}
		d := n * float64(unit)
		return time.Duration(d), d >= 1 && d < float64(1<<62)
	}
	d, err := time.ParseDuration(s)
	return d, err == nil && d > 0
}

// Signal reads TERM, SIGTERM, sigterm and 15.
func Signal(s string) (unix.Signal, bool) {
	if n, err := strconv.Atoi(s); err == nil && n > 0 && n <= 64 {
		return unix.Signal(n), true
	}
	name := strings.ToUpper(s)
	if !strings.HasPrefix(name, "SIG") {
		name = "SIG" + name
	}
	n := unix.SignalNum(name)
	return n, n != 0
}

// PIDs reads a number of processes, 2 to 4194304, or max (or unlimited, or -1), which is -1.
func PIDs(s string) (int, bool) {
	switch s {
	case "max", "unlimited", "-1":
		return -1, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 2 && n <= 1<<22
}

// Size reads a number with a binary suffix: 512, 64k, 1.5G, 2GiB; or max (or unlimited, or
// infinity), which is RLIM_INFINITY.
func Size(s string) (uint64, bool) {
	if s == "max" || s == "unlimited" || s == "infinity" {
		return ^uint64(0), true
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
