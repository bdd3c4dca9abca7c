package launch

import (
	"context"
	"encoding/binary"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Watch is what a monitor has to know of the sandbox it waits for.
type Watch struct {
	Timeout       time.Duration // 0 is none
	StopSignal    uint32
	StopTime      time.Duration
	TimeUp        string // said on standard error when Timeout is up
	Filtered      string // and if the command ends as by SIGSYS
	DieWithParent bool   // the monitor, and all with it, by SIGKILL
	Record        string // a file to remove at the end, if its path isn't too long
}

// Set by divide (monitor_amd64.s) in a program that has a monitor: its socket, and
// the two ends of the control socket.
var handoverFD, callerFD, innerFD int64

// Monitored says whether a monitor, this process's parent, waits for its word.
func Monitored() bool { return handoverFD > 0 }

// MonitorControl is the control socket that the monitor has the caller's end of.
func MonitorControl() (caller Control, inner int) { return Control{int(callerFD)}, int(innerFD) }

// HandOver tells the monitor that the target may start from now on.
func (w *Watch) HandOver() error { return tell(w.params()) }

// Runs tells the monitor that pid 1 runs, and waits until that has started the
// target. A nil is the end of this process's work: it has to exit, with 0. An errno
// is why the target could not be started; EPIPE, that there is no monitor.
func Runs(pid int) error {
	if err := tell(binary.LittleEndian.AppendUint64(nil, uint64(pid))); err != nil {
		return err
	}
	var answer [8]byte
	for {
		n, err := unix.Read(int(handoverFD), answer[:])
		switch {
		case err == unix.EINTR:
		case err != nil:
			return unix.EPIPE
		case n == len(answer):
			return unix.Errno(binary.LittleEndian.Uint64(answer[:]))
		default:
			return nil
		}
	}
}

// WithMonitor is a context that ends with the monitor, for what may take long and belongs
// to nobody then.
func WithMonitor(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		hangUp := []unix.PollFd{{Fd: int32(handoverFD)}} // POLLHUP comes unasked
		for ctx.Err() == nil {
			if n, err := unix.Poll(hangUp, -1); n > 0 || err != unix.EINTR {
				cancel()
			}
		}
	}()
	return ctx, cancel
}

// Recall ends this process, and its monitor begins as the program, undivided.
func Recall() {
	tell(make([]byte, 8)) // a monitor that is gone has this process killed
	os.Exit(0)
}

func tell(message []byte) error {
	return unix.Sendto(int(handoverFD), message, unix.MSG_NOSIGNAL, nil)
}

const (
	paramSize     = 1024 // the texts are cut to their places
	timeUpStart   = 64
	filteredStart = 256
	recordStart   = 512
)

// params is the block that monitor_amd64.s reads by offsets.
func (w *Watch) params() []byte {
	b := make([]byte, paramSize)
	timeUp := w.TimeUp[:min(len(w.TimeUp), filteredStart-timeUpStart)]
	filtered := w.Filtered[:min(len(w.Filtered), recordStart-filteredStart)]
	die := uint64(0)
	if w.DieWithParent {
		die = 1
	}
	for i, v := range []uint64{uint64(max(w.Timeout, 0)), uint64(w.StopTime), uint64(w.StopSignal), die, uint64(len(timeUp)), uint64(len(filtered))} {
		binary.LittleEndian.PutUint64(b[8*i:], v)
	}
	copy(b[timeUpStart:], timeUp)
	copy(b[filteredStart:], filtered)
	if len(w.Record) <= LongestRecord {
		copy(b[recordStart:], w.Record)
	}
	return b
}

// LongestRecord is how long the path of a [Watch]'s record can be.
const LongestRecord = paramSize - recordStart - 1
