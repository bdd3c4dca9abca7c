package launch

import (
	"encoding/binary"
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// monitorCode returns the address of the monitor's code.
func monitorCode() *byte

// Become replaces this process, keeping its pid and its children, by a monitor
// of one page that waits for the sandbox and exits with the command's status:
// its own, 128+n after signal n, 124 after the time limit. It returns only if
// that can't be.
func (w *Watch) Become() error {
	if Portable() {
		return unix.ENOSYS
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	fds, err := w.descriptors()
	if err != nil {
		return err
	}
	image, err := imageFile("snug", elfImage(w.params(fds), codeAt(monitorCode())))
	if err != nil {
		return err
	}
	// Blocked from here on, pending in the new image: no signal falls in
	// between. Pid 1 doesn't mind the change: execve keeps the socket.
	var all, old unix.Sigset_t
	for i := range all.Val {
		all.Val[i] = ^uint64(0)
	}
	if err := unix.PthreadSigmask(unix.SIG_SETMASK, &all, &old); err != nil {
		return err
	}
	defaultDispositions()
	err = execveat(image, os.Args, os.Environ())
	unix.PthreadSigmask(unix.SIG_SETMASK, &old, nil)
	return err
}

// defaultDispositions makes the signals that end a process end this one at once.
// The Go runtime unblocks HUP, INT, QUIT and TERM in its threads, whatever mask it
// was started with; one that a handler took in a thread that execve is about to
// end would be lost. Without a handler the kernel ends the process as it sends
// the signal, with the sandbox, whose command has not started yet.
func defaultDispositions() {
	var act [4]uint64 // struct sigaction: SIG_DFL, no flags
	for _, s := range []unix.Signal{unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGTERM} {
		unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(s), uintptr(unsafe.Pointer(&act)), 0, 8, 0, 0)
	}
}

// descriptors duplicates what the monitor needs and makes everything else above 2
// close-on-exec. Fixed numbers would be easier to read but not safe: until execve
// the other threads of this process use the descriptors they have.
func (w *Watch) descriptors() (fds [3]int, err error) {
	self, err := unix.Open("/proc/self/exe", unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return fds, err
	}
	// The monitor reads after poll only, and must not be stopped by a pid 1
	// that somebody has stopped.
	if err := unix.SetNonblock(w.Control.fd, true); err != nil {
		return fds, err
	}
	if err := unix.CloseRange(3, ^uint(0)>>32, unix.CLOSE_RANGE_CLOEXEC); err != nil {
		return fds, err
	}
	for i, fd := range [...]int{w.Control.fd, w.Child.Pidfd, self} {
		if fds[i], err = unix.FcntlInt(uintptr(fd), unix.F_DUPFD, highFD); err != nil {
			return fds, err
		}
	}
	return fds, nil
}

// execveat executes the file behind fd.
func execveat(fd int, args, env []string) error {
	argv, err := syscall.SlicePtrFromStrings(args)
	if err != nil {
		return err
	}
	envp, err := syscall.SlicePtrFromStrings(env)
	if err != nil {
		return err
	}
	empty := []byte{0}
	_, _, errno := unix.Syscall6(unix.SYS_EXECVEAT, uintptr(fd), uintptr(unsafe.Pointer(&empty[0])),
		uintptr(unsafe.Pointer(&argv[0])), uintptr(unsafe.Pointer(&envp[0])), unix.AT_EMPTY_PATH, 0)
	runtime.KeepAlive(argv)
	runtime.KeepAlive(envp)
	return errno
}

// monitorParamSize is the room for parameters; the text is cut to it.
const monitorParamSize = 256

// monitorText is where the text is.
const monitorText = 64

// params is the block that monitor_amd64.s reads by offsets.
func (w *Watch) params(fds [3]int) []byte {
	b := make([]byte, monitorParamSize)
	text := w.TimeUp[:min(len(w.TimeUp), monitorParamSize-monitorText)]
	for i, v := range []uint64{
		uint64(max(w.Timeout, 0)), uint64(w.StopTime), uint64(w.StopSignal), uint64(w.Child.Pid),
		uint64(len(text)), uint64(fds[0]), uint64(fds[1]), uint64(fds[2]),
	} {
		binary.LittleEndian.PutUint64(b[8*i:], v)
	}
	copy(b[monitorText:], text)
	return b
}
