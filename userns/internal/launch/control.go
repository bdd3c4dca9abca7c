package launch

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// The control socket, a SOCK_SEQPACKET pair. Every message is two 32-bit
// numbers in the machine's own order; both ends are one program.
//
//	new process                     caller
//	    | -- ready, 0 ------------->  |   only if it must wait for id maps
//	    | <------------- go, 0 -----  |   or: shutdown, the launch is off
//	    | -- terminal, number ----->  |   only if it gets a terminal: its other side
//	    | <------------- go, 0 -----  |
//	    | -- listening, number ---->  |   only if its filter gets a listener: as number
//	    | <------------- go, 0 -----  |
//	  (exec: it is pid 1 now)
//	    | -- started, pid --------->  |   or: not started, errno (and it exits)
//	    | <-- signal, whom ---------  |   any number of times
//	    | -- suspended, 0 --------->  |   any number of times, if it has a terminal
//	    | -- exited, wait status -->  |   everything else in there is killed
//
// The end of the caller is the end of the socket: pid 1 sees it and exits,
// which ends its pid namespace.
const messageSize = 8

// What a message from the new process says first.
const (
	msgReady      = 4
	msgListening  = 5
	msgTerminal   = 6
	msgSuspended  = 7
	msgStarted    = 1
	msgNotStarted = 2
	msgExited     = 3
)

// Whom a signal from the caller is for.
const (
	ToTarget = 0 // the target alone
	ToGroup  = 1 // the target's process group, as a terminal would send it
)

// Control is the caller's end.
type Control struct{ fd int }

// NewControl makes a socket pair and returns the caller's end and pid 1's.
func NewControl() (Control, int, error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return Control{-1}, -1, err
	}
	return Control{fds[0]}, fds[1], nil
}

// FD is the descriptor of the caller's end.
func (c Control) FD() int { return c.fd }

// Close ends the sandbox if it still runs.
func (c Control) Close() error { return unix.Close(c.fd) }

// Signal asks pid 1 to send sig. EPIPE says that pid 1 is gone.
func (c Control) Signal(sig unix.Signal, whom uint32) error {
	return c.send(uint32(sig), whom)
}

// send never waits: a pid 1 that somebody has stopped reads nothing, and must not
// stop its caller with it. EAGAIN says that hundreds of messages are waiting.
func (c Control) send(a, b uint32) error {
	m := message(a, b)
	return unix.Sendto(c.fd, m[:], unix.MSG_NOSIGNAL|unix.MSG_DONTWAIT, nil)
}

func message(a, b uint32) (m [messageSize]byte) {
	binary.NativeEndian.PutUint32(m[0:], a)
	binary.NativeEndian.PutUint32(m[4:], b)
	return m
}

// EventKind is what pid 1 reports.
type EventKind uint32

// The reports of pid 1. Lost is the socket's end without a report.
const (
	Lost       EventKind = 0
	Started    EventKind = msgStarted    // Value: the target's pid inside
	NotStarted EventKind = msgNotStarted // Value: the errno of execve or clone
	Exited     EventKind = msgExited     // Value: the wait status
	Suspended  EventKind = msgSuspended  // the target was stopped
)

// Event is one report of pid 1.
type Event struct {
	Kind  EventKind
	Value uint32
}

// Next waits for pid 1's next report. It returns Lost when pid 1 is gone.
func (c Control) Next() Event {
	var m [messageSize]byte
	for {
		n, err := unix.Read(c.fd, m[:])
		if err == unix.EINTR {
			continue
		}
		if err != nil || n != messageSize {
			return Event{}
		}
		return eventOf(m)
	}
}

func eventOf(m [messageSize]byte) Event {
	return Event{Kind: EventKind(binary.NativeEndian.Uint32(m[0:])), Value: binary.NativeEndian.Uint32(m[4:])}
}
