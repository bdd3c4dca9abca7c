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

	// PR_SET_PDEATHSIG looks at the thread, not the process: it must not end
	// while the child is between clone and exec.
	runtime.LockOSThread()
	r := spawnBlocking(&l.ops[0], args, failed)
	runtime.UnlockOSThread()
	l.keep()
	runtime.KeepAlive(args)
	if r < 0 {
		j.cancel(answered)
		return nil, &Failure{Call: -1, Errno: unix.Errno(-r)}
	}
	child := &Child{Pid: int(r), Pidfd: int(ids.pidfd), sibling: j.Watch != nil}
	if failed.errno == 0 {
		return j.settle(child, answered)
	}
	child.discard()
	if err := j.cancel(answered); err != nil {
		return nil, err
	}
	first := uintptr(unsafe.Pointer(&l.ops[0]))
	return nil, &Failure{
		Call:  int((failed.at - first) / unsafe.Sizeof(op{})),
		Errno: unix.Errno(failed.errno),
	}
}

func haveNative() bool {
	_, err := pid1Image()
	return err == nil
}

func nativeExecutor() executor { return native{} }

// InitImage is a descriptor of pid 1's executable image. It stays open for as
// long as this process lives.
func InitImage() (int, error) { return pid1Image() }
