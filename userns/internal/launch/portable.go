package launch

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// portable runs the program in a second process of this executable: cloned
// into the namespaces by Go's own fork, told what to do over a pipe (stage.go).
//
// The clone makes it a process without mapped ids, and execve takes an unmapped
// process's capabilities away, unless they are ambient.
type portable struct{}

// Descriptors of the walking process. The roles follow.
const (
	stageProgram = 3
	stageResult  = 4
	stageRoles   = 5
)

// StageName is argv[0] of the walking process.
const StageName = "snug:launch"

func (portable) start(j *Job, files []int) (*Child, error) {
	program, err := newPipe()
	if err != nil {
		return nil, beforeWalk(err)
	}
	defer program.close()
	result, err := newPipe()
	if err != nil {
		return nil, beforeWalk(err)
	}
	defer result.close()

	// The death signal of the walk follows this thread.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	child, err := fork(j, files, program.r, result.w)
	if err != nil {
		return nil, err
	}
	answered := j.answer(func() int { return child.Pid })
	go program.send(j.Program.encode())
	result.closeWriter()
	failed := readFailure(result.r)
	if failed == nil {
		return j.settle(child, answered)
	}
	child.discard()
	if err := j.cancel(answered); err != nil {
		return nil, err
	}
	return nil, failed
}

func fork(j *Job, files []int, program, result *os.File) (*Child, error) {
	child := &Child{Pidfd: -1}
	attr := &syscall.ProcAttr{
		Env:   []string{}, // nothing of the caller's
		Files: []uintptr{0, 1, 2, program.Fd(), result.Fd()},
		Sys: &syscall.SysProcAttr{
			Cloneflags:  j.Namespaces,
			PidFD:       &child.Pidfd,
			AmbientCaps: knownCaps(),
		},
	}
	if j.IntoCgroup {
		attr.Sys.UseCgroupFD, attr.Sys.CgroupFD = true, j.Cgroup
	}
	if j.Namespaces&unix.CLONE_NEWUSER == 0 {
		attr.Sys.AmbientCaps = nil
	}
	for role := range files {
		fd := files[role]
		if role == FileCaller || role == FileInit || fd < 0 {
			fd = 0 // never named by a portable program, see fileNumbers
		}
		attr.Files = append(attr.Files, uintptr(fd))
	}
	pid, err := syscall.ForkExec("/proc/self/exe", []string{StageName}, attr)
	if err != nil {
		return nil, beforeWalk(err)
	}
	child.Pid = pid
	return child, nil
}

// beforeWalk is a failure of what comes before the walk.
func beforeWalk(err error) *Failure {
	errno := unix.EIO
	errors.As(err, &errno)
	return &Failure{Call: -1, Errno: errno}
}

// fileNumbers are the roles' descriptors in the walking process.
func fileNumbers() []int {
	files := make([]int, numFileRoles)
	for role := range files {
		files[role] = stageRoles + role
	}
	files[FileCaller], files[FileInit] = -1, -1
	return files
}

// knownCaps lists the capabilities this kernel has.
func knownCaps() (caps []uintptr) {
	for c := range uintptr(64) {
		if v, err := unix.PrctlRetInt(unix.PR_CAPBSET_READ, c, 0, 0, 0); err != nil || v < 0 {
			break
		}
		caps = append(caps, c)
	}
	return caps
}

// readFailure waits until the walk has ended: nil is an execve that closed the
// pipe.
func readFailure(r io.Reader) *Failure {
	var b [16]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return nil
	}
	return &Failure{
		Call:  int(int64(binary.NativeEndian.Uint64(b[0:]))),
		Errno: unix.Errno(binary.NativeEndian.Uint64(b[8:])),
	}
}

type pipe struct{ r, w *os.File }

func newPipe() (*pipe, error) {
	r, w, err := os.Pipe()
	return &pipe{r, w}, err
}

func (p *pipe) closeWriter() { p.w.Close() }

func (p *pipe) close() {
	p.r.Close()
	p.w.Close()
}

func (p *pipe) send(b []byte) {
	p.w.Write(b)
	p.closeWriter()
}
