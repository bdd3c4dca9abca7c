package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"time"
)

// runner starts contestants with as little of its own noise as Go allows: one locked
// thread, no garbage collection, a vfork-like ForkExec, and a raw wait4 that leaves the
// scheduler alone.
type runner struct {
	null  *os.File
	quiet syscall.ProcAttr
	pause time.Duration // before each start
}

func newRunner() (*runner, error) {
	runtime.LockOSThread()
	debug.SetGCPercent(-1)
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	fd := null.Fd()
	return &runner{null: null, quiet: syscall.ProcAttr{Env: os.Environ(), Files: []uintptr{fd, fd, fd}}}, nil
}

// time runs argv to its end and gives how long that took.
func (r *runner) time(argv []string) (time.Duration, bool) {
	time.Sleep(r.pause)
	begin := time.Now()
	pid, err := fork(argv, r.quiet)
	if err != nil {
		return 0, false
	}
	status := wait(pid)
	return time.Since(begin), status.Exited() && status.ExitStatus() == 0
}

// try runs argv once and gives what it complained about if it failed.
func (r *runner) try(argv []string) error {
	complaint, err := os.CreateTemp("", "bench-complaint-")
	if err != nil {
		return err
	}
	defer complaint.Close()
	defer os.Remove(complaint.Name())
	attr := r.quiet
	attr.Files = []uintptr{r.null.Fd(), complaint.Fd(), complaint.Fd()}
	pid, err := fork(argv, attr)
	if err != nil {
		return fmt.Errorf("%s: %w", argv[0], err)
	}
	if status := wait(pid); status != 0 {
		said, _ := os.ReadFile(complaint.Name())
		return fmt.Errorf("%s: %s", describe(status), strings.Join(strings.Fields(string(said)), " "))
	}
	return nil
}

func describe(status syscall.WaitStatus) string {
	if status.Signaled() {
		return fmt.Sprintf("killed by signal %d", status.Signal())
	}
	return fmt.Sprintf("exit status %d", status.ExitStatus())
}

// wait waits for a child. A signal of the Go runtime may interrupt it.
func wait(pid int) syscall.WaitStatus {
	var status syscall.WaitStatus
	for {
		_, errno := rawWait4(pid, &status)
		if errno != syscall.EINTR {
			return status
		}
	}
}
