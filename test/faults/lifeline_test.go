package faults

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// cell is a sandbox on a lifeline.
type cell struct {
	t      *testing.T
	cmd    *exec.Cmd
	line   *os.File // the reading end
	pipe   string   // its name in /proc, to find who holds it
	marker string   // in the command lines of snug, pid 1 and the command
}

var cells atomic.Int32

// start runs a shell script in a sandbox, in a process group of its own.
// Standard error goes nowhere; a break need not be silent.
func start(t *testing.T, dir string, flags []string, script string) *cell {
	t.Helper()
	return startReading(t, nil, dir, flags, script)
}

// startReading is start with a standard input.
func startReading(t *testing.T, in *os.File, dir string, flags []string, script string) *cell {
	t.Helper()
	c := &cell{t: t, marker: fmt.Sprintf("snug-test-%d-%d", os.Getpid(), cells.Add(1))}
	args := append([]string{"run"}, flags...)
	c.cmd = exec.Command("snug", append(args, "--", "sh", "-c", script, c.marker)...)
	c.cmd.Dir = dir
	if in != nil {
		c.cmd.Stdin = in
	}
	c.begin()
	return c
}

func (c *cell) begin() {
	c.t.Helper()
	r, w, err := os.Pipe()
	must(c.t, err)
	defer w.Close()
	c.line, c.pipe = r, pipeName(c.t, r)
	c.cmd.Stdout = w
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	must(c.t, c.cmd.Start())
	c.t.Cleanup(func() {
		c.cmd.Process.Kill()
		c.cmd.Wait() // if nobody has
		r.Close()
	})
}

// pipeName is how /proc calls it. (File.Fd would take the deadlines away.)
func pipeName(t *testing.T, f *os.File) (name string) {
	conn, err := f.SyscallConn()
	must(t, err)
	must(t, conn.Control(func(fd uintptr) { name, _ = os.Readlink("/proc/self/fd/" + itoa(int(fd))) }))
	return name
}

// until reads what the command prints until there is a word.
func (c *cell) until(word string) string {
	c.t.Helper()
	c.line.SetReadDeadline(time.Now().Add(20 * time.Second))
	var out []byte
	buf := make([]byte, 256)
	for !bytes.Contains(out, []byte(word)) {
		n, err := c.line.Read(buf)
		if err != nil {
			c.t.Fatalf("it printed %q, and then %v", out, err)
		}
		out = append(out, buf[:n]...)
	}
	return string(out)
}

// gone waits for the end of everything, inside and around, and returns what was
// printed.
func (c *cell) gone() string {
	c.t.Helper()
	end := time.Now().Add(10 * time.Second)
	c.line.SetReadDeadline(end)
	out, err := io.ReadAll(c.line)
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		c.t.Fatal(err)
	}
	left := c.left()
	for len(left) > 0 && time.Now().Before(end) {
		time.Sleep(5 * time.Millisecond)
		left = c.left()
	}
	for _, p := range left { // a test that fails leaves nothing either
		syscall.Kill(p.pid, syscall.SIGKILL)
	}
	if len(left) > 0 {
		c.t.Fatalf("still there after ten seconds: %v", left)
	}
	return string(out)
}

// allGone is gone for many at a time, with one look at the processes for all of them.
func allGone(t *testing.T, cells []*cell) {
	t.Helper()
	end := time.Now().Add(20 * time.Second)
	for _, c := range cells {
		c.line.SetReadDeadline(end)
		if _, err := io.ReadAll(c.line); err != nil {
			t.Fatalf("%s: %v", c.marker, err)
		}
		must(t, c.line.Close())
	}
	any := &cell{marker: fmt.Sprintf("snug-test-%d-", os.Getpid()), pipe: "none"}
	left := any.left()
	for len(left) > 0 && time.Now().Before(end) {
		time.Sleep(50 * time.Millisecond)
		left = any.left()
	}
	if len(left) > 0 {
		t.Fatalf("still there: %v", left)
	}
}

// status is snug's own end: an exit status, or 128+n as a shell has it.
func (c *cell) status() int {
	c.t.Helper()
	timer := time.AfterFunc(20*time.Second, func() { c.cmd.Process.Kill() })
	defer timer.Stop()
	c.cmd.Wait()
	status := c.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if status.Signaled() {
		return 128 + int(status.Signal())
	}
	return status.ExitStatus()
}

// process is one of the user's.
type process struct {
	pid  int
	line string // its command line
}

// left lists the processes that have the marker or hold the lifeline. A zombie
// has neither any more.
func (c *cell) left() (list []process) {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		pid, _ := strconv.Atoi(filepath.Base(dir))
		b, _ := os.ReadFile(dir + "/cmdline")
		line := strings.ReplaceAll(string(b), "\x00", " ")
		if pid != os.Getpid() && (strings.Contains(line, c.marker) || holds(dir, c.pipe)) {
			list = append(list, process{pid, line})
		}
	}
	return list
}

func holds(dir, pipe string) bool {
	fds, _ := filepath.Glob(dir + "/fd/*")
	for _, fd := range fds {
		if to, _ := os.Readlink(fd); to == pipe {
			return true
		}
	}
	return false
}
