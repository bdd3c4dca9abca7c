package launch

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Job is one launch.
type Job struct {
	Program    *Program
	Namespaces uintptr // CLONE_NEW* flags
	Files      [numFileRoles]int

	// Cgroup, if IntoCgroup, is a descriptor of the cgroup to be born in.
	IntoCgroup bool
	Cgroup     int

	// Ready, if set, runs while the child waits in [Program.Await]; an
	// error from it ends the launch and is what Start returns.
	Ready func(pid int) error

	// Listening, if set, gets the descriptor of the listener that the program's filter
	// has, see [Program.Listen]. It must not wait: the new process may be asking already.
	Listening func(listener int)

	// Terminal, if set, gets the other side of the terminal that [Program.Terminal] makes.
	Terminal func(fd int)

	// Watch, if set, is for the monitor (see [Monitored]), which gets it when
	// there is nothing left to do but start the target. The new process is the
	// monitor's child then.
	Watch *Watch
}

// Child is what a launch made. The caller must end with Wait.
type Child struct {
	Pid   int // in the caller's pid namespace
	Pidfd int

	sibling bool // the monitor's child, not the caller's
}

// Failure says where a launch ended.
type Failure struct {
	Call  int // index into the program; -1 is the clone itself
	Errno unix.Errno
}

func (f *Failure) Error() string { return fmt.Sprintf("call %d: %v", f.Call, f.Errno) }

func (f *Failure) Unwrap() error { return f.Errno }

type executor interface {
	start(j *Job, files []int) (*Child, error)
}

// Start runs the program in a new process and returns when pid 1 (or the
// target, as pid 1) is about to run. It closes Files[FileControl].
// An error is a [*Failure], what Ready returned, or from the portable
// executor's own set-up.
func (j *Job) Start() (*Child, error) { return j.startWith(j.executor()) }

func (j *Job) startWith(e executor) (*Child, error) {
	child, err := e.start(j, j.Files[:])
	j.closeControl()
	return child, err
}

func (j *Job) closeControl() {
	if fd := j.Files[FileControl]; fd >= 0 {
		unix.Close(fd)
		j.Files[FileControl] = -1
	}
}

// Portable says whether launches from this process use the portable executor
// and pid 1: no native one for this architecture, a kernel that runs no memfd,
// or SNUG_PORTABLE=1, which is there for tests and confines just as much.
func Portable() bool { return os.Getenv("SNUG_PORTABLE") == "1" || !haveNative() }

func (j *Job) executor() executor {
	if Portable() {
		return portable{}
	}
	return nativeExecutor()
}

// Wait waits for the child to end and returns its status and what it and
// everything it waited for used.
func (c *Child) Wait() (unix.WaitStatus, unix.Rusage, error) {
	if c.sibling {
		c.awaitEnd()
	}
	var status unix.WaitStatus
	var usage unix.Rusage
	for {
		_, err := unix.Wait4(c.Pid, &status, unix.WALL, &usage)
		if err != unix.EINTR {
			return status, usage, err
		}
	}
}

// awaitEnd waits for the end of a child that somebody else has to wait for.
func (c *Child) awaitEnd() {
	for {
		_, err := unix.Poll([]unix.PollFd{{Fd: int32(c.Pidfd), Events: unix.POLLIN}}, -1)
		if err != unix.EINTR {
			return
		}
	}
}

// Kill ends the sandbox at once: SIGKILL to pid 1 ends its pid namespace.
func (c *Child) Kill() error { return unix.PidfdSendSignal(c.Pidfd, unix.SIGKILL, nil, 0) }

// discard forgets a child that failed before it was pid 1.
func (c *Child) discard() {
	c.Wait()
	unix.Close(c.Pidfd)
}

// answering is a Ready call under way.
type answering struct{ done chan error }

// answer waits, beside the launch, for the child's request and answers it.
func (j *Job) answer(pid func() int) *answering {
	if j.Ready == nil && j.Listening == nil && j.Terminal == nil {
		return nil
	}
	a := &answering{make(chan error, 1)}
	control := Control{j.Files[FileCaller]}
	go func() { a.done <- j.serve(control, pid) }()
	return a
}

func (j *Job) serve(control Control, pid func() int) error {
	if j.Ready != nil {
		if e := control.Next(); e.Kind != msgReady {
			return nil // the child failed before it asked; its own failure is reported
		}
		if err := j.prepare(control, pid()); err != nil {
			return err
		}
	}
	for _, part := range []struct {
		kind EventKind
		give func(fd int)
	}{{msgTerminal, j.Terminal}, {msgListening, j.Listening}} {
		if part.give == nil {
			continue
		}
		e, fd := control.receive()
		if e.Kind != part.kind {
			return nil
		}
		if fd >= 0 { // it came along
			part.give(fd)
			control.send(0, 0)
			continue
		}
		if err := take(control, pid(), int(e.Value), part.give); err != nil {
			return err
		}
	}
	return nil
}

func (j *Job) prepare(control Control, pid int) error {
	err := j.Ready(pid)
	if err == nil {
		err = j.handOver()
	}
	if err != nil {
		unix.Shutdown(control.fd, unix.SHUT_WR)
		return err
	}
	control.send(0, 0) // a child that is gone by now shows by its silence
	return nil
}

func (j *Job) handOver() error {
	if j.Watch == nil {
		return nil
	}
	return j.Watch.HandOver()
}

func (a *answering) wait() error {
	if a == nil {
		return nil
	}
	return <-a.done
}

// cancel is wait after a failed launch: the request may never come, and without
// this copy of the child's end that shows.
func (j *Job) cancel(a *answering) error {
	j.closeControl()
	return a.wait()
}

// settle is the end of a launch that didn't fail by a call. It failed all the
// same if Ready did; a child that somebody killed on the way may not even have
// asked.
func (j *Job) settle(child *Child, a *answering) (*Child, error) {
	if err := j.cancel(a); err != nil {
		child.Kill()
		child.discard()
		return nil, err
	}
	return child, nil
}
