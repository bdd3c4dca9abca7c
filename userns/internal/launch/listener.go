package launch

import "golang.org/x/sys/unix"

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
	p.announce(socket, msgListening, number)
	return socket
}
