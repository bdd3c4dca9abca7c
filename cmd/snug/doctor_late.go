package main

import (
	"context"
	"errors"
	"time"

	"snug/cgroupv2"
	"snug/idmap"
)

// probeTime bounds whatever can hang: a directory service, a bus, a file system.
const probeTime = 2 * time.Second

// bounded gives what do returns, or false if it takes too long; then nobody waits for it
// any longer, and it ends with this process.
func bounded[T any](do func(context.Context) T) (result T, ok bool) {
	ctx, cancel := context.WithTimeout(context.Background(), probeTime)
	defer cancel()
	done := make(chan T, 1)
	go func() { done <- do(ctx) }()
	select {
	case result = <-done:
		return result, true
	case <-time.After(probeTime + probeTime/4): // it may be putting things away
		return result, false
	}
}

// lateError is about something that didn't end in time.
type lateError struct{ what string }

func (e *lateError) Error() string { return e.what + ": no end within " + probeTime.String() }

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
