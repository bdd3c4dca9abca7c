package userns

import (
	"context"
	"errors"
	"io"

	"golang.org/x/sys/unix"

	"snug/userns/internal/launch"
)

// Visit is a command that enters a sandbox which runs.
type Visit struct {
	// Target is a pidfd of the sandbox's pid 1.
	Target int
	// Args is the command, looked up inside.
	Args []string
	// SetEnv changes the sandbox's environment, as in a [Spec]; Dir is where the command
	// starts inside, "" is where the sandbox's own did.
	SetEnv []string
	Dir    string

	// Stdin, Stdout, Stderr and Terminal are as in a [Spec].
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Terminal       *Terminal

	// Cgroup is the sandbox's, if it has one.
	Cgroup Cgroup
}

// Start starts a command in the sandbox and returns as soon as it runs, or can't. It is in the
// same namespaces, under the same filter and limits, and can do no more than what is inside
// already. It ends with the caller, and with the sandbox.
//
// While it is on its way the caller's memory is not dumpable (PR_SET_DUMPABLE).
func (e *Entry) Start(ctx context.Context, v *Visit) (*Sandbox, error) {
	if launch.Portable() {
		return nil, &Error{Do: "enter the sandbox", Err: unix.ENOSYS,
			Why: "the portable executor (SNUG_PORTABLE=1, another architecture than amd64, vm.memfd_noexec=2) can't enter namespaces: a Go program has several threads, and the kernel lets none of them",
			Fix: "look at it from outside: snug inspect, snug logs"}
	}
	p, err := e.plan(v)
	if err != nil {
		return nil, err
	}
	s := &Sandbox{plan: p, visit: v, visited: e, ended: make(chan struct{}), suspended: make(chan struct{}, 1)}
	if err := s.streams.open(v.Stdin, v.Stdout, v.Stderr); err != nil {
		return nil, failed("open the command's streams", err)
	}
	err = s.begin(ctx)
	if err == nil {
		err = s.awaitEntered()
	}
	s.streams.started(err == nil)
	if err != nil {
		return nil, err
	}
	s.supervise(ctx)
	return s, nil
}

// plan is what the command of a visit is held to. It is a process of its own, of which nothing
// is reported but its end.
func (e *Entry) plan(v *Visit) (*Plan, error) {
	p := &Plan{
		Args: v.Args, Dir: e.Dir, Caps: e.Caps, Ambient: e.Ambient, HelpGIDs: e.DropGroups, Landlock: e.Landlock,
		Rlimits: attainable(e.Rlimits), Cgroup: v.Cgroup, Terminal: v.Terminal,
		AsPid1: true, StopSignal: unix.SIGTERM, StopTimeout: DefaultStopTimeout,
	}
	if v.Dir != "" {
		p.Dir = v.Dir
	}
	if v.Terminal != nil {
		p.TerminalErr = v.Stderr == nil
	}
	if e.Filtered {
		p.Filter = unpacked(e.Filter)
	}
	if e.FilterLog {
		p.FilterFlags = unix.SECCOMP_FILTER_FLAG_LOG
	}
	spec := &Spec{Args: v.Args, Env: append([]string{}, e.Env...), SetEnv: v.SetEnv}
	if err := resolveEnv(p, spec, &Host{}); err != nil {
		return nil, err
	}
	return p, resolveCommand(p, spec, nil)
}

// attainable are the limits as far as the caller may set them: nobody can raise a hard limit.
func attainable(limits []Rlimit) (out []Rlimit) {
	for _, l := range limits {
		var own unix.Rlimit
		if unix.Prlimit(0, rlimitNumber(l.Name), nil, &own) == nil {
			l.Soft, l.Hard = min(l.Soft, own.Max), min(l.Hard, own.Max)
		}
		out = append(out, l)
	}
	return out
}

// Steps of an entry.
const (
	enterStep = "enter the sandbox"
	forkStep  = "make a process in the sandbox"
)

// entry writes down the system calls by which a visit enters.
func (p *Plan) entry(namespaces uintptr, doors doors) *launch.Program {
	c := &compiler{&launch.Program{}, p, doors}
	c.Begin()
	c.LetGo(launch.FileInit, launch.FileTarget)
	if p.Cgroup != nil {
		c.Step(waitForCgroup, "")
		c.AwaitReady()
	}
	c.Step(enterStep, "")
	c.Enter(namespaces)
	c.Step(forkStep, "")
	c.Fork()
	if p.HelpGIDs {
		c.Step("drop supplementary groups", "")
		c.Add(unix.SYS_SETGROUPS, launch.Int(0), launch.Int(0))
	}
	c.Step("change to directory", p.Dir)
	c.Add(unix.SYS_CHDIR, c.Text(p.Dir))
	c.limits()
	image := c.Aside(launch.File(launch.FileInit))
	c.Descriptors(true)
	if p.Terminal != nil {
		c.Step(makeTerminal, "")
		c.Program.Terminal(p.TerminalErr)
	}
	rules := c.landlock(image)
	c.caps()
	c.confine(rules)
	c.keyring()
	c.filter()
	c.Join(image, p.Paths, p.Args, p.Env)
	return c.Program
}

// entryJob is the launch of a visit. A namespace that is shared with the host is not entered:
// the kernel lets only its owner do that, even who is there already.
func (s *Sandbox) entryJob(ctx context.Context, control int) (*launch.Job, error) {
	image, err := launch.JoinImage()
	if err != nil {
		return nil, failed("make the image of the last step", err)
	}
	v, p := s.visit, s.plan
	job := &launch.Job{Program: p.entry((&Plan{Share: s.visited.Share}).namespaceFlags(), s.streams.doors())}
	job.Files[launch.FileControl], job.Files[launch.FileCaller] = control, s.control.FD()
	job.Files[launch.FileInit], job.Files[launch.FileTarget] = image, v.Target
	for i, fd := range s.streams.inner {
		job.Files[launch.FileStdin+i] = int(fd.Fd())
	}
	if p.Terminal != nil {
		job.Terminal = s.openTerminal
	}
	if p.Cgroup != nil {
		job.Ready = func(pid int) error { return p.Cgroup.Place(ctx, pid) }
	}
	return job, nil
}

// awaitEntered waits until the command runs: then the last process of ours is gone, and with
// it the other end of the socket.
func (s *Sandbox) awaitEntered() error {
	e := s.control.Next()
	s.child.Arrived()
	if e.Kind != launch.NotStarted {
		return nil
	}
	s.child.Wait()
	s.close()
	err := s.plan.explainCommand(unix.Errno(e.Value))
	var own *Error
	if errors.As(err, &own) && own.Code == CommandNotFound {
		own.Why, own.Fix = "there is no such command inside", "look what there is: snug exec NAME -- ls /usr/bin"
	}
	return err
}
