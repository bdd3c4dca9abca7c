package script

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"snug/test/await"
	"snug/test/script/built"
	pty "snug/test/terminal"
)

// modes are the caller's terminal's.
func modes(t *testing.T, cmd *exec.Cmd) *unix.Termios {
	t.Helper()
	m, err := unix.IoctlGetTermios(int(cmd.Stdin.(*os.File).Fd()), unix.TCGETS)
	must(t, err)
	return m
}

// TestOwnTerminal: another one than the caller's, as large, and larger when that is.
func TestOwnTerminal(t *testing.T) {
	built.NeedUser(t)
	for _, flags := range [][]string{{"-c"}, {"-r"}, {"--map-auto"}, {"--as-pid-1"}, {"--share-pid"}, {"--report"}, {"--seccomp", "none"}} {
		t.Run(strings.Join(flags, " "), func(t *testing.T) {
			terminal, tty := pty.Open(t)
			must(t, unix.IoctlSetWinsize(int(tty.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 33, Col: 101}))
			cmd := exec.Command("snug", append(append([]string{"run", "--no-project"}, flags...), "--", "sh", "-c",
				"trap 'stty size; exit 3' WINCH; tty; stty size; echo >/dev/tty to the terminal; echo ready; while :; do sleep 0.02; done")...)
			cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
			leads(cmd)
			must(t, cmd.Start())
			t.Cleanup(func() { cmd.Process.Kill() })
			out := printed(t, terminal, "ready")
			if !strings.HasPrefix(out, "/dev/pts/0\r\n33 101\r\nto the terminal\r\nready") {
				t.Errorf("%q", out)
			}
			must(t, unix.IoctlSetWinsize(int(terminal.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 44, Col: 55}))
			printed(t, terminal, "44 55")
			if got := exitCode(cmd); got != 3 {
				t.Errorf("status %d, want 3", got)
			}
		})
	}
}

// typist types, and waits for what is printed then.
func typist(t *testing.T, terminal *os.File) func(keys, want string) {
	return func(keys, want string) {
		t.Helper()
		_, err := terminal.Write([]byte(keys))
		must(t, err)
		printed(t, terminal, want)
	}
}

// TestJobControl: a shell inside stops its commands and goes on, as anywhere.
func TestJobControl(t *testing.T) {
	built.NeedUser(t)
	terminal, cmd := onTerminal(t, "snug", "run", "--", "bash", "--norc", "--noprofile", "-i")
	typed := typist(t, terminal)
	typed("PS1='$((6*7))> '\r", "42> ")
	// A shell that is in vfork(2) can't be stopped, and its child can: on any terminal.
	typed("sh -c 'echo $((20+3)); exec sleep 1000'\r", "23")
	typed("\x1a", "42> ")
	typed("jobs\r", "Stopped")
	typed("bg\r", "&")
	typed("kill %1; wait; echo status $?\r", "status ")
	typed("exit 6\r", "exit")
	if got := exitCode(cmd); got != 6 {
		t.Errorf("status %d, want 6", got)
	}
}

// TestTerminalRestored: whatever ends it, the caller's terminal is as it was, and raw in
// between.
func TestTerminalRestored(t *testing.T) {
	built.NeedUser(t)
	for name, end := range map[string]func(*exec.Cmd, *os.File){
		"by itself":         func(_ *exec.Cmd, terminal *os.File) { terminal.Write([]byte("\r")) },
		"by a key":          func(_ *exec.Cmd, terminal *os.File) { terminal.Write([]byte("\x03")) },
		"by TERM":           func(cmd *exec.Cmd, _ *os.File) { cmd.Process.Signal(unix.SIGTERM) },
		"by HUP":            func(cmd *exec.Cmd, _ *os.File) { cmd.Process.Signal(unix.SIGHUP) },
		"by QUIT":           func(cmd *exec.Cmd, _ *os.File) { cmd.Process.Signal(unix.SIGQUIT) },
		"by INT and by INT": func(cmd *exec.Cmd, _ *os.File) { cmd.Process.Signal(unix.SIGINT); cmd.Process.Signal(unix.SIGINT) },
		"what it can": func(_ *exec.Cmd, terminal *os.File) {
			terminal.Write([]byte("\x1a"))
			time.Sleep(50 * time.Millisecond)
		},
	} {
		t.Run(name, func(t *testing.T) {
			terminal, cmd := onTerminal(t, "snug", "run", "--", "sh", "-c", "stty -echo; echo ready; read x")
			before := *modes(t, cmd)
			printed(t, terminal, "ready")
			await.True(t, "a raw terminal", func() bool { return modes(t, cmd).Lflag&unix.ICANON == 0 })
			end(cmd, terminal)
			if name != "what it can" {
				exitCode(cmd)
			} else {
				await.True(t, "a terminal that isn't raw any more", func() bool { return *modes(t, cmd) == before })
				must(t, cmd.Process.Kill())
				return
			}
			if after := *modes(t, cmd); after != before {
				t.Errorf("before %+v, after %+v", before, after)
			}
		})
	}
}

