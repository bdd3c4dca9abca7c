package launch

import (
	"runtime"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// cloneArgs is struct clone_args of clone3(2), version 2.
type cloneArgs struct {
	flags, pidfd uint64
	_            uint64 // child_tid
	parentTid    uint64
	exitSignal   uint64
	_            [5]uint64 // stack, stack_size, tls, set_tid, set_tid_size
	cgroup       uint64
}

// failure is where the child says which op failed.
type failure struct {
	errno uintptr
	at    uintptr // address of the op
}

// clearSighand is CLONE_CLEAR_SIGHAND: the caller's handlers are addresses in
// memory that the child must not run.
const clearSighand = 0x100000000

//go:noescape
func spawn(first *op, args *cloneArgs, failed *failure) int64

// These tell the scheduler that the thread is away, as for any blocking system
// call: the vfork stops it for a millisecond, and with one P the goroutine that
// answers the child's request for id maps would otherwise never run.
//
//go:linkname entersyscall runtime.entersyscall
func entersyscall()

//go:linkname exitsyscall runtime.exitsyscall
func exitsyscall()

//go:nosplit
//go:norace
func spawnBlocking(first *op, args *cloneArgs, failed *failure) int64 {
	entersyscall()
	r := spawn(first, args, failed)
	exitsyscall()
	return r
}

// native is the executor for this architecture.
type native struct{}

func (native) start(j *Job, files []int) (*Child, error) {
	l := link(j.Program, files)
	failed := new(failure)
	ids := new(struct{ pid, pidfd int32 })
	// The kernel gets the address as a number: it must not be one on this
	// goroutine's stack, which moves when it grows.
	var pinner runtime.Pinner
	pinner.Pin(ids)
	defer pinner.Unpin()
	args := &cloneArgs{
		flags: uint64(j.Namespaces) | clearSighand |
			unix.CLONE_VM | unix.CLONE_VFORK | unix.CLONE_PIDFD | unix.CLONE_PARENT_SETTID,
		pidfd:      uint64(uintptr(unsafe.Pointer(&ids.pidfd))),
		parentTid:  uint64(uintptr(unsafe.Pointer(&ids.pid))),
		exitSignal: uint64(unix.SIGCHLD),
	}
	if j.IntoCgroup {
		args.flags |= unix.CLONE_INTO_CGROUP
		args.cgroup = uint64(j.Cgroup)
	}
	if j.Watch != nil {
		args.flags |= unix.CLONE_PARENT // with the exit signal of the caller
		args.exitSignal = 0
	}
	if j.Ready == nil {
		if err := j.handOver(); err != nil {
			return nil, err
		}
	}
	answered := j.answer(func() int { return int(atomic.LoadInt32(&ids.pid)) })

	if j.Program.second != 0 {
		if err := hideMemory(); err != nil {
			j.cancel(answered)
			return nil, beforeWalk(err)
		}
	}

	// PR_SET_PDEATHSIG looks at the thread, not the process: it must not end while the
	// child is between clone and exec, and can't, as it waits in vfork for that long. The
	// second process of a program with Fork in it is nobody's who waits so.
	if j.Program.second != 0 {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
	}
	r := spawnBlocking(&l.ops[0], args, failed)
	l.keep()
	runtime.KeepAlive(args)
	if r < 0 {
		if j.Program.second != 0 {
			showMemory()
		}
		j.cancel(answered)
		return nil, &Failure{Call: -1, Errno: unix.Errno(-r)}
	}
	if j.Program.second != 0 {
		child, err := j.joined(&Child{Pid: int(r), Pidfd: int(ids.pidfd)}, l, failed, answered)
		if err != nil { // whoever shared the memory is dead
			showMemory()
		}
		return child, err
	}
	child := &Child{Pid: int(r), Pidfd: int(ids.pidfd), sibling: j.Watch != nil}
	if failed.errno == 0 {
		return j.settle(child, answered)
	}
	child.discard()
	return nil, j.failed(l, failed, answered)
}

func (j *Job) failed(l *linked, failed *failure, answered *answering) error {
	if err := j.cancel(answered); err != nil {
		return err
	}
	first := uintptr(unsafe.Pointer(&l.ops[0]))
	return &Failure{
		Call:  int((failed.at - first) / unsafe.Sizeof(op{})),
		Errno: unix.Errno(failed.errno),
	}
}

// joined is the end of a launch with [Program.Fork] in it: the first process has ended, the
// second is a child of this one's.
func (j *Job) joined(first *Child, l *linked, failed *failure, answered *answering) (*Child, error) {
	first.discard()
	second := &Child{Pid: int(int32(l.slots[j.Program.second])), Pidfd: -1}
	if second.Pid > 0 {
		var err error
		if second.Pidfd, err = unix.PidfdOpen(second.Pid, 0); err != nil {
			unix.Kill(second.Pid, unix.SIGKILL) // nobody has waited for it yet
			second.Wait()
			j.cancel(answered)
			return nil, &Failure{Call: CallTake, Errno: err.(unix.Errno)}
		}
	}
	switch {
	case failed.errno == 0 && second.Pid > 0:
		return j.settle(second, answered)
	case second.Pid > 0:
		second.discard()
	case failed.errno == 0: // the first was killed on its way
		failed.errno, failed.at = uintptr(unix.ECHILD), uintptr(unsafe.Pointer(&l.ops[0]))
	}
	return nil, j.failed(l, failed, answered)
}

func haveNative() bool {
	_, err := pid1Image()
	return err == nil
}

func nativeExecutor() executor { return native{} }

// InitImage is a descriptor of pid 1's executable image. It stays open for as
// long as this process lives.
func InitImage() (int, error) { return pid1Image() }
