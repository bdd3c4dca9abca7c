package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"snug/cgroupv2"
	"snug/idmap"
)

func TestBounded(t *testing.T) {
	if got, ok := bounded(time.Minute, func(context.Context) int { return 7 }); got != 7 || !ok {
		t.Errorf("got %d, %v", got, ok)
	}
	// One that obeys its context has time to say so.
	if got, ok := bounded(2*time.Second, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }); !late(got) || !ok {
		t.Errorf("got %v, %v", got, ok)
	}
	began := time.Now()
	block := make(chan int)
	defer close(block)
	if got, ok := bounded(50*time.Millisecond, func(context.Context) int { return <-block }); got != 0 || ok {
		t.Errorf("got %d, %v", got, ok)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}

// Not to have heard in time is not to have heard a no.
func TestLate(t *testing.T) {
	for err, want := range map[error]bool{
		&lateError{"x", time.Second}:                  true,
		&cgroupv2.Error{Err: cgroupv2.ErrDeadline}:    true,
		&idmap.HelperError{Reason: idmap.Cancelled}:   true,
		fmt.Errorf("x: %w", context.DeadlineExceeded): true,
		&cgroupv2.Error{Err: cgroupv2.ErrNoCgroup}:    false,
		&idmap.HelperError{Reason: idmap.NoNewPrivs}:  false,
		unix.EPERM: false,
	} {
		if late(err) != want {
			t.Errorf("%v: got %v", err, !want)
		}
		c := check{Lost: "x"}.failed(err)
		if got := c.State == unknown; got != want {
			t.Errorf("%v: the check says %s", err, c.State.mark())
		}
	}
}
