package notify

import (
	"io"
	"reflect"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"

	"snug/seccomp"
)

// Listener is where a filter asks: the descriptor that seccomp(2) gives for
// SECCOMP_FILTER_FLAG_NEW_LISTENER. Its methods are for one goroutine.
type Listener struct {
	fd  int
	in  question
	out answer
}

// question is struct seccomp_notif of linux/seccomp.h, and room for it to grow: the kernel
// fills as much as its own has (SECCOMP_GET_NOTIF_SIZES), and wants zeros there before.
type question struct {
	id     uint64
	thread uint32
	_      uint32 // flags
	call   seccomp.Call
	_      [176]byte
}

// answer is struct seccomp_notif_resp.
type answer struct {
	id    uint64
	_     int64 // what the call returns, for one that is made up
	errno int32
	flags uint32
	_     [104]byte
}

// Open takes a listener's descriptor over.
func Open(fd int) *Listener {
	l := &Listener{fd: fd}
	// Since Linux 6.6: the two sides run by turns, on one CPU. Without it they do, too.
	_, _, _ = unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.SECCOMP_IOCTL_NOTIF_SET_FLAGS, unix.SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP)
	return l
}

// Close ends it: what is asked from now on gives ENOSYS.
func (l *Listener) Close() error { return unix.Close(l.fd) }

// Asked is a call whose thread waits for an answer.
type Asked struct {
	seccomp.Call
	Thread int // its id, in this process's pid namespace

	id uint64
	l  *Listener
}

// Next waits for a call. io.EOF says that nobody is under the filter any more: all have
// ended, and been waited for (since Linux 5.9).
func (l *Listener) Next() (*Asked, error) {
	for {
		p := []unix.PollFd{{Fd: int32(l.fd), Events: unix.POLLIN}}
		if _, err := unix.Poll(p, -1); err != nil {
			if err == unix.EINTR {
				continue
			}
			return nil, err
		}
		switch {
		case p[0].Revents&unix.POLLIN != 0:
		case p[0].Revents&unix.POLLHUP != 0:
			return nil, io.EOF
		default:
			// POLLERR is no error: a signal came while the kernel waited for its lock
			// (seccomp_notify_poll, kernel/seccomp.c), and Go's runtime sends many. Taken
			// for the end, it refused everything from there on.
			continue
		}
		l.in = question{}
		switch err := l.ioctl(unix.SECCOMP_IOCTL_NOTIF_RECV, reflect.ValueOf(&l.in).Pointer()); err {
		case 0:
			return &Asked{Call: l.in.call, Thread: int(l.in.thread), id: l.in.id, l: l}, nil
		case unix.EINTR, unix.ENOENT: // the thread was killed, or got a signal
		default:
			return nil, err
		}
	}
}

func (l *Listener) ioctl(request, address uintptr) syscall.Errno {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(l.fd), request, address)
	runtime.KeepAlive(l)
	return errno
}

// Waits tells whether the thread still waits: what was read of it before was its own then.
func (a *Asked) Waits() bool {
	return a.l.ioctl(unix.SECCOMP_IOCTL_NOTIF_ID_VALID, reflect.ValueOf(&a.id).Pointer()) == 0
}

// Refuse has the call give an error. It does nothing for a thread that doesn't wait any
// more.
func (a *Asked) Refuse(e syscall.Errno) {
	a.l.out = answer{id: a.id, errno: -int32(e)}
	a.l.ioctl(unix.SECCOMP_IOCTL_NOTIF_SEND, reflect.ValueOf(&a.l.out).Pointer())
}

// Allow has the kernel make the call. Only its registers were looked at: what it finds in
// memory then may be something else (seccomp_unotify(2), "security").
func (a *Asked) Allow() {
	a.l.out = answer{id: a.id, flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE}
	a.l.ioctl(unix.SECCOMP_IOCTL_NOTIF_SEND, reflect.ValueOf(&a.l.out).Pointer())
}

// Kill ends the process with SIGKILL before the call is made. One that this process may not
// kill gets an error at least.
func (a *Asked) Kill() {
	if a.Waits() && unix.Kill(a.Thread, unix.SIGKILL) != nil {
		a.Refuse(unix.EPERM)
	}
}

// Arch is the architecture the call came in by; NoArch if there is no table for it.
func (a *Asked) Arch() seccomp.Arch { return seccomp.ArchByAudit(a.Call.Arch) }
