package launch

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// Parts that every program has.

// Begin makes the new process quiet and mortal: no signal interrupts it half
// way, and it ends with the caller.
func (p *Program) Begin() {
	p.Step("block signals", "")
	p.Add(unix.SYS_RT_SIGPROCMASK, Int(unix.SIG_BLOCK), p.Bytes(allSignals[:]), Int(0), Int(8))
	p.mortal(true)
	p.Step("start a session", "")
	p.Add(unix.SYS_SETSID)
	// Ignored by the caller it would be ignored by pid 1, whose children would
	// then vanish without a word (bubblewrap#705).
	p.Step("reset signals", "")
	p.Add(unix.SYS_RT_SIGACTION, Int(unix.SIGCHLD), p.Bytes(make([]byte, 32)), Int(0), Int(8))
}

// mortal has the process end with the caller, whose end of the socket it may hold.
func (p *Program) mortal(holds bool) {
	p.Step("end with the caller", "")
	p.Add(unix.SYS_PRCTL, Int(unix.PR_SET_PDEATHSIG), Int(unix.SIGKILL))
	// A caller that died before this line sends no signal any more. Once this
	// process has dropped its copy, the caller's end of the socket is the
	// caller's alone, and reading from an ended socket returns 0 at once.
	// EBADF: the portable executor never had the copy.
	if holds {
		p.Add(unix.SYS_CLOSE, File(FileCaller)).Tolerate(unix.EBADF)
	}
	p.Add(unix.SYS_RECVFROM, File(FileControl), p.Bytes(make([]byte, messageSize)), Int(messageSize),
		Int(unix.MSG_DONTWAIT|unix.MSG_PEEK), Int(0), Int(0)).Tolerate(unix.EAGAIN).Expect(messageSize)
}

var allSignals = [8]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

// Ready tells the caller that [Job].Ready can begin; Await stops the new process
// until it has returned. What stands between the two happens at the same time.
func (p *Program) Ready() {
	p.announce(File(FileControl), msgReady, 0)
}

// Await is the second half of Ready.
func (p *Program) Await() { p.AwaitTaken(File(FileControl)) }

// AwaitReady is both halves with nothing between.
func (p *Program) AwaitReady() {
	p.Ready()
	p.Await()
}

// WriteFile opens path below dir, which must exist, and writes data in one
// write(2), as the files of proc(5) want it.
func (p *Program) WriteFile(dir Arg, path, data string) {
	fd := p.Keep(unix.SYS_OPENAT, dir, p.Text(path), Int(unix.O_WRONLY|unix.O_CLOEXEC))
	p.Add(unix.SYS_WRITE, Held(fd), p.Text(data), Int(len(data))).Expect(len(data))
	p.Add(unix.SYS_CLOSE, Held(fd))
}

// highFD is above every descriptor that the next process is given.
const highFD = 10

// Aside is a duplicate of fd, out of the way of those.
func (p *Program) Aside(fd Arg) Arg {
	return Held(p.Keep(unix.SYS_FCNTL, fd, Int(unix.F_DUPFD_CLOEXEC), Int(highFD)))
}

// Descriptors gives the next process the standard three and, as 3, the control
// socket; everything else is closed by its execve. First all are moved out of
// the way, since a source may have the number of another's target.
func (p *Program) Descriptors(control bool) {
	p.Step("arrange descriptors", "")
	roles := []int{FileStdin, FileStdout, FileStderr, FileControl}
	if !control {
		roles = roles[:3]
	}
	var held [4]Arg
	for i, role := range roles {
		held[i] = p.Aside(File(role))
	}
	for i := range roles {
		p.Add(unix.SYS_DUP3, held[i], Int(i), Int(0))
	}
	p.Add(unix.SYS_CLOSE_RANGE, Int(len(roles)), Int(^uint32(0)), Int(unix.CLOSE_RANGE_CLOEXEC))
}

