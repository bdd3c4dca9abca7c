package launch

import (
	"time"

	"golang.org/x/sys/unix"
)

// The listener of a filter belongs to the caller, and the new process can't send it: the
// filter may ask about every call, even that, and nobody would answer. So the caller takes
// it. The new process says that it is about to get one, and has seen to it that it is the
// next free descriptor, whose number both know. Then it waits, or its execve would close
// the listener before it is taken; the call by which it waits may be the first one that is
// asked about.

// ListenerFD is the number of the listener. The walking process of the portable executor
// has stageResult below it.
func ListenerFD(portable bool) int {
	if portable {
		return stageResult + 1
	}
	return initControl + 1
}

// Listen makes room for the listener of the filter that the next call installs, and tells
// the caller to take it. It comes behind Descriptors, whose argument control is.
func (p *Program) Listen(portable, control bool) (socket Arg) {
	number := ListenerFD(portable)
	socket = p.Aside(File(FileControl))
	if !control { // all below it must be in use
		p.Add(unix.SYS_DUP3, Int(0), Int(initControl), Int(unix.O_CLOEXEC))
	}
	p.Add(unix.SYS_CLOSE_RANGE, Int(number), Int(highFD-1), Int(0))
	m := message(msgListening, uint32(number))
	p.Add(unix.SYS_WRITE, socket, p.Bytes(m[:]), Int(messageSize)).Expect(messageSize)
	return socket
}

// AwaitListener comes behind the call that installs the filter, and waits until the
// listener is taken. socket is what Listen returned.
func (p *Program) AwaitListener(socket Arg) {
	p.Add(unix.SYS_READ, socket, p.Bytes(make([]byte, messageSize)), Int(messageSize)).Expect(messageSize)
}

// listen takes the listener of a process that is about to have one. If it can't, the
// process must end: it may be waiting for an answer already.
func (j *Job) listen(control Control, pid, number int) error {
	pidfd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return nil // it is gone, and its end is reported
	}
	defer unix.Close(pidfd)
	listener, err := takeListener(pidfd, number)
	switch {
	case err == unix.ESRCH:
		return nil
	case err != nil:
		unix.PidfdSendSignal(pidfd, unix.SIGKILL, nil, 0)
		return &Failure{Call: CallListener, Errno: err.(unix.Errno)}
	}
	j.Listening(listener)
	control.send(0, 0)
	return nil
}

// CallListener is the index of a Failure to take the listener.
const CallListener = -2

// takeListener copies it as soon as it is there: the kernel checks and translates the
// filter first, which takes some ten microseconds. ESRCH says that the process has ended.
func takeListener(pidfd, number int) (int, error) {
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
