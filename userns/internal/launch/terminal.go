package launch

import "golang.org/x/sys/unix"

// terminalFD is the number under which the caller takes the terminal's other side: below
// what is out of the way, above what the next process is given.
const terminalFD = highFD - 1

// Terminal gives the next process a pseudo-terminal of the sandbox's own devpts: as 0 and 1,
// as 2 too if errors, and as the controlling terminal of the session that it leads. The
// caller takes the other side. It comes behind Descriptors.
//
// TIOCGPTPEER (Linux 4.13) opens the terminal without a path, which could be another by now.
func (p *Program) Terminal(errors bool) {
	socket := p.Aside(File(FileControl))
	master := p.Keep(unix.SYS_OPENAT, Int(unix.AT_FDCWD), p.Text(p.multiplexer()), Int(unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC), Int(0))
	p.Add(unix.SYS_IOCTL, Held(master), Int(unix.TIOCSPTLCK), p.Bytes(make([]byte, 4)))
	tty := p.Keep(unix.SYS_IOCTL, Held(master), Int(unix.TIOCGPTPEER), Int(unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC))
	for fd := range 3 {
		if fd < 2 || errors {
			p.Add(unix.SYS_DUP3, Held(tty), Int(fd), Int(0))
		}
	}
	aside := p.Aside(Held(master)) // it may have the number that is wanted, and dup3 minds
	p.Add(unix.SYS_DUP3, aside, Int(terminalFD), Int(unix.O_CLOEXEC))
	if p.second != 0 {
		p.passTerminal(socket, terminalFD)
	} else {
		p.announce(socket, msgTerminal, terminalFD)
	}
	p.AwaitTaken(socket)
	// Not before the caller has set the size, which would be a SIGWINCH for the command:
	// pending until pid 1 passes it on.
	p.Add(unix.SYS_IOCTL, Int(0), Int(unix.TIOCSCTTY), Int(0))
}

// multiplexer is where pseudo-terminals come from. /dev may have been changed by those inside
// when another enters, the devpts in it not.
func (p *Program) multiplexer() string {
	if p.second != 0 {
		return "/dev/pts/ptmx"
	}
	return "/dev/ptmx"
}
