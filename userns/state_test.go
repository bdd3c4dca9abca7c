package userns

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestState(t *testing.T) {
	killed := unix.WaitStatus(unix.SIGKILL)
	for _, c := range []struct {
		name    string
		status  unix.WaitStatus
		why     Reason
		code    int
		success bool
		says    string
	}{
		{"success", 0, Ended, 0, true, "exit status 0"},
		{"failure", 7 << 8, Ended, 7, false, "exit status 7"},
		{"the highest status", 255 << 8, Ended, 255, false, "exit status 255"},
		{"a signal", killed, Ended, 137, false, "signal 9 (SIGKILL)"},
		{"a real-time signal", unix.WaitStatus(34), Ended, 162, false, "signal 34"},
		{"a core dump", unix.WaitStatus(unix.SIGSEGV) | 0x80, Ended, 139, false, "signal 11 (SIGSEGV)"},
		{"time up", unix.WaitStatus(unix.SIGTERM), TimedOut, 124, false, "time limit"},
		{"time up, but it ended well", 0, TimedOut, 124, false, "time limit"},
		{"stopped", unix.WaitStatus(unix.SIGTERM), Stopped, 143, false, "signal 15 (SIGTERM)"},
		{"stopped, and it ended well", 0, Stopped, 0, true, "exit status 0"},
		{"killed", killed, Killed, 137, false, "signal 9 (SIGKILL)"},
	} {
		s := stateOf(c.status, c.why, new(unix.Rusage))
		if s.ExitCode() != c.code || s.Success() != c.success || s.Reason != c.why {
			t.Errorf("%s: got %d, %v, %v, want %d, %v, %v", c.name, s.ExitCode(), s.Success(), s.Reason, c.code, c.success, c.why)
		}
		if got := (&ExitError{State: s}).Error(); got != c.says {
			t.Errorf("%s: says %q, want %q", c.name, got, c.says)
		}
	}
}

func TestUsage(t *testing.T) {
	s := stateOf(0, Ended, &unix.Rusage{Utime: unix.Timeval{Sec: 1, Usec: 2}, Stime: unix.Timeval{Usec: 3}, Maxrss: 5})
	if s.User != time.Second+2*time.Microsecond || s.System != 3*time.Microsecond || s.MaxRSS != 5*1024 {
		t.Errorf("got %+v", s)
	}
}

func TestReasons(t *testing.T) {
	for r, want := range map[Reason]string{Ended: "ended", TimedOut: "time limit", Stopped: "stopped", Killed: "killed"} {
		if got := r.String(); got != want {
			t.Errorf("%d: got %q, want %q", r, got, want)
		}
	}
}
