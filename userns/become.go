package userns

import (
	"context"
	"errors"
	"os"

	"golang.org/x/sys/unix"

	"snug/userns/internal/launch"
)

// A program whose only duty left is to wait can leave that to a monitor of a few
// kilobytes: its entry point parts it in two before the Go runtime starts
// (cmd/snug/boot_amd64.s), and the Go half ends when the command runs.

// Monitored says whether this process is the Go half of such a program.
func Monitored() bool { return launch.Monitored() }

// Handover is what the monitor has to know besides the plan.
type Handover struct {
	TimeUp, Filtered string // said on standard error if the end was the time limit's, or that of SIGSYS
	DieWithParent    bool
	// Record is the path of a file that is removed at the end, unless it is longer than
	// LongestRecord. Running may make it: it is called with the process id of pid 1 once the
	// command runs. Nobody waits for it but the monitor at the end.
	Record  string
	Running func(pid int)
}

// LongestRecord is how long the path of a Handover's Record can be.
const LongestRecord = launch.LongestRecord

// HandOver carries the plan out and leaves the rest to the monitor, which relays
// signals to the command, keeps its time limit, and exits with its status as
// [State.ExitCode] has it. SIGTERM to it is a Stop; a second SIGINT within two seconds is a
// Kill. SIGHUP and SIGINT are ignored if the program was started so.
//
// After a nil this process must exit with 0 at once. An error says that nothing
// runs; this process exits as it likes then, and the monitor with its status.
// ENOSYS says that there is no monitor, or that this plan or machine needs Start:
// ask [Spec.NeedsStart] before.
func (p *Plan) HandOver(stdin, stdout, stderr *os.File, h Handover) error {
	if !Monitored() || p.Cgroup != nil || p.Supervisor != nil || p.AsPid1 || p.portableInit() {
		return unix.ENOSYS
	}
	s := &Sandbox{plan: p, ended: make(chan struct{})}
	s.streams.inner = [3]*os.File{stdin, stdout, stderr}
	s.watch = &launch.Watch{
		Timeout: p.Timeout, StopSignal: uint32(p.StopSignal), StopTime: p.StopTimeout,
		TimeUp: h.TimeUp + "\n", Filtered: h.Filtered, DieWithParent: h.DieWithParent, Record: h.Record,
	}
	ctx := context.Background()
	if len(p.Placeholders) > 0 {
		outliveMonitor()
		if p.helped() {
			var cancel context.CancelFunc
			ctx, cancel = launch.WithMonitor(ctx)
			defer cancel()
		}
	}
	if err := s.begin(ctx); err != nil {
		return err
	}
	err := launch.Runs(s.child.Pid)
	if err == nil {
		if h.Running != nil {
			h.Running(s.child.Pid)
		}
		s.sweepInstead()
		return nil
	}
	s.child.Kill()
	s.child.Wait()
	s.reserved.release()
	var errno unix.Errno
	if errors.As(err, &errno) && errno != unix.EPIPE {
		return p.explainCommand(errno)
	}
	return failed("hand over to the monitor", err)
}

// outliveMonitor lets this process clean up when its monitor is killed, or all of the
// caller's process group is, as by a runner of jobs or ^C.
func outliveMonitor() {
	// This is the first thread, which has the death signal, and is the caller's. A monitor
	// that is stopped stops this process, too (monitor_amd64.s), and may be killed then.
	unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGCONT), 0, 0, 0)
	unix.Setsid() // a child of the monitor leads no group, so that can't fail
}

// NeedsStart says whether a sandbox of that spec can't be handed over to a
// monitor: a cgroup of its own, a supervisor, a command as pid 1, or a pid 1 that is
// not the assembled one.
func (s *Spec) NeedsStart() bool {
	return s.Cgroup != nil || s.Supervisor != nil || s.AsPid1 || s.portableInit()
}

// Recall ends this process, and its monitor begins as the program, undivided, for
// a plan that needs Start.
func Recall() { launch.Recall() }
