package seccomp

import (
	"reflect"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// Install puts the calling thread, and whatever it will start, under the filter for good;
// it sets no_new_privs first, as the kernel demands of a process without CAP_SYS_ADMIN.
//
// The goroutine is locked to its thread and stays so: other goroutines run on other
// threads, which have no filter. That is what one wants right before unix.Exec, where
// the thread becomes the process. For a program that goes on, see [Filter.InstallAll].
func (f *Filter) Install() error {
	runtime.LockOSThread()
	return f.install(0)
}

// InstallAll puts every thread of the process under the filter. The Go runtime needs calls
// of its own at any time (futex, mmap, clone, rt_sigaction, madvise, tgkill, epoll ...): a
// filter without them ends the program.
func (f *Filter) InstallAll() error {
	runtime.LockOSThread() // no_new_privs and the filter must be of the same thread
	defer runtime.UnlockOSThread()
	return f.install(unix.SECCOMP_FILTER_FLAG_TSYNC)
}

// InstallListener is Install for a filter that asks (see [Notify]), and returns the
// descriptor of its listener, which package notify serves. EBUSY says that the thread is
// under a filter with a listener already: the kernel has one for all of them.
//
// It is for a thread that is about to execute another program. A Go program that asks
// itself can wait for ever: for its own garbage collector, or a lock of the runtime.
func (f *Filter) InstallListener() (int, error) {
	runtime.LockOSThread()
	flags := uint(unix.SECCOMP_FILTER_FLAG_NEW_LISTENER)
	if killable := flags | unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV; Supports(killable) {
		flags = killable
	}
	return f.put(uintptr(flags))
}

func (f *Filter) install(flags uintptr) error {
	switch thread, err := f.put(flags); {
	case err != nil:
		return err
	case thread != 0: // TSYNC tells it this way, see seccomp(2)
		return &Error{Where: "install", Problem: "thread " + strconv.Itoa(thread) + " has a filter of its own"}
	}
	return nil
}

// put installs the filter, and returns what seccomp(2) does.
func (f *Filter) put(flags uintptr) (int, error) {
	if len(f.code) == 0 || len(f.code) > unix.BPF_MAXINSNS {
		return 0, &Error{Where: "install", Problem: "a filter of " + strconv.Itoa(len(f.code)) + " instructions"}
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return 0, err
	}
	prog := &unix.SockFprog{Len: uint16(len(f.code)), Filter: &f.code[0]}
	result, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags, address(prog))
	runtime.KeepAlive(prog)
	if errno != 0 {
		return 0, errno
	}
	return int(result), nil
}

// Supports tells whether the kernel knows flags of seccomp(2), SECCOMP_FILTER_FLAG_*: it
// looks at them before it looks for the filter, which isn't there.
func Supports(flags uint) bool {
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, uintptr(flags), 0)
	return errno == unix.EFAULT
}

// address gives the address of prog for a system call, without package unsafe, which stays
// in userns/internal. Pointer moves what it points to to the heap, where nothing moves;
// the caller keeps it alive.
func address(prog *unix.SockFprog) uintptr { return reflect.ValueOf(prog).Pointer() }