// LetGo closes everything but what the program itself needs, for a process that waits:
// it may have been born while another goroutine of the caller's started a program, and
// would hold the end of the pipe by which that learns of its execve. That program would
// then wait for this process, which may be waiting for that program. What is kept besides
// the streams and the control socket is in others.
func (p *Program) LetGo(others ...int) {
	p.Step("arrange descriptors", "")
	roles := append([]int{FileStdin, FileStdout, FileStderr, FileControl}, others...)
	var held [numFileRoles]Arg
	for i, role := range roles {
		held[i] = p.Aside(File(role))
	}
	for i, role := range roles {
		p.Add(unix.SYS_DUP3, held[i], Int(i), Int(0))
		p.moved[role] = i + 1
	}
	p.Add(unix.SYS_CLOSE_RANGE, Int(len(roles)), Int(^uint32(0)), Int(0))
}

// InitName is argv[0] of pid 1; the portable one knows itself by it.
const InitName = "snug:init"

// Init ends the program: image, a descriptor, becomes pid 1 and starts the
// first of paths that can be executed.
func (p *Program) Init(image Arg, paths, argv, env []string) {
	p.outliveThread()
	p.Step("start pid 1", "")
	vec := p.Vector([]string{InitName}, paths, []string{""}, argv)
	p.Add(unix.SYS_EXECVEAT, image, p.Empty(), vec, p.Vector(env), Int(unix.AT_EMPTY_PATH))
}

// outliveThread drops the death signal, which follows the caller's thread:
// from here on pid 1 watches the control socket.
func (p *Program) outliveThread() {
	p.Add(unix.SYS_PRCTL, Int(unix.PR_SET_PDEATHSIG), Int(0))
}

// Exec ends the program without a pid 1 of ours: the first of paths that can
// be executed takes its place. The death signal stays.
func (p *Program) Exec(paths, argv, env []string) {
	p.Step("unblock signals", "")
	p.Add(unix.SYS_RT_SIGPROCMASK, Int(unix.SIG_SETMASK), p.Bytes(make([]byte, 8)), Int(0), Int(8))
	vec, envp := p.Vector(argv), p.Vector(env)
	for i, path := range paths {
		p.Step("execute", path)
		c := p.Add(unix.SYS_EXECVE, p.Text(path), vec, envp)
		if i < len(paths)-1 { // the search goes on, as in execvp(3)
			c.Tolerate(unix.ENOENT).Tolerate(unix.ENOTDIR).Tolerate(unix.EACCES)
		}
	}
}

// DefaultSignals undoes what the caller ignores: an ignored signal survives
// execve. The assembled pid 1 does this by itself.
func (p *Program) DefaultSignals() {
	p.Step("reset signals", "")
	zero := p.Bytes(make([]byte, 32)) // struct sigaction of every architecture fits
	for sig := 1; sig <= 64; sig++ {
		if sig != int(unix.SIGKILL) && sig != int(unix.SIGSTOP) {
			p.Add(unix.SYS_RT_SIGACTION, Int(sig), zero, Int(0), Int(8))
		}
	}
}

// SelfImage opens this executable to be pid 1. The kernel refuses to write to it
// for as long as it runs (ETXTBSY), and pid 1 is not dumpable, so nobody inside
// gets at it through /proc/1/exe (CVE-2019-5736). A read-only mount of its own
// is not to be had: open_tree(OPEN_TREE_CLONE) of /proc/self/exe is EINVAL, the
// link leads into the caller's mount namespace (tried on 6.18).
func (p *Program) SelfImage() Arg {
	p.Step("open pid 1's image", "/proc/self/exe")
	// As 3 it would be replaced by the control socket, and executing a socket is
	// EACCES.
	return p.Aside(Held(p.Keep(unix.SYS_OPENAT, Int(unix.AT_FDCWD), p.Text("/proc/self/exe"), Int(unix.O_PATH|unix.O_CLOEXEC))))
}

// SetAttr changes the attributes of the mount behind tree; flags may be
// AT_RECURSIVE.
func (p *Program) SetAttr(tree Arg, attr unix.MountAttr, flags int) {
	b := make([]byte, 0, 32)
	for _, v := range []uint64{attr.Attr_set, attr.Attr_clr, attr.Propagation, attr.Userns_fd} {
		b = binary.NativeEndian.AppendUint64(b, v)
	}
	p.Add(unix.SYS_MOUNT_SETATTR, tree, p.Empty(), Int(unix.AT_EMPTY_PATH|flags), p.Bytes(b), Int(len(b)))
}
