package main

import (
	"os"
	ossignal "os/signal"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"snug/userns"
)

// relayed leaves out the signals that are about snug itself: the kernel's about
// faults, children, and files that snug itself may not make so large, and the Go runtime's
// own SIGURG.
func relayed(s unix.Signal) bool {
	switch s {
	case unix.SIGKILL, unix.SIGSTOP, unix.SIGCHLD, unix.SIGURG, unix.SIGPIPE,
		unix.SIGSEGV, unix.SIGBUS, unix.SIGFPE, unix.SIGILL, unix.SIGTRAP,
		unix.SIGABRT, unix.SIGSYS, unix.SIGPROF, unix.SIGSTKFLT, unix.SIGXFSZ:
		return false
	}
	return true
}

// leftAlone says whether the caller has this process ignore s, as nohup(1) and a
// shell's & do: then it isn't for the command either. The Go runtime catches
// SIGQUIT in any case.
func leftAlone(s unix.Signal) bool {
	return (s == unix.SIGHUP || s == unix.SIGINT) && ossignal.Ignored(s)
}

// newRelay collects every signal that snug gets, from when it is ready: one that comes
// while the sandbox is made is not lost. One before does to snug what it does to any
// program.
func newRelay(tty *terminal) *relayer {
	r := &relayer{tty: tty, signals: make(chan os.Signal, 32), notified: make(chan struct{}), command: make(chan *userns.Sandbox)}
	go func() {
		r.collect(usual.has)
		close(r.notified)
		r.collect(func(s unix.Signal) bool { return !usual.has(s) })
	}()
	go r.relay()
	return r
}

// signals is a list of them.
type signals []unix.Signal

func (l signals) has(s unix.Signal) bool { return slices.Contains(l, s) }

// usual are the signals that people and programs send to what has just been started. They
// are collected first: each takes the Go runtime a switch of threads, 2 ms for all.
var usual = signals{unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT, unix.SIGTSTP, unix.SIGCONT, unix.SIGWINCH}

func (r *relayer) collect(those func(unix.Signal) bool) {
	var list []os.Signal
	for s := unix.Signal(1); s < 32; s++ {
		if relayed(s) && !leftAlone(s) && those(s) {
			list = append(list, s)
		}
	}
	ossignal.Notify(r.signals, list...)
}

// ready waits until it collects.
func (r *relayer) ready() { <-r.notified }

// to passes them on to the command, from now on.
func (r *relayer) to(sandbox *userns.Sandbox) { r.command <- sandbox }

func (r *relayer) relay() {
	var early []unix.Signal
	for r.sandbox == nil {
		select {
		case r.sandbox = <-r.command:
		case s := <-r.signals:
			if r.waits.Load() && final.has(s.(unix.Signal)) {
				// What hangs on this process, the sandbox so far, ends with it.
				os.Exit(128 + int(s.(unix.Signal)))
			}
			early = append(early, s.(unix.Signal))
		}
	}
	for _, s := range early {
		r.pass(s)
	}
	for s := range r.signals {
		r.pass(s.(unix.Signal))
	}
}

// final are those of the usual ones that end a program.
var final = signals{unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT}

// relayer passes on to the command every signal that snug gets.
type relayer struct {
	tty       *terminal // nil if the command has none of its own
	signals   chan os.Signal
	notified  chan struct{}
	command   chan *userns.Sandbox
	waits     atomic.Bool // for somebody else, who may take long: nobody should have to
	sandbox   *userns.Sandbox
	interrupt time.Time // of the last SIGINT
}

func (r *relayer) pass(s unix.Signal) {
	if final.has(s) {
		r.tty.told()
	}
	switch s {
	case unix.SIGTERM:
		r.sandbox.Stop()
	case unix.SIGINT:
		if now := time.Now(); now.Sub(r.interrupt) < 2*time.Second {
			r.sandbox.Kill()
		} else {
			r.interrupt = now
			r.sandbox.SignalGroup(s)
		}
	case unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU:
		// The command is in a session of its own, where the kernel ignores
		// a stop from the keyboard (its process group is orphaned).
		r.sandbox.SignalGroup(unix.SIGSTOP)
		r.tty.suspend()
	case unix.SIGCONT:
		r.tty.resume()
		r.sandbox.SignalGroup(s)
	case unix.SIGWINCH:
		if r.tty != nil {
			r.tty.resume() // the terminal inside sends one of its own
			return
		}
		r.sandbox.SignalGroup(s)
	case unix.SIGQUIT, unix.SIGHUP:
		r.sandbox.SignalGroup(s)
	default:
		r.sandbox.Signal(s)
	}
}