// TestBackground: what isn't in the foreground neither reads the terminal nor changes it.
func TestBackground(t *testing.T) {
	built.NeedUser(t)
	terminal, cmd := onTerminal(t, "sh", "-c", "set -m; snug run -- sh -c 'sleep 0.3; echo it ran' & read x; echo got $x; wait; echo all ended")
	_, err := terminal.Write([]byte("hello\r"))
	must(t, err)
	out := printed(t, terminal, "all ended")
	if !strings.Contains(out, "got hello") || !strings.Contains(out, "it ran") {
		t.Errorf("%q", out)
	}
	if modes(t, cmd).Lflag&unix.ICANON == 0 {
		t.Error("the terminal is raw")
	}
}

// TestTerminalFlags: with one and without, whatever snug has.
func TestTerminalFlags(t *testing.T) {
	built.NeedUser(t)
	for _, c := range []struct{ line, want string }{
		{"snug run -t -- sh -c 'tty; test -t 2 && echo errors too' </dev/null", "/dev/pts/0\nerrors too\n"},
		{"snug run -- sh -c 'tty; test -t 2 && echo errors too' </dev/null", "not a tty\n"},
		{"echo hello | snug run -t -- sh -c 'cat; echo end'", "hello\nhello\nend\n"}, // typed, and printed
		{"snug run -T -t -- true 2>&1 </dev/null | tail -n 1", "  fix: leave one of them out\n"},
		{"snug run -t --tmpfs /dev -- true 2>&1 </dev/null | grep -c 'fix: leave /dev alone'", "1\n"},
		{"snug run -t -- seq 20000 </dev/null | tail -n 1", "20000\n"}, // all of it
	} {
		cmd := exec.Command("sh", "-c", c.line)
		cmd.Dir, cmd.Stderr = t.TempDir(), os.Stderr
		out, _ := cmd.Output()
		if got := strings.ReplaceAll(string(out), "\r", ""); got != c.want {
			t.Errorf("%s: %q, want %q", c.line, got, c.want)
		}
	}
	// What is redirected stays so.
	terminal, cmd := onTerminal(t, "sh", "-c", "snug run -- sh -c 'echo out; echo err >&2' 2>errors; echo; cat errors")
	if out := printed(t, terminal, "err"); !strings.Contains(out, "out") {
		t.Errorf("%q", out)
	}
	exitCode(cmd)
}

// TestTmux runs a program that paints the screen, in a terminal that shows it.
func TestTmux(t *testing.T) {
	built.NeedUser(t)
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("no tmux")
	}
	dir := t.TempDir()
	var lines strings.Builder
	for i := range 200 {
		fmt.Fprintf(&lines, "line %d\n", i)
	}
	must(t, os.WriteFile(dir+"/text", []byte(lines.String()), 0o600))
	tmux := func(args ...string) string {
		cmd := exec.Command("tmux", append([]string{"-f", "/dev/null", "-S", dir + "/socket"}, args...)...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "TERM=screen")
		out, _ := cmd.CombinedOutput()
		return string(out)
	}
	t.Cleanup(func() { tmux("kill-server") })
	tmux("new-session", "-d", "-x", "40", "-y", "12", "snug run --no-project --ro "+dir+" -- less "+dir+"/text; echo ended; sleep 1000")
	// A key that comes while the program is busy with its new size may get lost in it: so it
	// is typed as often as it takes.
	screen := func(want string, keys ...string) {
		t.Helper()
		await.True(t, want+" on the screen", func() bool {
			for _, k := range keys {
				tmux("send-keys", k)
			}
			return strings.Contains(tmux("capture-pane", "-p"), want)
		})
	}
	screen("line 10\n")
	screen("line 199\n", "G")
	tmux("resize-window", "-x", "40", "-y", "20")
	screen("line 18\n", "g")
	tmux("send-keys", "q")
	screen("ended")
}
