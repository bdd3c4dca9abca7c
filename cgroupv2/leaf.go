package cgroupv2

import (
	"context"
	"errors"
	"iter"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Leaf is a cgroup that processes are in: those of one sandbox. Its methods can be
// called from several goroutines.
type Leaf struct {
	// Missing are the limits that the kernel doesn't hold, in a leaf that was made
	// for the best effort.
	Missing []*Error

	tree *Tree  // nil for a leaf that was found by [Find]
	unit string // systemd's, of one that was found
	name string
	into bool // the kernel lets this process use CLONE_INTO_CGROUP

	mu  sync.RWMutex // held for reading while dir is used, for writing while it is closed
	dir dir
}

// open does something with the directory, if that is still there: another goroutine may
// close the leaf, and the descriptor's number become another file's.
func (l *Leaf) open(f func(d dir) error) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.dir.fd < 0 {
		return l.dir.failed("use", "", unix.ENODEV)
	}
	return f(l.dir)
}

// FD is a descriptor of the leaf's directory, for CLONE_INTO_CGROUP (clone(2), Linux
// 5.7; UseCgroupFD of syscall.SysProcAttr): a process that is born in the leaf is never
// outside of it, and costs nothing to move. It is -1 if the kernel doesn't allow this
// process that, and [Leaf.Place] has to be used instead.
func (l *Leaf) FD() int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if !l.into {
		return -1
	}
	return l.dir.fd
}

// Path is the leaf's directory.
func (l *Leaf) Path() string { return l.dir.path }

// Place moves a process into the leaf. Between two systemd managers' trees, as from a
// login's session to the user's own, the kernel doesn't let the user do it, and systemd
// is asked. The process should wait until it is done.
func (l *Leaf) Place(ctx context.Context, pid int) error {
	err := l.open(func(d dir) error { return d.write("cgroup.procs", strconv.Itoa(pid)) })
	if scope := l.scope(); scope != "" && (errors.Is(err, unix.EACCES) || errors.Is(err, unix.EPERM)) {
		err = attach(ctx, scope, l.name, pid, l.patience())
	}
	if err != nil {
		return placeError(l.dir.path, err)
	}
	return nil
}

func placeError(at string, err error) error {
	var own *Error
	if errors.As(err, &own) {
		return err
	}
	e := &Error{Do: "move the sandbox into", On: at, Err: err, Why: "the kernel refuses it", Fix: "look at the owner of cgroup.procs there and above"}
	switch {
	case gone(err):
		e.Why, e.Fix = "the cgroup was removed under its owner", "find out who stopped it: journalctl --user -n 20"
	case errors.Is(err, unix.EAGAIN):
		e.Why, e.Fix = "its limit on processes is reached", "raise --pids-limit"
	}
	return e
}

// scope is the systemd unit that the leaf is in, or "".
func (l *Leaf) scope() string {
	if l.tree != nil {
		return l.tree.scope
	}
	return l.unit
}

func (l *Leaf) patience() time.Duration {
	if l.tree != nil {
		return l.tree.deadline()
	}
	return DefaultDeadline
}

// attach has systemd move a process.
func attach(ctx context.Context, scope, leaf string, pid int, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	m, err := dialAny(ctx, environment())
	if err != nil {
		return err
	}
	defer m.close()
	return m.explain(ctx, m.call(ctx, "AttachProcessesToUnit", nil, scope, "/"+leaf, []uint32{uint32(pid)}))
}

// Kill kills every process in the leaf and below, frozen or not, and returns at once.
func (l *Leaf) Kill() error { return l.open(kill) }

// Stats reads what the processes of the leaf have used so far.
func (l *Leaf) Stats() (s Stats, err error) {
	err = l.open(func(d dir) error {
		s, err = readStats(d)
		return err
	})
	return s, err
}

// Watch reads the accounts again and again, until ctx is done or the leaf is gone. An
// error is the last thing it gives.
func (l *Leaf) Watch(ctx context.Context, every time.Duration) iter.Seq2[Stats, error] {
	return func(yield func(Stats, error) bool) {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			s, err := l.Stats()
			if !yield(s, err) || err != nil {
				return
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}
}

// Close kills what is in the leaf and removes it. A leaf that was found by [Find] is left
// as it is. It can be called twice.
func (l *Leaf) Close() error {
	var err error
	if l.tree != nil {
		err = l.open(l.remove)
		if gone(err) {
			err = nil
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dir.close()
	l.dir.fd = -1
	return err
}

// remove empties the directory and removes it, whoever else reads it meanwhile.
func (l *Leaf) remove(d dir) error {
	if err := killAndWait(d); err != nil {
		return err
	}
	for _, name := range below(d.path) { // what the processes made of it
		if sub, err := d.sub(name); err == nil {
			removeTree(sub)
			sub.close()
		}
	}
	if err := unix.Unlinkat(l.tree.dir.fd, l.name, unix.AT_REMOVEDIR); err != nil {
		return &Error{Do: "remove the cgroup", On: d.path, Err: err, Why: "somebody is in it", Fix: "see who: cat " + d.path + "/cgroup.procs"}
	}
	return nil
}
