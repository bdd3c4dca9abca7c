package main

import (
	"context"
	"errors"
	"time"

	"snug/cgroupv2"
	"snug/idmap"
)

// What can hang is given up: whoever answers questions, such as a directory service or a
// bus, sooner than a sandbox, since a slow machine is not a broken one.
const (
	probeTime = 2 * time.Second
	runTime   = 5 * time.Second
	// scopeTime is what systemd has, so that its own error comes before ours.
	scopeTime = probeTime * 3 / 4
)

// bounded gives what do returns, or false if it takes longer than limit; then nobody waits
// for it any longer, and it ends with this process.
func bounded[T any](limit time.Duration, do func(context.Context) T) (result T, ok bool) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	done := make(chan T, 1)
	go func() { done <- do(ctx) }()
	select {
	case result = <-done:
		return result, true
	case <-time.After(limit + limit/4): // it may be putting things away
		return result, false
	}
}

// lateError is about something that didn't end in time.
type lateError struct {
	what  string
	limit time.Duration
}

func (e *lateError) Error() string { return e.what + ": no end within " + e.limit.String() }

// Cause says what it may have been.
func (e *lateError) Cause() string {
	return "something it needs doesn't answer: a network file system, a directory service, or a machine with too much to do"
}

// Hint says where to look.
func (e *lateError) Hint() string {
	return "see which hangs: getent passwd $(id -u); df; uptime"
}

// late says whether err means that there was no time to wait for the answer.
func late(err error) bool {
	var e *lateError
	var h *idmap.HelperError
	return errors.As(err, &e) || errors.Is(err, cgroupv2.ErrDeadline) || errors.Is(err, context.DeadlineExceeded) ||
		errors.As(err, &h) && h.Reason == idmap.Cancelled
}
