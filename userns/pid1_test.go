package userns

import (
	"errors"
	"testing"

	"golang.org/x/sys/unix"
)

// TestPid1Failed: a pid 1 that came to an end by itself is no command that was killed.
func TestPid1Failed(t *testing.T) {
	exited := func(code int) unix.WaitStatus { return unix.WaitStatus(code << 8) }
	for _, row := range []struct {
		reported bool
		own      unix.WaitStatus
		want     string
	}{
		{true, exited(0), ""},
		{false, exited(0), ""}, // told to end, in a shared pid namespace
		{false, unix.WaitStatus(unix.SIGKILL), ""},
		{false, exited(2), "pid 1 of the sandbox failed, and everything in it was ended: exit status 2"},
		{false, exited(7), "pid 1 of the sandbox failed, and everything in it was ended: exit status 7"},
	} {
		var e *Error
		err := endOfPid1(row.reported, row.own)
		if errors.As(err, &e) != (row.want != "") || e != nil && (e.Cause() != row.want || e.Err != unix.ECHILD) {
			t.Errorf("%t, %v: %v", row.reported, row.own, err)
		}
		if e != nil && (e.Hint() != "") != (row.own.ExitStatus() == 2) {
			t.Errorf("%v: fix is %q", row.own, e.Hint())
		}
	}
}
