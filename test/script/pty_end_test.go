package script

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"snug/test/await"
	"snug/test/script/built"
	pty "snug/test/terminal"
)

// TestSlowReader: what a command printed before its end reaches who takes his time.
func TestSlowReader(t *testing.T) {
	built.NeedUser(t)
	// A pipe's 64 KiB, and a little that waits in the terminal while the command ends.
	out, err := exec.Command("sh", "-c", "snug run -t --no-project -- seq 12500 </dev/null | { sleep 2; tail -n 1; }").Output()
	if string(out) != "12500\r\n" || err != nil {
		t.Errorf("the last line is %q, %v", out, err)
	}
}

// TestNoReader: who never reads is not waited for any more when snug is told to end. Control C
// tells it, though it was a key while the command ran.
func TestNoReader(t *testing.T) {
	built.NeedUser(t)
	for name, tell := range map[string]func(cmd *exec.Cmd, terminal *os.File){
		"a signal": func(cmd *exec.Cmd, _ *os.File) { cmd.Process.Signal(unix.SIGTERM) },
		"a key":    func(_ *exec.Cmd, terminal *os.File) { terminal.Write([]byte("\x03")) },
	} {
		t.Run(name, func(t *testing.T) {
			r, w, err := os.Pipe()
			must(t, err)
			defer r.Close()
			_, err = unix.FcntlInt(w.Fd(), unix.F_SETPIPE_SZ, 4096)
			must(t, err)
			terminal, tty := pty.Open(t)
			// More than fits in there, and less than waits in the terminal while the command ends.
			cmd := exec.Command("snug", "run", "-t", "--no-project", "--", "seq", "3000")
			cmd.Stdin, cmd.Stdout = tty, w
			leads(cmd)
			before := *modes(t, cmd)
			must(t, cmd.Start())
			t.Cleanup(func() { cmd.Process.Kill() })
			must(t, w.Close())
			await.True(t, "a full pipe", func() bool { n, err := unix.IoctlGetInt(int(r.Fd()), unix.TIOCINQ); return err == nil && n > 0 })
			await.True(t, "the command's end", func() bool {
				out, _ := exec.Command("pgrep", "-P", strconv.Itoa(cmd.Process.Pid)).Output()
				return len(out) == 0
			})
			await.True(t, "a terminal as it was", func() bool { return *modes(t, cmd) == before })
			tell(cmd, terminal)
			if got := exitCode(cmd); got != 0 {
				t.Errorf("status %d, want the command's own", got)
			}
		})
	}
}

// TestBrokenPipe: the caller's terminal is as it was when nobody reads what is shown there.
func TestBrokenPipe(t *testing.T) {
	built.NeedUser(t)
	terminal, cmd := onTerminal(t, "sh", "-c", "snug run -t -- yes | { read x; sleep 1; }; read z; echo got $z")
	before := *modes(t, cmd)
	await.True(t, "a raw terminal", func() bool { return modes(t, cmd).Lflag&unix.ICANON == 0 })
	await.True(t, "a terminal as it was", func() bool { return *modes(t, cmd) == before })
	_, err := terminal.Write([]byte("hello\r"))
	must(t, err)
	printed(t, terminal, "got hello")
	exitCode(cmd)
}

// TestFullDisk: a command whose output can't be shown is not left waiting for somebody to
// look at it.
func TestFullDisk(t *testing.T) {
	built.NeedUser(t)
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	must(t, err)
	defer full.Close()
	for _, test := range []struct {
		script string
		status int
	}{
		{"trap 'exit 7' HUP; while :; do echo y; done", 7},
		{"trap '' HUP; while echo y; do :; done; exit 8", 8},
	} {
		cmd := exec.Command("snug", "run", "-t", "--no-project", "--", "sh", "-c", test.script)
		var stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = full, &stderr
		must(t, cmd.Start())
		if got := exitCode(cmd); got != test.status || !strings.HasPrefix(stderr.String(), "snug: what the command printed can't be shown") ||
			!strings.Contains(stderr.String(), "no space left on device") {
			t.Errorf("%s: status %d, want %d; %q", test.script, got, test.status, stderr.String())
		}
	}
}
