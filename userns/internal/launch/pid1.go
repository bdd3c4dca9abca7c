package launch

import (
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// The portable pid 1: pid1_amd64.s in Go, for the architectures without it and
// for a sandbox that shares its pid namespace, where it is not pid 1 and has to
// find what it must end.
//
// Once the target runs it can take every process that there may be, and a thread that the
// Go runtime then can't have is the end of this program, and of all in the sandbox with
// it: without a word, as its standard error is closed by then. So every thread that will
// be wanted is there before the target is, see haveThreads.

// initControl is where the control socket is.
const initControl = 3

func runInit() {
	runtime.LockOSThread() // the mask below is this thread's
	unix.CloseOnExec(initControl)
	unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
	haveThreads()
	alone := os.Getpid() == 1
	if !alone {
		unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
	}
	terminal := hasTerminal()
	// Before the target exists, so that its end can't be missed.
	signals := make(chan os.Signal, 64)
	signal.Notify(signals)
	control := Control{initControl}
	paths, argv := splitArgs(os.Args[1:])
	target, errno := startTarget(paths, argv, terminal)
	if errno != 0 {
		control.send(msgNotStarted, uint32(errno))
		os.Exit(0)
	}
	control.send(msgStarted, uint32(target))
	unix.CloseRange(0, 2, 0) // the target's streams are the target's
	go obey(control, target, alone)
	status := reap(signals, target, func() {
		if terminal {
			control.send(msgSuspended, 0)
		}
	})
	endAll(alone)
	control.send(msgExited, uint32(status))
	os.Exit(0)
}

// splitArgs parts pid 1's arguments: candidate paths, "", the target's argv.
func splitArgs(args []string) (paths, argv []string) {
	for i, a := range args {
		if a == "" {
			return args[:i], args[i+1:]
		}
	}
	return args, nil
}

// hasTerminal says whether standard input is this session's controlling terminal, which is
// so only if the launch gave it one.
func hasTerminal() bool {
	_, err := unix.IoctlGetInt(0, unix.TIOCGPGRP)
	return err == nil
}

// startTarget tries the candidates as execvp(3) does. With a terminal the target is what a
// shell makes of a command: a process group in the foreground, in a session with somebody
// who waits for it, so that control Z stops it. Without one it leads a session of its own.
func startTarget(paths, argv []string, terminal bool) (int, syscall.Errno) {
	var none unix.Sigset_t
	unix.PthreadSigmask(unix.SIG_SETMASK, &none, nil)
	found := syscall.ENOENT
	for _, path := range paths {
		pid, err := syscall.ForkExec(path, argv, &syscall.ProcAttr{
			Env:   os.Environ(),
			Files: []uintptr{0, 1, 2},
			Sys:   &syscall.SysProcAttr{Setsid: !terminal, Foreground: terminal, Ctty: 0},
		})
		if err == nil {
			return pid, 0
		}
		switch errno := err.(syscall.Errno); errno {
		case syscall.ENOENT, syscall.ENOTDIR:
		case syscall.EACCES:
			found = errno
		default:
			return 0, errno
		}
	}
	return 0, found
}

// obey does what the caller says, and ends with the caller.
func obey(control Control, target int, alone bool) {
	for {
		e, whom, ok := control.order()
		if !ok {
			endAll(alone)
			os.Exit(0)
		}
		if whom == ToGroup {
			unix.Kill(-target, e)
		} else {
			unix.Kill(target, e)
		}
	}
}

// order is the caller's next message, as pid 1 reads it.
func (c Control) order() (unix.Signal, uint32, bool) {
	e := c.Next()
	return unix.Signal(e.Kind), e.Value, e.Kind != 0
}

// reap forwards signals and waits for children until the target has ended.
func reap(signals <-chan os.Signal, target int, stopped func()) unix.WaitStatus {
	for s := range signals {
		sig := s.(syscall.Signal)
		if sig == unix.SIGURG { // the Go runtime's own, to preempt goroutines
			continue
		}
		if sig != unix.SIGCHLD {
			unix.Kill(target, sig)
			continue
		}
		if status, ended := reapAll(target, stopped); ended {
			return status
		}
	}
	return 0
}

func reapAll(target int, stopped func()) (unix.WaitStatus, bool) {
	var status unix.WaitStatus
	for {
		pid, err := unix.Wait4(-1, &status, unix.WNOHANG|unix.WALL|unix.WUNTRACED, nil)
		switch {
		case err == unix.EINTR:
		case err != nil || pid <= 0:
			return 0, false
		case status.Stopped():
			if pid == target {
				stopped()
			}
		case pid == target:
			return status, true
		}
	}
}

// endAll leaves nothing behind. In a pid namespace of our own -1 is everything
// in it; in a shared one it would be everything the user has.
func endAll(alone bool) {
	if alone {
		unix.Kill(-1, unix.SIGKILL)
		return
	}
	killDescendants()
}
