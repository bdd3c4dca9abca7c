package main

import (
	"fmt"
	"os"
	ossignal "os/signal"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// topScreen is the caller's terminal while snug top has it: the other screen, without a
// cursor, and every key a byte. Leaving it gives back the first, with what was on it.
type topScreen struct {
	mu    sync.Mutex
	saved *unix.Termios // nil if nothing can be typed
	on    bool
}

// The screen that xterm-256color, screen, tmux, linux and their like share (smcup, civis and
// rmam of terminfo, and back): a line that is too long is cut, too.
const (
	otherScreen = "\x1b[?1049h\x1b[?25l\x1b[?7l"
	firstScreen = "\x1b[?7h\x1b[?25h\x1b[?1049l"
)

func (s *topScreen) enter() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.on {
		return
	}
	s.on = true
	if s.saved != nil { // in the background this stops until somebody says fg
		unix.IoctlSetTermios(0, unix.TCSETSW, rawModes(*s.saved))
	}
	os.Stdout.WriteString(otherScreen)
}

func (s *topScreen) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.on {
		return
	}
	s.on = false
	os.Stdout.WriteString(firstScreen)
	if s.saved != nil {
		ossignal.Ignore(unix.SIGTTOU) // else nobody in the background could
		unix.IoctlSetTermios(0, unix.TCSETSW, s.saved)
		ossignal.Reset(unix.SIGTTOU)
	}
}

// again enters once more, whoever has changed the terminal meanwhile: what stops a process
// without its knowledge (SIGSTOP) lets the shell have it.
func (s *topScreen) again() {
	s.mu.Lock()
	s.on = false
	s.mu.Unlock()
	s.enter()
}

// suspend stops snug; SIGCONT has it enter again.
func (s *topScreen) suspend() {
	s.leave()
	unix.Kill(os.Getpid(), unix.SIGSTOP)
}

// show writes the lines where they belong, at once; if the screen is snug's. A line is cleared
// before it is written: after a full one that would take its last character.
func (s *topScreen) show(lines []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.on {
		return nil
	}
	var b strings.Builder
	for i, line := range lines {
		fmt.Fprintf(&b, "\x1b[%d;1H\x1b[2K%s", i+1, line)
	}
	_, err := os.Stdout.WriteString(b.String())
	return err
}

// keys are what is typed, as it comes.
func (s *topScreen) keys() <-chan []byte {
	typed := make(chan []byte)
	if s.saved == nil {
		return typed
	}
	go func() {
		defer close(typed)
		for {
			b := make([]byte, 64)
			n, err := unix.Read(0, b)
			switch {
			case err == unix.EINTR || err == unix.EAGAIN:
			case err != nil || n <= 0:
				return
			default:
				typed <- b[:n]
			}
		}
	}()
	return typed
}

// sizeOf is that of a terminal, or the usual one where it doesn't know.
func sizeOf(fd int) (wide, high int) {
	size, err := unix.IoctlGetWinsize(fd, unix.TIOCGWINSZ)
	if err != nil || size.Col == 0 || size.Row == 0 {
		return 80, 24
	}
	return int(size.Col), int(size.Row)
}
