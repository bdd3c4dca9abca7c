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

// Descriptors of the monitor.
const (
	monitorControl = 3
	monitorPidfd   = 4
	monitorSelf    = 5
)

// Become replaces this process, keeping its pid and its children, by a monitor
// of one page that waits for the sandbox and exits with the command's status:
// its own, 128+n after signal n, 124 after the time limit. It returns only if
// that can't be.
func (w *Watch) Become() error {
	if Portable() {
		return unix.ENOSYS
	}
	image, err := w.image()
	if err != nil {
		return err
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	// Blocked from here on, pending in the new image: no signal falls in
	// between. Pid 1 doesn't mind the change: execve keeps the socket.
	var all, old unix.Sigset_t
	for i := range all.Val {
		all.Val[i] = ^uint64(0)
	}
	if err := unix.PthreadSigmask(unix.SIG_SETMASK, &all, &old); err != nil {
		return err
	}
	err = w.exec(image)
	unix.PthreadSigmask(unix.SIG_SETMASK, &old, nil)
	return err
}

// exec moves the descriptors to where the monitor looks for them, first all out
// of the way. Everything else above 2 is this process's own and close-on-exec.
func (w *Watch) exec(image int) error {
	self, err := unix.Open("/proc/self/exe", unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	// The monitor reads after poll only, and must not be stopped by a pid 1
	// that somebody has stopped.
	if err := unix.SetNonblock(w.Control.fd, true); err != nil {
		return err
	}
	fds := [...]int{w.Control.fd, w.Child.Pidfd, self, image}
	for i, fd := range fds {
		if fds[i], err = unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, highFD); err != nil {
			return err
		}
	}
	// Whatever has these numbers is overwritten: there is no way back now.
	for i, fd := range fds[:3] {
		if err := unix.Dup3(fd, monitorControl+i, 0); err != nil {
			return err
		}
	}
	if err := unix.CloseRange(monitorSelf+1, ^uint(0)>>32, unix.CLOSE_RANGE_CLOEXEC); err != nil {
		return err
	}
	return execveat(fds[3], os.Args, os.Environ())
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

// image is a memfd of the monitor with its parameters.
func (w *Watch) image() (int, error) {
	return imageFile("snug", elfImage(w.params(), codeAt(monitorCode())))
}

// monitorParamSize is the room for parameters; the text is cut to it.
const monitorParamSize = 256

// params is the block that monitor_amd64.s reads by offsets.
func (w *Watch) params() []byte {
	b := make([]byte, monitorParamSize)
	text := w.TimeUp[:min(len(w.TimeUp), monitorParamSize-40)]
	for i, v := range []uint64{
		uint64(max(w.Timeout, 0)), uint64(w.StopTime), uint64(w.StopSignal),
		uint64(w.Child.Pid), uint64(len(text)),
	} {
		binary.LittleEndian.PutUint64(b[8*i:], v)
	}
	copy(b[40:], text)
	return b
}
