//go:build bed

package bed

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// sandbox starts one with a cgroup and leaves it running.
func sandbox(t *testing.T, name string, args ...string) {
	t.Helper()
	// The runtime directory of the bed is the user's own: this one's records are not in the way.
	t.Setenv("XDG_RUNTIME_DIR", runtimeDir())
	if status, out, err := snug(t, append([]string{"run", "-d", "--cgroup", "--name", name}, args...)...); status != 0 || strings.TrimSpace(out) != name {
		t.Fatalf("%d, %s%s", status, out, err)
	}
	t.Cleanup(func() {
		_ = exec.Command("snug", "rm", "-f", name).Run()
		nothingLeft(t)
	})
}

func stateOf(t *testing.T, name string) string {
	t.Helper()
	_, out, _ := snug(t, "ps", "-a")
	for line := range strings.Lines(out) {
		if f := strings.Fields(line); f[0] == name {
			return f[3]
		}
	}
	return "gone"
}

// Frozen is a state of its own; who enters then would be frozen, too, and is told.
func TestLifeWithCgroup(t *testing.T) {
	sandbox(t, "frozen", "--", "sleep", "1000")
	if s := stateOf(t, "frozen"); s != "running" {
		t.Errorf("it is %s", s)
	}
	for _, step := range []struct {
		verb   string
		status int
		state  string
	}{{"freeze", 0, "frozen"}, {"freeze", 0, "frozen"}, {"thaw", 0, "running"}, {"freeze", 0, "frozen"}} {
		status, _, err := snug(t, step.verb, "froz")
		if status != step.status || stateOf(t, "frozen") != step.state {
			t.Errorf("%s: %d, %s, it is %s", step.verb, status, err, stateOf(t, "frozen"))
		}
	}
	status, _, err := snug(t, "exec", "frozen", "--", "true")
	if status != 125 || !strings.Contains(err, "it is frozen") || !strings.Contains(err, "snug thaw frozen") {
		t.Errorf("exec: %d, %s", status, err)
	}
	// A stop thaws it first: what is frozen hears nothing.
	if status, _, err := snug(t, "stop", "frozen"); status != 0 || stateOf(t, "frozen") != "ended" {
		t.Errorf("stop: %d, %s, it is %s", status, err, stateOf(t, "frozen"))
	}
	if status, out, _ := snug(t, "wait", "frozen"); status != 0 || out != "143\n" {
		t.Errorf("wait: %d, %s", status, out)
	}
}

func TestKilledWhileFrozen(t *testing.T) {
	sandbox(t, "ice", "--", "sleep", "1000")
	if status, _, err := snug(t, "freeze", "ice"); status != 0 {
		t.Fatal(err)
	}
	if status, _, err := snug(t, "kill", "ice"); status != 0 || stateOf(t, "ice") != "ended" {
		t.Errorf("%d, %s, it is %s", status, err, stateOf(t, "ice"))
	}
}

// Who enters is in the cgroup of the sandbox, and sees no more of the tree than that.
func TestEnteredCgroup(t *testing.T) {
	sandbox(t, "place", "--", "sh", "-c", "sleep 1000; :")
	if os.Getenv("SNUG_PORTABLE") == "1" { // which enters nothing
		if status, _, err := snug(t, "exec", "place", "--", "true"); status != 125 || !strings.Contains(err, "the portable executor") {
			t.Errorf("%d, %s", status, err)
		}
		return
	}
	status, out, err := snug(t, "exec", "place", "--", "sh", "-c", "cat /proc/self/cgroup; exec sleep 0.1")
	if status != 0 || !strings.HasSuffix(out, "0::/\n") || strings.Contains(out, "..") {
		t.Errorf("%d, %s%s", status, out, err)
	}
	_, before, _ := snug(t, "inspect", "place")
	if !strings.Contains(before, `"cgroup": "/sys/fs/cgroup/`) {
		t.Errorf("no cgroup in %s", before)
	}
}

// The kernel's accounts of a cgroup say more than the processes do: how long they waited, where
// it counts that at all. Those for which there is no controller here stay out.
func TestStatsWithCgroup(t *testing.T) {
	sandbox(t, "busy", "--", "sh", "-c", "while :; do :; done")
	status, out, err := snug(t, "stats", "--json", "busy")
	if status != 0 || !strings.Contains(out, `"cpus":`) || strings.Contains(out, "limit") || strings.Contains(out, `"cpus":0,`) {
		t.Errorf("%d, %s%s", status, out, err)
	}
	if _, err := os.ReadFile("/proc/pressure/cpu"); (err == nil) != strings.Contains(out, `"pressure":{"cpu":{"some":`) {
		t.Errorf("the kernel counts pressure: %v; %s", err, out)
	}
	if status, _, err := snug(t, "freeze", "busy"); status != 0 {
		t.Fatal(err)
	}
	if status, out, err := snug(t, "stats", "--json"); status != 0 || !strings.Contains(out, `"cpus":0,`) || !strings.Contains(out, `"state":"frozen"`) {
		t.Errorf("frozen: %d, %s%s", status, out, err)
	}
}
