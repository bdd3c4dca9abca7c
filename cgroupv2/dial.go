package cgroupv2

import (
	"context"
	"errors"
	"os"
	"path"
	"time"
)

// dialAny connects to the first manager that answers.
func dialAny(ctx context.Context, list []address) (*manager, error) {
	since := time.Now()
	for {
		m, tried, err := dialEach(ctx, list)
		if m != nil || err != nil {
			return m, err
		}
		if !restarting(since) || ctx.Err() != nil {
			return nil, noManager(tried)
		}
		pause(ctx)
		if outOfTime(ctx) { // nobody was silent: nobody was there
			return nil, noManager(tried)
		}
	}
}

// dialEach tries each address once. An error is not of one, but of the time.
func dialEach(ctx context.Context, list []address) (m *manager, tried []string, err error) {
	for _, a := range list {
		m, err := dial(ctx, a)
		if err == nil {
			return m, nil, nil
		}
		if ctx.Err() != nil || outOfTime(ctx) {
			return nil, nil, silent("what listens on "+a.socket, ctx)
		}
		tried = append(tried, a.socket+": "+plainError(err))
	}
	return nil, tried, nil
}

// outOfTime says whether the deadline of ctx has passed. The clock is asked: ctx and the
// socket each have a timer for that moment, and whichever comes first is an error, on the
// socket's side one of D-Bus that doesn't say so.
func outOfTime(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && !errors.Is(ctx.Err(), context.Canceled) && !time.Now().Before(deadline)
}

// pause is the time between two attempts.
func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(50 * time.Millisecond):
	}
}

// restartTime is how long a systemd that is started anew may be without a socket or a
// name: systemctl daemon-reexec takes 0.2 s on a slow machine.
const restartTime = 2 * time.Second

// restarting says whether a manager that isn't there may be about to come back: it was
// here, and that is not long ago that we asked first.
func restarting(since time.Time) bool {
	if time.Since(since) > restartTime {
		return false
	}
	for _, a := range environment() {
		if _, err := os.Stat(path.Dir(a.socket)); !a.bus && err == nil {
			return true
		}
	}
	return false
}
