package launch

import (
	"sync"

	"golang.org/x/sys/unix"
)

// Joining a sandbox that runs.
//
// A process changes its pid namespace only for its children, so there are two: the first
// enters all other namespaces, and the second is born in it, as a child of the caller's. They
// share the caller's memory until the second has executed join_amd64.s.
//
//	Should:  let go of every descriptor but its streams before it enters, and have given up
//	         all it gives up before it executes anything.
//	Mustn't: be open to the sandbox in the meantime. Those inside see the second process
//	         as soon as it is there, are the same user, and might trace it or read its memory
//	         and its descriptors (CVE-2016-9962): so this memory is not dumpable, and belongs
//	         to the caller's user namespace, where they have no say.

// Enter takes the process into all those namespaces of the process behind FileTarget at once
// (setns(2) with a pidfd, Linux 5.8), and its root is theirs.
func (p *Program) Enter(namespaces uintptr) {
	p.Add(unix.SYS_SETNS, File(FileTarget), Int(namespaces))
	p.Add(unix.SYS_CLOSE, File(FileTarget))
}

// Fork makes the second process, which does the rest of the program. The first one waits
// until it executes something, and ends.
func (p *Program) Fork() {
	p.slots++
	p.second = Slot(p.slots)
	// As a child of the caller's (CLONE_PARENT), which can wait for it.
	p.Add(unix.SYS_CLONE, Int(unix.CLONE_PARENT|unix.CLONE_VM|unix.CLONE_VFORK|unix.CLONE_PARENT_SETTID), Int(0),
		Arg{argSlotAddress, uint64(p.second)}, Int(0), Int(0)).Forks = true
	p.mortal(false) // LetGo has dropped it
	p.Step("start a session", "")
	p.Add(unix.SYS_SETSID)
}

// Join ends the program: image, a descriptor, executes the first of paths that can be
// executed. The death signal stays.
func (p *Program) Join(image Arg, paths, argv, env []string) {
	p.Step("start the command", "")
	vec := p.Vector([]string{joinName}, paths, []string{""}, argv)
	p.Add(unix.SYS_EXECVEAT, image, p.Empty(), vec, p.Vector(env), Int(unix.AT_EMPTY_PATH))
}

const joinName = "snug:join"

// undumpable keeps this process's memory to itself for as long as some process inside a
// sandbox shares it.
var undumpable struct {
	sync.Mutex
	joining int
	was     int
}

func hideMemory() error {
	undumpable.Lock()
	defer undumpable.Unlock()
	if undumpable.joining == 0 {
		was, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
		if err != nil {
			return err
		}
		if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
			return err
		}
		undumpable.was = was
	}
	undumpable.joining++
	return nil
}

// Arrived ends what keeps the memory of this process to itself, once the child of a launch with
// [Program.Fork] has said, by a message or by the end of the control socket, that it has executed
// its image. Start returns before that: execve(2) lets who waits in vfork(2) go on while the
// process still has the old memory (exec_mmap, fs/exec.c), and those inside found that moment.
func (c *Child) Arrived() { showMemory() }

func showMemory() {
	undumpable.Lock()
	defer undumpable.Unlock()
	if undumpable.joining--; undumpable.joining == 0 && undumpable.was == 1 {
		// 2 can't be set, and is no less than 0.
		_ = unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0)
	}
}

// passTerminal gives the caller the terminal's other side, which it can't take from a process
// whose memory isn't dumpable (pidfd_getfd(2)).
func (p *Program) passTerminal(socket Arg, number int) {
	m := message(msgTerminal, uint32(number))
	off := len(p.text)
	p.text = append(p.text, m[:]...)
	p.Add(unix.SYS_SENDMSG, socket, Arg{argRights, uint64(off)<<8 | uint64(number)}, Int(0)).Expect(messageSize)
}

// rights is a message of the control socket's that carries a descriptor.
func rights(b []byte, fd int) *unix.Msghdr {
	control := unix.UnixRights(fd)
	h := &unix.Msghdr{Iov: &unix.Iovec{Base: &b[0]}, Control: &control[0]}
	h.Iov.SetLen(messageSize)
	h.SetIovlen(1)
	h.SetControllen(len(control))
	return h
}

// receive is Next for a message that may carry a descriptor, which is -1 otherwise.
func (c Control) receive() (Event, int) {
	var m [messageSize]byte
	control := make([]byte, unix.CmsgSpace(4))
	for {
		n, size, _, _, err := unix.Recvmsg(c.fd, m[:], control, unix.MSG_CMSG_CLOEXEC)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n != messageSize {
			return Event{}, -1
		}
		fd := -1
		if messages, err := unix.ParseSocketControlMessage(control[:size]); err == nil && len(messages) == 1 {
			if fds, err := unix.ParseUnixRights(&messages[0]); err == nil && len(fds) == 1 {
				fd = fds[0]
			}
		}
		return eventOf(m), fd
	}
}
