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

func (f *Filter) install(flags uintptr) error {
	if len(f.code) == 0 || len(f.code) > unix.BPF_MAXINSNS {
		return &Error{Where: "install", Problem: "a filter of " + strconv.Itoa(len(f.code)) + " instructions"}
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	prog := &unix.SockFprog{Len: uint16(len(f.code)), Filter: &f.code[0]}
	thread, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags, address(prog))
	runtime.KeepAlive(prog)
	switch {
	case errno != 0:
		return errno
	case thread != 0: // TSYNC tells it this way, see seccomp(2)
		return &Error{Where: "install", Problem: "thread " + strconv.Itoa(int(thread)) + " has a filter of its own"}
	}
	return nil
}

// address gives the address of prog for a system call, without package unsafe, which stays
// in userns/internal. Pointer moves what it points to to the heap, where nothing moves;
// the caller keeps it alive.
func address(prog *unix.SockFprog) uintptr { return reflect.ValueOf(prog).Pointer() }
