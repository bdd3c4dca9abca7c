package main

import (
	"errors"
	"os"
	ossignal "os/signal"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"snug/userns"
)

// terminal relays between the caller's terminal and the command's own, which is another: so
// a shell inside has job control, and nothing inside can do anything to the caller's.
//
// The caller's is raw meanwhile: control C is a key, and the terminal inside makes a signal
// of it. It is so only while snug is in the foreground; whoever else is has it as it was.
type terminal struct {
	command *userns.PTY // the other side of the command's; nil before it runs
	ended   atomic.Bool // the command has
	shown   chan struct{}
	hurry   chan struct{} // closed by enough, for whoever doesn't want to wait until all is shown
	enough  func()

	mu    sync.Mutex
	saved *unix.Termios // what the caller's was; nil if it isn't one
	raw   bool
	over  bool  // raw no more
	lost  error // why what was printed can't be shown
}

const outerIn = 0 // where the caller's terminal is

// wantsTerminal says whether the command gets one: where the caller types at it and looks at
// what it prints.
func (r *runCmd) wantsTerminal() bool {
	switch {
	case r.TTY:
		return true
	case r.NoTTY || r.stdout != nil || r.Detach:
		return false
	}
	return isTerminal(0) && isTerminal(1)
}

func isTerminal(fd int) bool { return modesOf(fd) != nil }

// modesOf gives the modes of a terminal, nil for anything else.
func modesOf(fd int) *unix.Termios {
	modes, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return nil
	}
	return modes
}

// terminal plans one, in the modes and the size of the caller's.
func (r *runCmd) terminal(s *userns.Spec) error {
	if r.TTY && r.NoTTY {
		return &userns.Error{Do: "make a terminal", Err: unix.EINVAL, Why: "-t asks for one and -T for none", Fix: "leave one of them out"}
	}
	if !r.wantsTerminal() {
		return nil
	}
	s.Terminal = &userns.Terminal{}
	if size, err := unix.IoctlGetWinsize(outerIn, unix.TIOCGWINSZ); err == nil {
		s.Terminal.Rows, s.Terminal.Cols = size.Row, size.Col
	}
	s.Terminal.Modes = modesOf(outerIn)
	s.Stdin, s.Stdout = nil, nil
	if isTerminal(2) || r.TTY {
		s.Stderr = nil
	}
	return nil
}

// newTerminal notes how the caller's is, before anything changes.
func newTerminal() *terminal {
	t := &terminal{shown: make(chan struct{}), hurry: make(chan struct{}), saved: modesOf(outerIn)}
	t.enough = sync.OnceFunc(func() { close(t.hurry) })
	return t
}

// attach begins to relay. A nil terminal does nothing, here and below.
func (t *terminal) attach(sandbox *userns.Sandbox) {
	if t == nil {
		return
	}
	t.mu.Lock()
	t.command = sandbox.Terminal()
	t.mu.Unlock()
	// Who writes into a broken pipe dies of it, and leaves the caller's terminal raw.
	ossignal.Notify(make(chan os.Signal, 1), unix.SIGPIPE)
	t.resume()
	go t.guarded(t.show)
	go t.guarded(t.keys)
	go t.guarded(func() {
		for range sandbox.Suspended() {
			t.suspend()
		}
	})
}

// guarded runs f; whatever becomes of it, the caller's terminal is as it was.
func (t *terminal) guarded(f func()) {
	done := false
	defer func() {
		if !done { // it panics
			t.giveBack()
		}
	}()
	f()
	done = true
}

// show shows what is printed until nobody can print any more. A process outside to whom the
// command has given its terminal can for ever: once the command has ended, patience is for
// nothing that comes. Whoever looks on may take as long as he likes.
func (t *terminal) show() {
	defer close(t.shown)
	b := make([]byte, 32<<10)
	for {
		n, err := t.command.Read(b)
		if n > 0 {
			if _, err := os.Stdout.Write(b[:n]); err != nil {
				t.hangUp(err)
				return
			}
		}
		if err != nil {
			return
		}
		if t.ended.Load() {
			t.command.SetReadDeadline(time.Now().Add(patience))
		}
	}
}

