package userns

import (
	"cmp"
	"context"
	"io"
	"runtime"

	"golang.org/x/sys/unix"

	"snug/idmap"
	"snug/userns/internal/launch"
)

// Start runs spec and returns as soon as the command does, or can't. When ctx is
// done the command is stopped as if its time were up.
func Start(ctx context.Context, spec *Spec) (*Sandbox, error) {
	plan, err := planOf(spec)
	if err != nil {
		dropPipes(spec.Stdin, spec.Stdout, spec.Stderr)
		return nil, err
	}
	return plan.Start(ctx, spec.Stdin, spec.Stdout, spec.Stderr)
}

func planOf(spec *Spec) (*Plan, error) {
	host, err := Gather(spec)
	if err != nil {
		return nil, err
	}
	return Resolve(spec, host)
}

// Run is Start and Wait.
func Run(ctx context.Context, spec *Spec) error {
	sandbox, err := Start(ctx, spec)
	if err != nil {
		return err
	}
	return sandbox.Wait()
}

// Start carries the plan out. The streams are those of a [Spec].
func (p *Plan) Start(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer) (*Sandbox, error) {
	if err := ctx.Err(); err != nil {
		dropPipes(stdin, stdout, stderr)
		return nil, err
	}
	s := &Sandbox{plan: p, ended: make(chan struct{}), suspended: make(chan struct{}, 1)}
	if err := s.streams.open(stdin, stdout, stderr); err != nil {
		dropPipes(stdin, stdout, stderr)
		return nil, failed("open the command's streams", err)
	}
	err := s.begin(ctx)
	if err == nil && !p.AsPid1 {
		err = s.awaitStart()
	}
	s.streams.started(err == nil)
	if err != nil {
		return nil, err
	}
	s.handToSweeper()
	s.supervise(ctx)
	return s, nil
}

// begin makes pid 1, and what has to be there before it.
func (s *Sandbox) begin(ctx context.Context) (err error) {
	if s.reserved, err = s.plan.reserve(s.watch != nil); err != nil {
		return err
	}
	if err = s.launch(ctx); err != nil {
		s.reserved.release()
	}
	return err
}

func (s *Sandbox) launch(ctx context.Context) error {
	control, inner, err := s.newControl()
	if err != nil {
		return failed("make a socket pair", err)
	}
	s.control = control
	job, err := s.job(ctx, inner)
	if err != nil {
		unix.Close(inner)
		control.Close()
		return err
	}
	if s.plan.AsPid1 || s.plan.placed() { // which may take long, see startFromOwnThread
		err = s.startFromOwnThread(job)
	} else {
		s.child, err = job.Start()
	}
	if err != nil {
		control.Close()
		return s.plan.explainFailure(job.Program, err)
	}
	return nil
}

func (s *Sandbox) newControl() (launch.Control, int, error) {
	if s.watch == nil {
		return launch.NewControl()
	}
	control, inner := launch.MonitorControl()
	return control, inner, nil
}

func (s *Sandbox) job(ctx context.Context, control int) (*launch.Job, error) {
	if s.visit != nil {
		return s.entryJob(ctx, control)
	}
	p := s.plan
	job := &launch.Job{Program: p.compile(s.streams.doors()), Namespaces: p.cloneFlags(), Watch: s.watch}
	job.Files[launch.FileControl] = control
	job.Files[launch.FileCaller] = s.control.FD()
	job.Files[launch.FileInit] = -1
	if !p.portableInit() {
		job.Files[launch.FileInit], _ = launch.InitImage()
	}
	for i, fd := range s.streams.inner {
		job.Files[launch.FileStdin+i] = int(fd.Fd())
	}
	if p.Cgroup != nil && !p.placed() {
		job.IntoCgroup, job.Cgroup = true, p.Cgroup.FD()
	}
	if p.Terminal != nil {
		job.Terminal = s.openTerminal
	}
	if p.Supervisor != nil {
		job.Listening = func(listener int) { s.served.Go(func() { p.Supervisor.Serve(listener, p.Answers) }) }
	}
	if p.helped() || p.placed() {
		job.Ready = func(pid int) error { return p.prepare(ctx, pid) }
	}
	return job, nil
}

// prepare does what the new process waits for.
func (p *Plan) prepare(ctx context.Context, pid int) error {
	maps := make(chan error, 1)
	go func() {
		if !p.helped() {
			maps <- nil
			return
		}
		maps <- p.writeMaps(ctx, pid)
	}()
	var err error
	if p.placed() {
		err = p.Cgroup.Place(ctx, pid)
	}
	return cmp.Or(err, <-maps)
}

// writeMaps has the helpers write the maps, both at once: each takes a
// millisecond, most of it execve.
func (p *Plan) writeMaps(ctx context.Context, pid int) error {
	groups := make(chan error, 1)
	go func() {
		if !p.HelpGIDs {
			groups <- nil
			return
		}
		groups <- idmap.Write(ctx, pid, nil, p.GIDs)
	}()
	var err error
	if p.HelpUIDs {
		err = idmap.Write(ctx, pid, p.UIDs, nil)
	}
	return cmp.Or(err, <-groups)
}

// startFromOwnThread keeps a thread for a sandbox whose pid 1 is the command:
// its death signal is all that ties it to the caller, and follows the thread
// that made it (golang.org/issue/27505). The caller's own thread is free meanwhile: a
// thread that waits in vfork(2) gets no signals, and if that is a process's first one,
// which the kernel prefers (complete_signal, kernel/signal.c), nobody gets them.
func (s *Sandbox) startFromOwnThread(job *launch.Job) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		var err error
		s.child, err = job.Start()
		started <- err
		if err == nil {
			<-s.ended
		}
	}()
	return <-started
}

// awaitStart takes pid 1's first report.
func (s *Sandbox) awaitStart() error {
	e := s.control.Next()
	if e.Kind == launch.Started {
		s.target = int(e.Value)
		return nil
	}
	status, _, _ := s.child.Wait()
	close(s.ended)
	unix.Close(s.child.Pidfd)
	s.control.Close()
	s.reserved.release()
	if e.Kind == launch.NotStarted {
		return s.plan.explainCommand(unix.Errno(e.Value))
	}
	return pid1Failed("start pid 1", "it ended before the command ran", status)
}

// endOfPid1 is nil for a pid 1 that has reported, was killed, or was told to end.
func endOfPid1(reported bool, own unix.WaitStatus) error {
	if reported || !own.Exited() || own.ExitStatus() == 0 {
		return nil
	}
	return pid1Failed("watch over the command", "pid 1 of the sandbox failed, and everything in it was ended", own)
}

// pid1Failed is the end of a pid 1 that could go no further. If that is a Go program, its
// runtime exits with 2 where it is refused a thread or memory; what it said of that is
// lost after the start, when pid 1 no longer holds the command's streams.
func pid1Failed(do, why string, status unix.WaitStatus) error {
	e := &Error{Do: do, Err: unix.ECHILD, Why: why + ": " + describe(status)}
	if status.Exited() && status.ExitStatus() == 2 {
		e.Fix = "allow more processes and memory, if they are limited (ulimit -a, --pids-limit, -m): pid 1 wants a dozen threads"
	}
	return e
}

func describe(status unix.WaitStatus) string {
	if status.Signaled() {
		return "killed by " + unix.SignalName(status.Signal())
	}
	return "exit status " + utoa(uint32(status.ExitStatus()))
}
