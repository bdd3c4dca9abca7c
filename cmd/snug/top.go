package main

import (
	"os"
	ossignal "os/signal"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// topCmd is `snug top`.
type topCmd struct {
	watched
	Sort string `enum:"cpu,memory,pressure,name" default:"cpu" placeholder:"cpu|memory|pressure|name" help:"What to sort by (default cpu)."`
}

// Run does `snug top`.
func (c *topCmd) Run() int {
	every, err := c.interval()
	if err != nil {
		return report(os.Stderr, err)
	}
	missing := 0
	w, err := newWatch(c.Sandbox, func(err error) { report(os.Stderr, err); missing = 1 })
	switch {
	case err != nil:
		return report(os.Stderr, err)
	case missing != 0:
		return missing
	}
	v := c.view()
	if !isTerminal(1) || os.Getenv("TERM") == "dumb" {
		return v.once(w)
	}
	return v.watch(w, every)
}

func (c *topCmd) view() *topView {
	v := &topView{cpus: runtime.NumCPU(), paint: colours(os.Stdout) != nil}
	for i := range orders {
		if orders[i].name == c.Sort {
			v.by = i
		}
	}
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) == nil {
		v.memory = uint64(info.Totalram) * uint64(info.Unit)
	}
	return v
}

// once prints one table where there is no screen to paint on: as snug stats, in the order.
func (v *topView) once(w *watch) int {
	ossignal.Ignore(unix.SIGPIPE)
	_, err := w.look()
	if err == nil {
		time.Sleep(briefly)
		v.rows, err = w.look()
	}
	if err == nil {
		err = quiet(printSamples(os.Stdout, v.sorted()))
	}
	if err != nil {
		return report(os.Stderr, err)
	}
	return 0
}

// watch paints until somebody has had enough. Whatever ends it, the terminal is as it was.
func (v *topView) watch(w *watch, every time.Duration) int {
	var err error
	if v.rows, err = w.look(); err != nil {
		return report(os.Stderr, err)
	}
	signals := make(chan os.Signal, 8)
	ossignal.Notify(signals, unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT, unix.SIGPIPE, unix.SIGWINCH, unix.SIGTSTP, unix.SIGCONT)
	s := &topScreen{saved: modesOf(0)}
	defer s.leave()
	s.enter()
	keys, next := s.keys(), time.NewTimer(briefly)
	for {
		v.wide, v.high = sizeOf(1)
		if s.show(v.draw()) != nil { // the terminal is gone
			return 128 + int(unix.SIGHUP)
		}
		select {
		case <-next.C:
			v.look(w)
			next.Reset(every)
		case typed, open := <-keys:
			if status := v.typed(s, typed, open); status >= 0 {
				return status
			}
		case sig := <-signals:
			if status := s.signalled(sig); status >= 0 {
				return status
			}
		}
	}
}

// look brings the view up to date, or says why it can't.
func (v *topView) look(w *watch) {
	rows, err := w.look()
	if err != nil {
		v.problem = err.Error()
		return
	}
	v.rows, v.problem = rows, ""
}

// typed gives the exit status if that was the end, and -1 otherwise.
func (v *topView) typed(s *topScreen, typed []byte, open bool) int {
	if !open {
		return 0
	}
	switch v.press(typed) {
	case keyQuit:
		return 0
	case keyInterrupt:
		return 128 + int(unix.SIGINT)
	case keySuspend:
		s.suspend()
	}
	return -1
}

func (s *topScreen) signalled(sig os.Signal) int {
	switch n := sig.(unix.Signal); n {
	case unix.SIGWINCH:
	case unix.SIGTSTP:
		s.suspend()
	case unix.SIGCONT:
		s.again()
	default:
		return 128 + int(n)
	}
	return -1
}

// Help is what `snug top --help` says besides the flags.
func (*topCmd) Help() string {
	return `The bars: CPU of all that the machine has; MEMORY of its limit, or of the machine's where it has none; WAIT, the share of the last 10 seconds in which some process had to wait for a CPU, for memory or for a disk, whichever is the most. What nobody counts is "-".

Keys: q or control C ends it; c, m, p and n sort by CPU, memory, pressure and name, < and > (or the arrows) by the next; r turns the order round; j and k (or the arrows) scroll. No key does anything to a sandbox.

Where standard output is no terminal it prints one table, as snug stats, and ends.

Exit status: 0; 1 one was not there or has ended already; 125 the line was not understood.`
}
