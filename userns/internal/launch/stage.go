package launch

import (
	"encoding/binary"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// The one init of the project. The portable executor starts this executable
// again, whatever program it is, and no user of the library should have to put
// a hook into main: so the two names are looked for here, before main. Both are
// names under which only this package starts a process; a stranger who starts
// the executable under them gets no more than the program he passes himself.
func init() {
	if len(os.Args) == 0 {
		return
	}
	switch os.Args[0] {
	case StageName:
		walkStage()
	case InitName:
		runInit()
	}
}

// walkStage is the walking process. It doesn't return.
//
//	Should:  run on one thread and keep to it, since capabilities, the signal
//	         mask and no_new_privs belong to threads and execve keeps those of
//	         its caller.
//	Mustn't: allocate, lock or print once the walk has begun.
func walkStage() {
	runtime.LockOSThread()
	source := os.NewFile(stageProgram, "program")
	program, err := decode(source)
	// Here, not by a finalizer in the middle of the walk, when the number may
	// already be another file's.
	source.Close()
	if err != nil {
		os.Exit(127) // the caller went away in the middle of it
	}
	unix.CloseOnExec(stageResult)
	index, errno := walk(link(program, fileNumbers()))
	var b [16]byte
	binary.NativeEndian.PutUint64(b[0:], uint64(index))
	binary.NativeEndian.PutUint64(b[8:], uint64(errno))
	unix.Write(stageResult, b[:])
	os.Exit(127)
}

// walk is native_amd64.s once more. It returns when a call fails.
func walk(l *linked) (int, unix.Errno) {
	defer l.keep()
	for i := range l.ops {
		if errno := l.call(&l.ops[i]); errno != 0 {
			return i, errno
		}
	}
	return len(l.ops), unix.ENOEXEC
}
