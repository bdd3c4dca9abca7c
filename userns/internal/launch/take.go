package launch

import (
	"time"

	"golang.org/x/sys/unix"
)

// What the new process makes inside and the caller needs, the caller takes: pidfd_getfd(2)
// wants no more than the right to trace it, which whoever made its user namespace has. The
// new process says under which number it is, and waits until it is taken.

// announce tells the caller what there is, and which descriptor to take; socket is the
// control socket.
func (p *Program) announce(socket Arg, kind, number int) {
	m := message(uint32(kind), uint32(number))
	p.Add(unix.SYS_WRITE, socket, p.Bytes(m[:]), Int(messageSize)).Expect(messageSize)
}

// AwaitTaken waits until the caller has done its part of what was announced.
func (p *Program) AwaitTaken(socket Arg) {
	p.Add(unix.SYS_READ, socket, p.Bytes(make([]byte, messageSize)), Int(messageSize)).Expect(messageSize)
}

// take gets a descriptor of the new process, gives it to whom it is for, and lets the process
// go on. If it can't, the process must end: it may be waiting for an answer from there.
func take(control Control, pid, number int, give func(fd int)) error {
	pidfd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return nil // it is gone, and its end is reported
	}
	defer unix.Close(pidfd)
	fd, err := taken(pidfd, number)
	switch {
	case err == unix.ESRCH:
		return nil
	case err != nil:
		unix.PidfdSendSignal(pidfd, unix.SIGKILL, nil, 0)
		return &Failure{Call: CallTake, Errno: err.(unix.Errno)}
	}
	give(fd)
	control.send(0, 0)
	return nil
}

// CallTake is the index of a Failure to take a descriptor.
const CallTake = -2

// taken is a copy of it as soon as it is there: a listener is only when the kernel has
// checked and translated the filter, which takes some ten microseconds. ESRCH says that the
// process has ended.
func taken(pidfd, number int) (int, error) {
	for {
		fd, err := unix.PidfdGetfd(pidfd, number, 0)
		if err != unix.EBADF {
			return fd, err
		}
		ended := []unix.PollFd{{Fd: int32(pidfd), Events: unix.POLLIN}}
		if n, _ := unix.Poll(ended, 0); n > 0 { // EBADF of a process that has no descriptors any more
			return -1, unix.ESRCH
		}
		time.Sleep(20 * time.Microsecond)
	}
}
