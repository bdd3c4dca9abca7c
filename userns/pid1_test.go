package userns

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// TestPid1WantsNoMore: a command may take every process that there may be, and its pid 1
// can do with the threads it has.
func TestPid1WantsNoMore(t *testing.T) {
	for _, change := range []func(*Spec){func(*Spec) {}, func(s *Spec) { s.Share = SharePID }} {
		s := started(t, context.Background(), shell(`trap : USR1; echo up; while :; do sleep 0.01; done`, change))
		before := threadsOf(t, s.Pid())
		for range 300 {
			if err := s.Signal(unix.SIGUSR1); err != nil && err != unix.EAGAIN { // which is many that wait
				t.Fatal(err)
			}
		}
		for range 300 {
			unix.Kill(s.Pid(), unix.SIGUSR1)
		}
		if after := threadsOf(t, s.Pid()); after != before {
			t.Errorf("%d threads at the start, %d later", before, after)
		}
		s.Kill()
		s.Wait()
	}
}

func threadsOf(t *testing.T, pid int) int {
	t.Helper()
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := -1
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fmt.Sscanf(lines.Text(), "Threads: %d", &n)
	}
	return n
}

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
