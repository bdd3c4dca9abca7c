package check

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// Open is what was open when the program began, before it opened anything.
var Open = openDescriptors()

// openDescriptors tries every number: reading /proc/self/fd would open one more.
func openDescriptors() (fds []int) {
	for fd := range 1024 {
		if _, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil {
			fds = append(fds, fd)
		}
	}
	return fds
}

// Forks makes up to n processes that do nothing, all at once, and tells how many
// there were when it was told to stop, and why.
func Forks(n int) (made int, why error) {
	for made < n && why == nil {
		if why = forkIdle(); why == nil {
			made++
		}
	}
	return made, why
}

// forkIdle makes a child that waits for ever. It is a fork of this program's
// memory, but only this thread exists in it, so it makes system calls and
// nothing else.
func forkIdle() error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	pid, _, errno := unix.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0)
	if errno != 0 {
		return errno
	}
	if pid == 0 {
		for {
			unix.RawSyscall6(unix.SYS_PPOLL, 0, 0, 0, 0, 0, 0)
		}
	}
	return nil
}
