package script

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"snug/test/script/built"
	pty "snug/test/terminal"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestTerminal: a command on the caller's terminal can't type into it, with
// which it would run what it likes after snug has ended (CVE-2017-5226).
func TestTerminal(t *testing.T) {
	built.NeedUser(t)
	for _, flag := range []string{"-c", "-r", "--map-auto", "--as-pid-1", "--share-pid"} {
		t.Run(flag, func(t *testing.T) {
			terminal, cmd := onTerminal(t, "snug", "run", flag, "--", "./inside", "tiocsti")
			out := printed(t, terminal, "done")
			must(t, cmd.Wait())
			if !strings.Contains(out, "/dev/tty") || strings.Contains(out, "accepted") {
				t.Error(out)
			}
			tty := cmd.Stdin.(*os.File)
			if n, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCINQ); err != nil || n != 0 {
				t.Errorf("%d characters wait to be read, %v", n, err)
			}
		})
	}
}

// onTerminal starts a command line as a terminal does: leading a session that has
// the terminal, in the foreground.
func onTerminal(t *testing.T, args ...string) (terminal *os.File, cmd *exec.Cmd) {
	t.Helper()
	terminal, tty := pty.Open(t)
	project := t.TempDir()
	must(t, os.Link(built.Path("inside"), filepath.Join(project, "inside")))
	cmd = exec.Command(args[0], args[1:]...)
	cmd.Dir = project
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	leads(cmd)
	must(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill() })
	return terminal, cmd
}

// leads has a command lead a session whose terminal is its standard input.
func leads(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true} }

// TestHangUp closes the terminal's window: the command hears of it and ends, and
// snug with it.
func TestHangUp(t *testing.T) {
	built.NeedUser(t)
	terminal, cmd := onTerminal(t, "snug", "run", "--", "sh", "-c", "echo ready; sleep 1000")
	printed(t, terminal, "ready")
	must(t, terminal.Close())
	if got := exitCode(cmd); got != 129 {
		t.Errorf("status %d, want 129", got)
	}
}

// exitCode waits for the end, which is -1 if it has to be made after 20 seconds.
func exitCode(cmd *exec.Cmd) int {
	timer := time.AfterFunc(20*time.Second, func() { cmd.Process.Kill() })
	defer timer.Stop()
	cmd.Wait()
	return cmd.ProcessState.ExitCode()
}

// printed reads what appears on the terminal until there is a word.
func printed(t *testing.T, terminal *os.File, word string) string {
	t.Helper()
	var out []byte
	buf := make([]byte, 4096)
	for end := time.Now().Add(20 * time.Second); !strings.Contains(string(out), word); {
		p := []unix.PollFd{{Fd: int32(terminal.Fd()), Events: unix.POLLIN}}
		if n, _ := unix.Poll(p, 100); n <= 0 {
			if time.Now().After(end) {
				t.Fatalf("%q\nand no %q", out, word)
			}
			continue
		}
		n, err := terminal.Read(buf)
		if err != nil {
			t.Fatalf("%s\nthen %v", out, err)
		}
		out = append(out, buf[:n]...)
	}
	return string(out)
}

// TestKeys types at a command, which has a terminal of its own; and at one that has the
// caller's as its streams.
func TestKeys(t *testing.T) {
	built.NeedUser(t)
	t.Run("own", func(t *testing.T) { testKeys(t, "-t", 131) })
	t.Run("caller's", func(t *testing.T) { testKeys(t, "-T", 137) })
}

// testKeys: a command that ignores control C is killed by the second one where snug gets the
// signal, and where it is a key another key ends it.
func testKeys(t *testing.T, flag string, stubborn int) {
	const ready, waits = "ready", "; while :; do sleep 0.02; done"
	tests := []struct {
		name, script, keys string
		status             int
		out                string
	}{
		{"a line", `echo ready; read x; echo "got $x"`, "hello\r", 0, "got hello"},
		{"end of file", `echo ready; cat; echo ended`, "\x04", 0, "ended"},
		{"control C", "echo ready" + waits, "\x03", 130, ""},
		{"control C, caught", "trap 'echo caught; exit 7' INT; echo ready" + waits, "\x03", 7, "caught"},
		{"control backslash", "echo ready" + waits, "\x1c", 131, ""},
		// Two of the same signal may merge into one; nobody types that fast.
		{"control C again and again", "trap '' INT; echo ready" + waits, strings.Repeat("\x03", 50) + "\x1c", stubborn, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			terminal, cmd := onTerminal(t, "snug", "run", flag, "--", "sh", "-c", test.script)
			printed(t, terminal, ready)
			ended := make(chan int)
			go func() { ended <- exitCode(cmd) }()
			for _, key := range test.keys {
				terminal.Write([]byte(string(key))) // EIO: it has ended
				time.Sleep(20 * time.Millisecond)
			}
			printed(t, terminal, test.out)
			if got := <-ended; got != test.status {
				t.Errorf("status %d, want %d", got, test.status)
			}
		})
	}
}

// TestSuspend: control Z stops snug, as the shell expects, and the command with
// it; both go on together.
func TestSuspend(t *testing.T) {
	built.NeedUser(t)
	for _, flag := range []string{"-t", "-T"} {
		t.Run(flag, func(t *testing.T) { testSuspend(t, flag) })
	}
}

func testSuspend(t *testing.T, flag string) {
	// A shell that waits is interrupted at any moment; one that reads has a gap before it does.
	terminal, cmd := onTerminal(t, "snug", "run", flag, "--", "sh", "-c", "trap 'echo went on; exit 7' USR1; sleep 1000 & echo ready; while :; do wait; done")
	printed(t, terminal, "ready")
	_, err := terminal.Write([]byte("\x1a"))
	must(t, err)
	var status unix.WaitStatus
	for {
		pid, err := unix.Wait4(cmd.Process.Pid, &status, unix.WUNTRACED, nil)
		if pid == cmd.Process.Pid {
			break
		}
		if err != unix.EINTR {
			t.Fatal(err)
		}
	}
	if !status.Stopped() {
		t.Fatalf("it is %#x, and not stopped", status)
	}
	if modes(t, cmd).Lflag&unix.ICANON == 0 {
		t.Error("the terminal is raw while snug is stopped")
	}
	must(t, cmd.Process.Signal(unix.SIGCONT))
	must(t, cmd.Process.Signal(unix.SIGUSR1))
	printed(t, terminal, "went on")
	if got := exitCode(cmd); got != 7 {
		t.Errorf("status %d, want 7", got)
	}
}
