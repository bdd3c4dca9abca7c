package faults

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"snug/test/script/built"
)

// wallClock kills whoever lets the clock of the day decide when something ends: each call that
// takes a clock and waits until a time. (TIMER_ABSTIME is 1, FUTEX_CLOCK_REALTIME is 256. clock_gettime may ask for the time.)
const wallClock = `default allow
kill timerfd_create if int0 == 0
kill timer_create if int0 == 0
kill clock_nanosleep if int0 == 0 and int1 & 1 == 1
kill futex if int1 & 256 == 256 and arg3 != 0
kill setitimer if int0 == 0
kill alarm
`

// TestClockOfTheDay: no time limit is measured by the clock of the day, so no jump of it can
// lengthen or shorten one. A filter around snug and around all it starts would kill for it.
func TestClockOfTheDay(t *testing.T) {
	built.NeedUser(t)
	dir := t.TempDir()
	profile := filepath.Join(dir, "profile")
	must(t, os.WriteFile(profile, []byte(wallClock), 0o644))
	outer := []string{"--no-project", "--ro", built.Dir, "--ro", dir, "--allow-userns", "--seccomp", profile, "--", "snug", "run", "--no-project"}
	for name, args := range map[string][]string{
		"a limit":                  {"--timeout", "0.3s", "--", "sleep", "100"},
		"a limit and a grace":      {"--timeout", "0.2s", "--stop-timeout", "0.2s", "--", "sh", "-c", "trap '' TERM; while :; do read x </dev/zero; done"},
		"a limit and ids":          {"-r", "--timeout", "0.3s", "--", "sleep", "100"},
		"a limit and no namespace": {"--share-pid", "--timeout", "0.3s", "--", "sleep", "100"},
	} {
		begin := time.Now()
		out, err := runIn(dir, append(outer[:len(outer):len(outer)], args...)...)
		exit, ok := err.(*exec.ExitError)
		if !ok || exit.ExitCode() != 124 || time.Since(begin) < 300*time.Millisecond {
			t.Errorf("%s: %v after %v: %s", name, err, time.Since(begin), out)
		}
	}
	// The filter does kill.
	if out, err := runIn(dir, append(outer[:9:9], "timeout", "1", "sleep", "100")...); err == nil {
		t.Errorf("timeout(1), which takes CLOCK_REALTIME: %s", out)
	}
}

// TestOtherClocks: where the monotonic clock begins elsewhere (a machine that woke up, a
// container with a time namespace), a time limit is as long.
func TestOtherClocks(t *testing.T) {
	built.NeedUser(t)
	for _, offset := range []string{"1", "100000000"} {
		begin := time.Now()
		cmd := exec.Command("unshare", "-Ur", "-T", "--monotonic", offset, "--boottime", offset,
			"unshare", "-U", "--map-user="+itoa(os.Getuid()), "--map-group="+itoa(os.Getgid()),
			"snug", "run", "--timeout", "0.3s", "--", "sleep", "100")
		cmd.Dir = t.TempDir()
		out, _ := cmd.CombinedOutput()
		if took := time.Since(begin); cmd.ProcessState.ExitCode() != 124 || took < 300*time.Millisecond || took > 30*time.Second {
			t.Errorf("%s seconds on: status %d after %v: %s", offset, cmd.ProcessState.ExitCode(), took, out)
		}
	}
}
