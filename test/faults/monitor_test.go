package faults

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"snug/test/script/built"
)

// busy has snug occupied with itself: it reads its variables from a pipe, of which
// this gives the other end.
func busy(t *testing.T, script string) (c *cell, variables *os.File) {
	t.Helper()
	built.NeedUser(t)
	dir := t.TempDir()
	pipe := filepath.Join(dir, "variables")
	must(t, unix.Mkfifo(pipe, 0o600))
	c = start(t, dir, []string{"--env-file", pipe}, script)
	for wait := deadlineAfter(30); ; wait(t, "snug doesn't read its variables") {
		if fd, err := unix.Open(pipe, unix.O_WRONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0); err == nil {
			variables = os.NewFile(uintptr(fd), pipe)
			t.Cleanup(func() { variables.Close() })
			return c, variables
		}
	}
}

// TestSignalTooEarly: a signal before there is a command does to snug what it
// does to any program, and to all of it.
func TestSignalTooEarly(t *testing.T) {
	for sig, want := range map[syscall.Signal]int{
		unix.SIGTERM: 143, unix.SIGINT: 130, unix.SIGHUP: 129, unix.SIGKILL: 137,
	} {
		t.Run(unix.SignalName(sig), func(t *testing.T) {
			c, _ := busy(t, "echo it ran")
			must(t, syscall.Kill(c.cmd.Process.Pid, sig))
			if got := c.status(); got != want {
				t.Errorf("status %d, want %d", got, want)
			}
			if out := c.gone(); out != "" {
				t.Errorf("it printed %q", out)
			}
		})
	}
}

// TestStopTooEarly: it stops and goes on, and then the command runs.
func TestStopTooEarly(t *testing.T) {
	c, variables := busy(t, "echo $A")
	pid := c.cmd.Process.Pid
	for _, sig := range []syscall.Signal{unix.SIGTSTP, unix.SIGSTOP} {
		must(t, syscall.Kill(-pid, sig)) // the whole process group, as a terminal does
		var status unix.WaitStatus
		if _, err := unix.Wait4(pid, &status, unix.WUNTRACED, nil); err != nil || !status.Stopped() {
			t.Fatalf("%#x, %v, want stopped", status, err)
		}
		must(t, syscall.Kill(-pid, unix.SIGCONT))
	}
	_, err := variables.WriteString("A=went-on\n")
	must(t, err)
	must(t, variables.Close())
	c.until("went-on")
	if got := c.status(); got != 0 {
		t.Errorf("status %d, want 0", got)
	}
	c.gone()
}

// TestHalfIsKilled kills the half of snug that makes the sandbox: the other says so.
func TestHalfIsKilled(t *testing.T) {
	if portable() {
		return // one process
	}
	c, _ := busy(t, "echo it ran")
	must(t, syscall.Kill(onlyChild(t, c.cmd.Process.Pid), unix.SIGKILL))
	if got := c.status(); got != 137 {
		t.Errorf("status %d, want 137", got)
	}
	if out := c.gone(); out != "" {
		t.Errorf("it printed %q", out)
	}
}

// TestForeignChild: a shell that becomes snug leaves it its own children. They
// are none of its business.
func TestForeignChild(t *testing.T) {
	built.NeedUser(t)
	for name, run := range map[string]string{"a command": "snug run -- true", "a refusal": "snug run --no-such-flag -- true", "no command": "snug run -- no-such-command"} {
		begin := time.Now()
		cmd := exec.Command("sh", "-c", "sleep 30 & exec "+run)
		cmd.Dir = t.TempDir()
		cmd.Run()
		if time.Since(begin) > 20*time.Second {
			t.Errorf("%s: it waits for a process that isn't its own", name)
		}
	}
}

// TestNothingHeld: what the caller left open ends when the caller closes it, not
// when the command ends.
func TestNothingHeld(t *testing.T) {
	built.NeedUser(t)
	c := &cell{t: t, marker: "snug-test-held"}
	c.cmd = exec.Command("snug", "run", "--", "sh", "-c", "echo up; exec sleep 1000")
	c.cmd.Dir = t.TempDir()
	r, w, err := os.Pipe()
	must(t, err)
	defer r.Close()
	c.cmd.ExtraFiles = []*os.File{nil, nil, w}
	c.begin()
	w.Close()
	c.until("up")
	r.SetReadDeadline(time.Now().Add(10 * time.Second))
	if n, err := r.Read(make([]byte, 1)); n != 0 || os.IsTimeout(err) {
		t.Errorf("a pipe of the caller's: %d bytes, %v, want its end", n, err)
	}
	c.cmd.Process.Kill()
	c.gone()
}

// TestHalfIsKilledAtAnyMoment does that at moments spread over a start. Either the
// command has started and nobody cares, or snug says that it was killed; nothing
// is left in any case, nor does anything go on without its signals.
func TestHalfIsKilledAtAnyMoment(t *testing.T) {
	built.NeedUser(t)
	if portable() {
		return // one process
	}
	before, project := look(), t.TempDir()
	killed := 0
	for _, way := range ways[:2] {
		for range often(150) {
			c := start(t, project, way.args, "exec sleep 1000")
			time.Sleep(rand.N(6 * time.Millisecond))
			for _, pid := range children(c.cmd.Process.Pid) {
				if b, _ := os.ReadFile("/proc/" + itoa(pid) + "/comm"); string(b) == "snug\n" {
					syscall.Kill(pid, unix.SIGKILL)
				}
			}
			must(t, syscall.Kill(c.cmd.Process.Pid, unix.SIGTERM))
			switch got := c.status(); got {
			case 137:
				killed++
			case 143:
			default:
				t.Fatalf("status %d, want 137 or 143", got)
			}
			c.gone()
			c.line.Close()
		}
	}
	if killed == 0 {
		t.Error("not one was killed in time")
	}
	before.unchanged(t)
	// Who makes the placeholders becomes their sweeper. Killed on the way it leaves them
	// to the next sandbox.
	c := start(t, project, nil, "exit")
	c.status()
	c.gone()
	c.line.Close()
	empty(t, project)
}