// keys passes on what is typed. In the background it reads nothing, which would stop snug
// (SIGTTIN) although the command may never want to read.
func (t *terminal) keys() {
	b := make([]byte, 4096)
	for {
		p := []unix.PollFd{{Fd: outerIn, Events: unix.POLLIN}}
		if _, err := unix.Poll(p, -1); err != nil && err != unix.EINTR {
			return
		}
		if t.givenBack() {
			return
		}
		if !t.foreground() {
			time.Sleep(100 * time.Millisecond) // until somebody says fg
			continue
		}
		n, err := unix.Read(outerIn, b)
		switch {
		case err == unix.EINTR || err == unix.EAGAIN:
		case err != nil || n == 0:
			t.endOfInput()
			return
		default:
			if _, err := t.command.Write(b[:n]); err != nil {
				return
			}
		}
	}
}

// endOfInput types the key that means it, where input is no terminal and has ended.
func (t *terminal) endOfInput() {
	if modes := modesOf(int(t.command.Fd())); modes != nil && modes.Lflag&unix.ICANON != 0 {
		t.command.Write(modes.Cc[unix.VEOF : unix.VEOF+1])
	}
}

// foreground says whether what is typed is for snug. Where there is no controlling terminal
// there is no background.
func (t *terminal) foreground() bool {
	group, err := unix.IoctlGetInt(outerIn, unix.TIOCGPGRP)
	return err != nil || group == unix.Getpgrp()
}

// resume makes the caller's terminal raw, if it is snug's turn, and tells the command's how
// large it is.
func (t *terminal) resume() {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.command == nil {
		return
	}
	if t.saved != nil && !t.raw && !t.over && t.foreground() {
		t.raw = unix.IoctlSetTermios(outerIn, unix.TCSETSW, rawModes(*t.saved)) == nil
	}
	if size, err := unix.IoctlGetWinsize(outerIn, unix.TIOCGWINSZ); err == nil {
		unix.IoctlSetWinsize(int(t.command.Fd()), unix.TIOCSWINSZ, size)
	}
}

// restore makes the caller's terminal what it was.
func (t *terminal) restore() {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.raw {
		ossignal.Ignore(unix.SIGTTOU) // the kernel lets nobody in the background do it otherwise
		unix.IoctlSetTermios(outerIn, unix.TCSETSW, t.saved)
		t.raw = false
	}
}

// giveBack does that for good: what is typed from now on is for whoever reads next.
func (t *terminal) giveBack() {
	if t == nil {
		return
	}
	t.mu.Lock()
	t.over = true
	t.mu.Unlock()
	t.restore()
}

func (t *terminal) givenBack() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.over
}

// suspend stops snug. It goes on by SIGCONT, which the relay acts on: the thread that is here
// may run a little further before all have stopped.
func (t *terminal) suspend() {
	t.restore()
	unix.Kill(os.Getpid(), unix.SIGSTOP)
}

// end waits for the last that was printed to be shown, and gives the terminal back.
func (t *terminal) end() {
	if t == nil {
		return
	}
	if t.command != nil {
		t.ended.Store(true)
		t.command.SetReadDeadline(time.Now().Add(patience))
		t.wait(time.After(patience))
		t.giveBack() // control C is a signal again
		t.wait(nil)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lost != nil && !errors.Is(t.lost, unix.EPIPE) { // a reader who has seen enough is no news
		tellShort("what the command printed can't be shown, so its terminal was hung up: " + t.lost.Error())
	}
}

// wait waits until all is shown, or for whatever comes first.
func (t *terminal) wait(limit <-chan time.Time) {
	select {
	case <-t.shown:
	case <-limit:
	case <-t.hurry:
	}
}

// hangUp is what becomes of a terminal whose window is gone: what shows it was, and the
// command gets a SIGHUP.
func (t *terminal) hangUp(err error) {
	t.giveBack()
	t.mu.Lock()
	t.lost = err
	t.mu.Unlock()
	t.command.Close()
}

// told that snug should end: there may be no command any more that could be told.
func (t *terminal) told() {
	if t != nil && t.ended.Load() {
		t.enough()
	}
}

// rawModes is cfmakeraw(3): every key is a byte, and every byte is shown as it is.
func rawModes(m unix.Termios) *unix.Termios {
	m.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	m.Oflag &^= unix.OPOST
	m.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	m.Cflag = m.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
	m.Cc[unix.VMIN], m.Cc[unix.VTIME] = 1, 0
	return &m
}
