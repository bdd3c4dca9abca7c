package userns

import (
	"os"

	"golang.org/x/sys/unix"
)

// resolveTerminal plans the command's own terminal.
func resolveTerminal(p *Plan, spec *Spec, _ *Host) error {
	if spec.Terminal == nil {
		return nil
	}
	if spec.Stdin != nil || spec.Stdout != nil {
		return &Error{Do: "make a terminal", Err: unix.EINVAL, Why: "the command can't have it and other streams",
			Fix: "leave Stdin and Stdout to the terminal"}
	}
	p.Terminal, p.TerminalErr = spec.Terminal, spec.Stderr == nil
	return nil
}

// Terminal is the other side of the command's terminal, or nil if the Spec has none. It is the
// caller's to close, after Wait.
func (s *Sandbox) Terminal() *PTY { return s.terminal }

// Suspended receives when the command was stopped, as by control Z on its terminal. It goes
// on after a SIGCONT to its process group, see [Sandbox.SignalGroup].
func (s *Sandbox) Suspended() <-chan struct{} { return s.suspended }

// openTerminal takes over what the new process has made, which waits until its size is known.
func (s *Sandbox) openTerminal(fd int) {
	t := s.plan.Terminal
	// A terminal without a size, or with its own modes, is one all the same.
	_ = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: t.Rows, Col: t.Cols})
	if t.Modes != nil {
		_ = unix.IoctlSetTermios(fd, unix.TCSETS, t.Modes)
	}
	_ = unix.SetNonblock(fd, true) // for deadlines, and a Close that ends a Read
	s.terminal = &PTY{os.NewFile(uintptr(fd), "terminal")}
}
