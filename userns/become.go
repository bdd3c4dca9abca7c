package userns

import (
	"context"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"snug/userns/internal/launch"
)

// Replace carries the plan out and puts a monitor of a few kilobytes in the
// place of the calling process, for a program whose only duty left is to wait.
// The monitor relays signals to the command, keeps its time limit, and exits
// with its status as [State.ExitCode] has it, after a line timeUp on standard
// error if it was the time limit. SIGTERM to it is a Stop; a second SIGINT within
// two seconds is a Kill.
//
// The command starts when the monitor is ready for its signals. Until then HUP, INT,
// QUIT and TERM end this process and with it the sandbox, even if the program
// handles them. Any other signal is lost with the thread that takes it: block
// those before the Go runtime starts, as cmd/snug does, and the monitor gets
// them.
//
// Replace returns only with an error, and then nothing runs. ENOSYS says that
// this plan or machine needs Start: a shared pid namespace, a command as pid 1,
// the portable executor. A command that can't be started is known only after
// that: then the program is executed once more, with the same arguments and
// environment, and [NotStarted] tells it so.
func (p *Plan) Replace(stdin, stdout, stderr *os.File, timeUp string) error {
	if p.AsPid1 || p.portableInit() || launch.Portable() {
		return unix.ENOSYS
	}
	s := &Sandbox{plan: p, ended: make(chan struct{})}
	s.streams.inner = [3]*os.File{stdin, stdout, stderr}
	s.hold = true
	if err := s.begin(context.Background()); err != nil {
		return err
	}
	w := &launch.Watch{
		Control:    s.control,
		Child:      s.child,
		Timeout:    p.Timeout,
		StopSignal: uint32(p.StopSignal),
		StopTime:   p.StopTimeout,
		TimeUp:     timeUp + "\n",
	}
	err := w.Become()
	s.child.Kill()
	s.child.Wait()
	return &Error{Do: "start the monitor", Err: err, Why: "a security module may forbid running code from memory",
		Fix: "set SNUG_PORTABLE=1, which does without"}
}

// NotStarted is why the command of a Replace could not be started, in a program
// that was executed again to say so; 0 in any other.
func NotStarted() unix.Errno {
	errno, ok := strings.CutPrefix(os.Args[0], launch.FailedName)
	if !ok {
		return 0
	}
	n, _ := strconv.Atoi(errno)
	return unix.Errno(n)
}

// Explain says why the plan's command could not be started.
func (p *Plan) ExplainNotStarted(errno unix.Errno) error { return p.explainCommand(errno) }
