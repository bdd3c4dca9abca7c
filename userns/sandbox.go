package userns

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"snug/userns/internal/launch"
)

// Sandbox is a command that runs in its own namespaces. Its methods can be
// called from several goroutines; Wait has to be called once.
type Sandbox struct {
	plan    *Plan
	child   *launch.Child
	control launch.Control
	streams streams
	target  int            // the command's pid inside
	served  sync.WaitGroup // the supervisor
	watch   *launch.Watch  // for the monitor, if it waits for pid 1
	visit   *Visit         // with visited, for a command that enters another's sandbox
	visited *Entry

	reserved reservation

	terminal  *PTY
	suspended chan struct{}

	stopped atomic.Pointer[order] // the first one to end
	state   State

	mu    sync.Mutex // held while descriptors are used or closed
	done  bool
	ended chan struct{}
}

// order is why a sandbox was told to end; err is what the context says of it.
type order struct {
	reason Reason
	err    error
}

// Pid is the process id of the sandbox's pid 1, as the caller sees it.
func (s *Sandbox) Pid() int { return s.child.Pid }

// Plan is what the sandbox was made by: what it enforces, see [Plan.Landlock], and what
// was kept from the command.
func (s *Sandbox) Plan() *Plan { return s.plan }

// Signal sends sig to the command. A sandbox that has ended gives ESRCH.
func (s *Sandbox) Signal(sig unix.Signal) error { return s.signal(sig, launch.ToTarget) }

// SignalGroup sends sig to the command's process group, as a terminal does.
func (s *Sandbox) SignalGroup(sig unix.Signal) error { return s.signal(sig, launch.ToGroup) }

func (s *Sandbox) signal(sig unix.Signal, whom uint32) error {
	return s.alive(func() error {
		if s.plan.AsPid1 {
			return unix.PidfdSendSignal(s.child.Pidfd, sig, nil, 0)
		}
		err := s.control.Signal(sig, whom)
		if err == unix.EPIPE || err == unix.ECONNRESET {
			err = unix.ESRCH // pid 1 is gone
		}
		return err
	})
}

// Kill ends everything inside at once.
func (s *Sandbox) Kill() error {
	s.stopped.CompareAndSwap(nil, &order{reason: Killed})
	return s.alive(s.end)
}

// end kills pid 1, and the kernel kills what is in its pid namespace with it.
// Where that is shared, pid 1 does it by hand when it is left alone.
func (s *Sandbox) end() error {
	if s.plan.Share&SharePID != 0 {
		return unix.Shutdown(s.control.FD(), unix.SHUT_WR)
	}
	return s.child.Kill()
}

// Stop asks the command to end with the plan's stop signal, and kills what is
// left after the plan's stop timeout. It doesn't wait.
func (s *Sandbox) Stop() { s.stop(Stopped, nil) }

func (s *Sandbox) stop(reason Reason, why error) {
	if !s.stopped.CompareAndSwap(nil, &order{reason, why}) {
		return
	}
	if s.Signal(s.plan.StopSignal) == unix.ESRCH {
		return
	}
	go func() {
		grace := time.NewTimer(s.plan.StopTimeout)
		defer grace.Stop()
		select {
		case <-grace.C:
			s.alive(s.end)
		case <-s.ended:
		}
	}()
}

// alive runs f unless the sandbox has ended.
func (s *Sandbox) alive(f func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done {
		return unix.ESRCH
	}
	return f()
}

// supervise ends the sandbox when its time is up or ctx is done.
func (s *Sandbox) supervise(ctx context.Context) {
	if s.plan.Timeout <= 0 && ctx.Done() == nil {
		return
	}
	go func() {
		var up <-chan time.Time // CLOCK_MONOTONIC: the clock may jump
		if s.plan.Timeout > 0 {
			timer := time.NewTimer(s.plan.Timeout)
			defer timer.Stop()
			up = timer.C
		}
		select {
		case <-up:
			s.stop(TimedOut, context.DeadlineExceeded)
		case <-ctx.Done():
			s.stop(Stopped, context.Cause(ctx))
		case <-s.ended:
		}
	}()
}

// Wait waits until the command and everything it left behind have ended, and all
// its output is copied. nil is an exit status of 0 of a command that nobody's context
// told to end; anything else that happened to the command is an [*ExitError]. Where
// only the copying failed, it is the writer's error, and an [*Error] (ECHILD) where the
// sandbox failed around the command.
func (s *Sandbox) Wait() error {
	status, reported := s.result()
	own, usage, err := s.child.Wait()
	// A caller that ignores SIGCHLD gets no status and no usage from the kernel,
	// but pid 1 has reported.
	if err != nil && (err != unix.ECHILD || s.plan.AsPid1) {
		return &Error{Do: "wait for", On: "pid 1", Err: err,
			Why: "its status was taken by another wait in this process", Fix: "wait for your own children by pid, not for any child"}
	}
	if s.plan.AsPid1 {
		status = own
	}
	s.leaveProject()
	s.awaitSupervisor()
	if s.killedForCall(status) {
		status = unix.WaitStatus(unix.SIGSYS)
	}
	s.close()
	lost := s.streams.wait()
	if err := endOfPid1(reported, own); err != nil {
		return err
	}
	told := s.stopped.Load()
	if told == nil {
		told = &order{reason: Ended}
	}
	s.state = stateOf(status, told.reason, &usage)
	if s.state.Success() && told.err == nil {
		return lost
	}
	return &ExitError{State: s.state, err: told.err}
}

// awaitSupervisor waits until it knows of the last call. With a shared pid namespace
// somebody else may have to wait for an orphan, which is under the filter until then.
func (s *Sandbox) awaitSupervisor() {
	if s.plan.Supervisor == nil {
		return
	}
	served := make(chan struct{})
	go func() {
		s.served.Wait()
		close(served)
	}()
	select {
	case <-served:
	case <-time.After(orphanTime):
	}
}

const orphanTime = time.Second

// killedForCall says whether the supervisor ended the command, who can do so only by
// SIGKILL, where the kernel would have by SIGSYS.
func (s *Sandbox) killedForCall(status unix.WaitStatus) bool {
	pid := s.target
	if s.plan.AsPid1 {
		pid = 1
	}
	return s.plan.Supervisor != nil && status.Signaled() && status.Signal() == unix.SIGKILL && s.plan.Supervisor.Killed(pid)
}

// result is what pid 1 reports of the command, and whether it did. When pid 1 is gone
// without a report, it was killed, and the command with it.
func (s *Sandbox) result() (unix.WaitStatus, bool) {
	if s.plan.AsPid1 {
		return 0, true
	}
	for {
		switch e := s.control.Next(); e.Kind {
		case launch.Exited:
			return unix.WaitStatus(e.Value), true
		case launch.Suspended:
			select {
			case s.suspended <- struct{}{}:
			default: // nobody has looked since the last time
			}
		default:
			return unix.WaitStatus(unix.SIGKILL), false
		}
	}
}

func (s *Sandbox) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done = true
	close(s.ended)
	s.control.Close()
	unix.Close(s.child.Pidfd)
}

// State is how the command ended. It is complete after Wait.
func (s *Sandbox) State() State { return s.state }
