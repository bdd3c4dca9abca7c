package faults

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"snug/test/script/built"
)

// TestStatusWithoutRoom: there is no room for the status. The command's end is its own.
func TestStatusWithoutRoom(t *testing.T) {
	built.NeedUser(t)
	const script = `
		mount -t tmpfs -o size=64k none . && cd "$PWD"
		cat /dev/zero >filler 2>/dev/null
		exec unshare -U --map-user=$0 --map-group=$1 snug run --no-project --status-file status -- sh -c 'echo ran; exit 7'`
	cmd := exec.Command("unshare", "-Urm", "sh", "-c", script, itoa(os.Getuid()), itoa(os.Getgid()))
	cmd.Dir = t.TempDir()
	out, _ := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); got != 7 || string(out) != "ran\n" {
		t.Errorf("status %d, %s", got, out)
	}
}

// fullPipe is the writing end of a pipe that has no room and is never read.
func fullPipe(t *testing.T) *os.File {
	t.Helper()
	var p [2]int
	must(t, unix.Pipe2(p[:], unix.O_CLOEXEC|unix.O_NONBLOCK))
	t.Cleanup(func() { unix.Close(p[0]) })
	for err := error(nil); err == nil; {
		_, err = unix.Write(p[1], make([]byte, 4096))
	}
	_, err := unix.FcntlInt(uintptr(p[1]), unix.F_SETFL, 0)
	must(t, err)
	w := os.NewFile(uintptr(p[1]), "full")
	t.Cleanup(func() { w.Close() })
	return w
}

// TestNobodyReads: who writes to a pipe that is full waits, and ends like anybody else.
func TestNobodyReads(t *testing.T) {
	built.NeedUser(t)
	for name, set := range map[string]func(*exec.Cmd, *os.File){
		"output": func(c *exec.Cmd, f *os.File) { c.Stdout = f },
		"errors": func(c *exec.Cmd, f *os.File) { c.Stderr = f },
	} {
		t.Run(name, func(t *testing.T) {
			before := look()
			full := fullPipe(t)
			c := &cell{t: t, marker: "snug-test-nobody-reads-" + name, pipe: "none"}
			c.cmd = exec.Command("snug", "run", "--stop-timeout", "0.2s", "--", "sh", "-c", "echo x; echo y >&2; sleep 1000", c.marker)
			c.cmd.Dir = t.TempDir()
			set(c.cmd, full)
			r, w, err := os.Pipe()
			must(t, err)
			defer w.Close()
			c.line = r
			must(t, c.cmd.Start())
			time.Sleep(300 * time.Millisecond)
			must(t, c.cmd.Process.Signal(unix.SIGTERM))
			if got := c.status(); got != 143 {
				t.Errorf("status %d, want 143", got)
			}
			w.Close()
			c.gone()
			before.unchanged(t)
		})
	}
}

// TestLargest: as many arguments as the kernel takes for any program, less the few bytes that
// snug's own take.
func TestLargest(t *testing.T) {
	built.NeedUser(t)
	var stack syscall.Rlimit
	must(t, syscall.Getrlimit(unix.RLIMIT_STACK, &stack))
	room := min(int(min(stack.Cur, 24<<20))/4, 6<<20) // see execve(2)
	for _, e := range os.Environ() {
		room -= len(e) + 1 + 8
	}
	const each = 10 + 1 + 8 // a string, and its address
	args := slices.Repeat([]string{"argument-x"}, (room-20<<10)/each)
	if out, err := exec.Command("true", args...).CombinedOutput(); err != nil {
		t.Fatalf("too many for anybody: %v %s", err, out)
	}
	for _, flag := range []string{"-c", "--as-pid-1", "-r"} {
		cmd := exec.Command("snug", append([]string{"run", flag, "--", built.Path("inside"), "count"}, args...)...)
		cmd.Dir = t.TempDir()
		must(t, os.Link(built.Path("inside"), filepath.Join(cmd.Dir, "inside")))
		cmd.Args[4] = "./inside"
		out, err := cmd.CombinedOutput()
		if err != nil || strings.TrimSpace(string(out)) != itoa(len(args)) {
			t.Errorf("%s, %d arguments: %v: %.300s", flag, len(args), err, out)
		}
	}
	// And then there are too many for snug itself.
	many := slices.Repeat(args, 5)
	if err := exec.Command("snug", append([]string{"run", "--", "true"}, many...)...).Run(); err == nil || !strings.Contains(err.Error(), "argument list too long") {
		t.Errorf("five times as many: %v", err)
	}
}

// TestDeviceNodes: whoever may, leaves device nodes in a project. They don't work inside, where
// everything is nodev, and nothing of snug's opens them.
func TestDeviceNodes(t *testing.T) {
	built.NeedUser(t)
	const script = `
		mkdir -p .git .vscode
		for file in .git/config .envrc .mcp.json tty zero; do : >$file; mount --bind /dev/zero $file; done
		exec unshare -U --map-user=$0 --map-group=$1 timeout 10 snug run "$2" -- sh -c '
			head -c 1 zero 2>&1; head -c 1 .envrc 2>&1; echo x >.git/config; echo ran' 2>&1`
	for _, flag := range []string{"-c", "-r"} {
		cmd := exec.Command("unshare", "-Urm", "sh", "-ec", script, itoa(os.Getuid()), itoa(os.Getgid()), flag)
		cmd.Dir = t.TempDir()
		out, err := cmd.CombinedOutput()
		if err != nil || bytes.Count(out, []byte("Permission denied")) < 2 || !bytes.HasSuffix(out, []byte("ran\n")) || bytes.Contains(out, []byte{0}) {
			t.Errorf("%s: %v: %q", flag, err, out)
		}
	}
}
