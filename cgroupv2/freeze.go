package cgroupv2

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// Freeze stops every process in the leaf and below where it is, those that are born
// meanwhile too, and waits until all of them have stopped (cgroup-v2.rst,
// cgroup.freeze). A process in an uninterruptible wait of the kernel's takes as long as
// that wait: when ctx is done first, the leaf is thawed again and the error is
// ErrDeadline.
func (l *Leaf) Freeze(ctx context.Context) error {
	return l.freezeError("freeze", l.open(func(d dir) error {
		err := d.write("cgroup.freeze", "1")
		if err != nil {
			return err
		}
		if err = awaitEvent(ctx, d, "frozen", "1"); err != nil {
			d.write("cgroup.freeze", "0")
		}
		return err
	}))
}

// Thaw lets the processes go on.
func (l *Leaf) Thaw(ctx context.Context) error {
	return l.freezeError("thaw", l.open(func(d dir) error {
		if err := d.write("cgroup.freeze", "0"); err != nil {
			return err
		}
		return awaitEvent(ctx, d, "frozen", "0")
	}))
}

// Frozen says whether all processes of the leaf have stopped.
func (l *Leaf) Frozen() (frozen bool, err error) {
	err = l.open(func(d dir) error {
		text, err := d.read("cgroup.events")
		v, _ := field(text, "frozen")
		frozen = v == "1"
		return err
	})
	return frozen, err
}

func (l *Leaf) freezeError(do string, err error) error {
	if err == nil {
		return nil
	}
	e := &Error{Do: do, On: l.dir.path, Err: err, Why: "the kernel refuses it", Fix: "look at the owner of the directory"}
	switch {
	case errors.Is(err, ErrDeadline):
		e.Why = "a process in it waits for a device or a network file system, and can't be stopped before that answers"
		e.Fix = "see which: ps -o pid,stat,wchan,cmd $(cat " + l.dir.path + "/cgroup.procs); give it more time"
	case gone(err):
		e.Err, e.Why, e.Fix = unix.ESRCH, "the sandbox has ended", "nothing is left to do"
	}
	return e
}

// awaitEvent waits until a line of cgroup.events says value. The kernel wakes who polls
// the file whenever one changes.
func awaitEvent(ctx context.Context, d dir, key, value string) error {
	fd, err := unix.Openat(d.fd, "cgroup.events", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return d.failed("read", "cgroup.events", err)
	}
	defer unix.Close(fd)
	for {
		var b [256]byte
		n, err := unix.Pread(fd, b[:], 0)
		if err != nil {
			return d.failed("read", "cgroup.events", err)
		}
		if v, ok := field(string(b[:n]), key); ok && v == value {
			return nil
		}
		if ctx.Err() != nil {
			return ErrDeadline
		}
		// In steps, so that a context that is cancelled is noticed, too.
		unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLPRI}}, pollStep(ctx))
	}
}

func pollStep(ctx context.Context) int {
	const step = 50 * time.Millisecond
	if deadline, ok := ctx.Deadline(); ok {
		return int(max(min(step, time.Until(deadline)), time.Millisecond) / time.Millisecond)
	}
	return int(step / time.Millisecond)
}
