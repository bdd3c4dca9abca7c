package script

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"snug/test/await"
	"snug/test/script/built"
)

// guest starts a sandbox to enter, and removes it in the end.
func guest(t *testing.T) (name string) {
	t.Helper()
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o700))
	t.Setenv("XDG_RUNTIME_DIR", dir)
	start := exec.Command("snug", "run", "-d", "--no-project", "--name", "web", "--", "sleep", "1000")
	start.Stderr = os.Stderr
	out, err := start.Output()
	if err != nil || string(out) != "web\n" {
		t.Fatalf("%q, %v", out, err)
	}
	t.Cleanup(func() { exec.Command("snug", "rm", "-f", "web").Run() })
	return "web"
}

// TestExecOnTerminal: who enters has a terminal of the sandbox's, as large as the caller's and
// with its own job control; the caller's is raw meanwhile, and as it was afterwards.
func TestExecOnTerminal(t *testing.T) {
	built.NeedUser(t)
	name := guest(t)
	if os.Getenv("SNUG_PORTABLE") == "1" { // which enters nothing
		terminal, cmd := onTerminal(t, "snug", "exec", name, "--", "tty")
		before := *modes(t, cmd)
		printed(t, terminal, "cause: the portable executor")
		if got := exitCode(cmd); got != 125 || *modes(t, cmd) != before {
			t.Errorf("status %d, want 125, and the terminal as it was", got)
		}
		return
	}
	terminal, cmd := onTerminal(t, "snug", "exec", name, "--", "sh", "-c",
		"trap 'stty size; exit 3' WINCH; tty; echo >/dev/tty to the terminal; echo ready; while :; do sleep 0.02; done")
	before := *modes(t, cmd)
	out := printed(t, terminal, "ready")
	if !strings.HasPrefix(out, "/dev/pts/0\r\nto the terminal\r\nready") {
		t.Errorf("%q", out)
	}
	await.True(t, "a raw terminal", func() bool { return modes(t, cmd).Lflag&unix.ICANON == 0 })
	must(t, unix.IoctlSetWinsize(int(terminal.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 44, Col: 55}))
	printed(t, terminal, "44 55")
	if got := exitCode(cmd); got != 3 {
		t.Errorf("status %d, want 3", got)
	}
	if after := *modes(t, cmd); after != before {
		t.Errorf("before %+v, after %+v", before, after)
	}
}

// TestExecInTwoTerminals: each has one of its own, and a shell stops its commands in it.
func TestExecInTwoTerminals(t *testing.T) {
	built.NeedUser(t)
	if os.Getenv("SNUG_PORTABLE") == "1" {
		return // see TestExecOnTerminal
	}
	name := guest(t)
	for _, tty := range []string{"/dev/pts/0", "/dev/pts/1"} {
		terminal, _ := onTerminal(t, "snug", "exec", name, "--", "bash", "--norc", "--noprofile", "-i")
		typed := typist(t, terminal)
		typed("PS1='$((6*7))> '\r", "42> ")
		typed("tty\r", tty)
		typed("sh -c 'echo $((20+3)); exec sleep 1000'\r", "23")
		typed("\x03", "42> ")
		typed("echo status $?\r", "status 130")
	}
}
