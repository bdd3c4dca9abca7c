package script

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"snug/test/await"
	"snug/test/script/built"
)

// twoSandboxes are detached, one busy and one idle, in a directory of records of their own,
// which is the caller's from then on.
func twoSandboxes(t *testing.T) {
	t.Helper()
	run := t.TempDir()
	must(t, os.Chmod(run, 0o700))
	t.Setenv("XDG_RUNTIME_DIR", run)
	for _, args := range [][]string{{"idle", "sleep", "1000"}, {"busy", "sh", "-c", "while :; do :; done"}} {
		cmd := exec.Command("snug", append([]string{"run", "--no-project", "-d", "--rm", "--name", args[0], "--"}, args[1:]...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	t.Cleanup(func() { exec.Command("snug", "kill", "--all").Run() })
}

var measuredBusy = regexp.MustCompile(`\nbusy +#+\.* +[1-9]\d*% [#.]+ `)

// TestTop watches two sandboxes in a terminal that shows what it is told.
func TestTop(t *testing.T) {
	built.NeedUser(t)
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("no tmux")
	}
	twoSandboxes(t)
	dir := t.TempDir()
	tmux := func(args ...string) string {
		cmd := exec.Command("tmux", append([]string{"-f", "/dev/null", "-S", dir + "/socket"}, args...)...)
		cmd.Env = append(os.Environ(), "TERM=screen")
		out, _ := cmd.CombinedOutput()
		return string(out)
	}
	t.Cleanup(func() { tmux("kill-server") })
	screen := func() string { return tmux("capture-pane", "-p") }
	shows := func(what string, want func(string) bool) {
		t.Helper()
		await.True(t, what+" on the screen, which is\n"+screen(), func() bool { return want(screen()) })
	}
	order := func(first, second string) func(string) bool {
		return func(s string) bool {
			return strings.Contains(s, "\n"+first+" ") && strings.Index(s, "\n"+first+" ") < strings.Index(s, "\n"+second+" ")
		}
	}
	tmux("new-session", "-d", "-x", "80", "-y", "24", "echo before; stty -a >"+dir+"/before; snug top --interval 0.2; echo ended $?; stty -a >"+dir+"/after; sleep 1000")
	shows("both, the busy one first", func(s string) bool {
		return order("busy", "idle")(s) && strings.Contains(s, "2 running, by cpu;") && measuredBusy.MatchString(s) && strings.Contains(s, "sleep 1000")
	})
	t.Log("\n" + screen())
	for line := range strings.SplitSeq(screen(), "\n") {
		if len(line) > 80 {
			t.Errorf("it is too long: %q", line)
		}
	}
	tmux("send-keys", "n", "r")
	shows("the last name first", order("idle", "busy"))
	tmux("send-keys", "r")
	shows("the first name first", order("busy", "idle"))
	tmux("send-keys", "Left") // of the four
	shows("another order", func(s string) bool { return strings.Contains(s, "by pressure") })
	tmux("resize-window", "-x", "40", "-y", "10")
	shows("a small table", func(s string) bool {
		lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
		return len(lines) == 10 && lines[9] == "q quit  c m p n sort  < > by column  r r" && strings.HasSuffix(lines[1], "WAIT") && strings.HasPrefix(lines[3], "idle")
	})
	tmux("send-keys", "q")
	shows("the first screen", func(s string) bool {
		return strings.Contains(s, "before") && strings.Contains(s, "ended 0") && !strings.Contains(s, "WAIT")
	})
	await.True(t, "the modes", func() bool { _, err := os.Stat(dir + "/after"); return err == nil })
	before, _ := os.ReadFile(dir + "/before")
	after, _ := os.ReadFile(dir + "/after")
	// The size is another, and is on the first line.
	if _, a, _ := strings.Cut(string(after), "\n"); !strings.HasSuffix(string(before), a) || a == "" {
		t.Errorf("before\n%s\nafter\n%s", before, after)
	}
}

// TestTopRestores: whatever ends or stops it, the terminal is as it was, with its first screen.
func TestTopRestores(t *testing.T) {
	built.NeedUser(t)
	twoSandboxes(t)
	t.Setenv("TERM", "xterm")
	for _, c := range []struct {
		name   string
		end    func(*exec.Cmd, *os.File)
		status int
	}{
		{"q", func(_ *exec.Cmd, terminal *os.File) { terminal.Write([]byte("q")) }, 0},
		{"control C", func(_ *exec.Cmd, terminal *os.File) { terminal.Write([]byte("\x03")) }, 130},
		{"INT", func(cmd *exec.Cmd, _ *os.File) { cmd.Process.Signal(unix.SIGINT) }, 130},
		{"TERM", func(cmd *exec.Cmd, _ *os.File) { cmd.Process.Signal(unix.SIGTERM) }, 143},
		{"HUP", func(cmd *exec.Cmd, _ *os.File) { cmd.Process.Signal(unix.SIGHUP) }, 129},
		{"QUIT", func(cmd *exec.Cmd, _ *os.File) { cmd.Process.Signal(unix.SIGQUIT) }, 131},
		{"control Z, and q later", func(cmd *exec.Cmd, terminal *os.File) {
			terminal.Write([]byte("\x1a"))
			stopsAndGoesOn(t, cmd, terminal)
			terminal.Write([]byte("q"))
		}, 0},
		{"TSTP, and q later", func(cmd *exec.Cmd, terminal *os.File) {
			cmd.Process.Signal(unix.SIGTSTP)
			stopsAndGoesOn(t, cmd, terminal)
			terminal.Write([]byte("q"))
		}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			terminal, cmd := onTerminal(t, "snug", "top")
			before := *modes(t, cmd)
			printed(t, terminal, "q quit")
			await.True(t, "a raw terminal", func() bool { return modes(t, cmd).Lflag&unix.ICANON == 0 })
			c.end(cmd, terminal)
			printed(t, terminal, "\x1b[?1049l")
			if got := exitCode(cmd); got != c.status {
				t.Errorf("status %d, want %d", got, c.status)
			}
			if after := *modes(t, cmd); after != before {
				t.Errorf("before %+v, after %+v", before, after)
			}
		})
	}
}

// stopsAndGoesOn: the terminal is the shell's while it is stopped.
func stopsAndGoesOn(t *testing.T, cmd *exec.Cmd, terminal *os.File) {
	t.Helper()
	var status unix.WaitStatus
	await.True(t, "a stop", func() bool {
		pid, _ := unix.Wait4(cmd.Process.Pid, &status, unix.WUNTRACED|unix.WNOHANG, nil)
		return pid == cmd.Process.Pid && status.Stopped()
	})
	printed(t, terminal, "\x1b[?1049l")
	if modes(t, cmd).Lflag&unix.ICANON == 0 {
		t.Error("the terminal is raw while it is stopped")
	}
	must(t, cmd.Process.Signal(unix.SIGCONT))
	printed(t, terminal, "\x1b[?1049h")
	time.Sleep(10 * time.Millisecond)
}

var coloured = regexp.MustCompile("\x1b\\[3\\dm")

// TestTopPlain: without a terminal, or with NO_COLOR, there is nothing that colours; and none is
// needed to type at.
func TestTopPlain(t *testing.T) {
	built.NeedUser(t)
	twoSandboxes(t)
	t.Setenv("TERM", "xterm-256color")
	out, err := exec.Command("snug", "top").Output()
	if err != nil || strings.Contains(string(out), "\x1b") || strings.Count(string(out), "\n") != 3 {
		t.Errorf("%v, %q", err, out)
	}
	for _, c := range []struct {
		noColor string
		colours bool
	}{{"", true}, {"1", false}} {
		t.Setenv("NO_COLOR", c.noColor)
		terminal, cmd := onTerminal(t, "snug", "top")
		first := printed(t, terminal, "q quit")
		// The second, which knows how busy they are.
		if shown := first + printed(t, terminal, "q quit"); coloured.MatchString(shown) != c.colours {
			t.Errorf("NO_COLOR=%s: %q", c.noColor, shown)
		}
		terminal.Write([]byte("q"))
		exitCode(cmd)
	}
}
