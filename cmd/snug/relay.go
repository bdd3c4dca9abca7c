package main

import (
	"os"
	ossignal "os/signal"
	"time"

	"golang.org/x/sys/unix"

	"snug/userns"
)

// relay passes on to the command every signal that snug gets.
type relay struct {
	signals   chan os.Signal
	interrupt time.Time // of the last SIGINT
}

// notRelayed are the signals that are about snug itself: the kernel's about
// faults and children, and the Go runtime's own SIGURG.
var notRelayed = map[unix.Signal]bool{
	unix.SIGKILL: true, unix.SIGSTOP: true, unix.SIGCHLD: true, unix.SIGURG: true, unix.SIGPIPE: true,
	unix.SIGSEGV: true, unix.SIGBUS: true, unix.SIGFPE: true, unix.SIGILL: true, unix.SIGTRAP: true,
	unix.SIGABRT: true, unix.SIGSYS: true, unix.SIGPROF: true, unix.SIGSTKFLT: true,
}

// newRelay starts to collect signals, so that one that comes while the sandbox
// is made is not lost.
func newRelay() *relay {
	r := &relay{signals: make(chan os.Signal, 32)}
	var list []os.Signal
	for s := unix.Signal(1); s < 32; s++ {
		if !notRelayed[s] {
			list = append(list, s)
		}
	}
	ossignal.Notify(r.signals, list...)
	return r
}

// to passes them on from now.
func (r *relay) to(sandbox *userns.Sandbox) {
	go func() {
		for s := range r.signals {
			r.pass(sandbox, s.(unix.Signal))
		}
	}()
}

func (r *relay) pass(sandbox *userns.Sandbox, s unix.Signal) {
	switch s {
	case unix.SIGTERM:
		sandbox.Stop()
	case unix.SIGINT:
		if now := time.Now(); now.Sub(r.interrupt) < 2*time.Second {
			sandbox.Kill()
		} else {
			r.interrupt = now
			sandbox.SignalGroup(s)
		}
	case unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU:
		// The command is in a session of its own, where the kernel ignores
		// a stop from the keyboard (its process group is orphaned).
		sandbox.SignalGroup(unix.SIGSTOP)
		unix.Kill(os.Getpid(), unix.SIGSTOP)
	case unix.SIGQUIT, unix.SIGHUP, unix.SIGCONT, unix.SIGWINCH:
		sandbox.SignalGroup(s)
	default:
		sandbox.Signal(s)
	}
}
