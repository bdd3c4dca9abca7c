package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"snug/userns"
)

// Run does `snug run`.
func (r *runCmd) Run() int {
	status, err := r.run()
	switch {
	case err == nil:
		return status
	case r.JSON:
		return reportJSON(os.Stderr, err)
	}
	return report(os.Stderr, err)
}

func (r *runCmd) run() (int, error) {
	if r.detaches() {
		return r.detach(), nil
	}
	if userns.Monitored() && r.reports() {
		userns.Recall()
	}
	// Before anything else is opened, which could get the number of a descriptor that
	// the caller only thought to have opened.
	out, err := r.openStatus()
	code := 0
	if err == nil {
		code, err = r.do(out)
	}
	if err != nil {
		out.failed(err)
	}
	return code, err
}

// do does what was asked for.
func (r *runCmd) do(out *status) (int, error) {
	spec, err := r.spec()
	if err != nil {
		return 0, err
	}
	host, err := userns.Gather(spec)
	if err != nil {
		return 0, err
	}
	r.promise(host)
	if r.Project == "" && spec.Project != "" {
		if err := host.CheckProject(spec.Project); err != nil {
			return 0, err
		}
	}
	plan, err := userns.Resolve(spec, host)
	if err != nil {
		return 0, err
	}
	r.tellNotes(os.Stderr)
	switch {
	case r.prints():
		return 0, r.printPeer(plan, spec)
	case r.DryRun:
		return 0, r.printPlan(plan)
	case r.Explain:
		return 0, plan.Explain(os.Stdout)
	}
	if r.Verbose {
		tellPlan(os.Stderr, plan)
	}
	if err := r.caches.make(); err != nil {
		return 0, err
	}
	r.expect(plan, host)
	if plan.HelpUIDs || plan.HelpGIDs || r.witness != nil {
		useAllCPUs()
	}
	return r.execute(plan, spec, out)
}

// execute runs the plan and gives the command's exit status, or 0 if the monitor
// will.
func (r *runCmd) execute(plan *userns.Plan, spec *userns.Spec, out *status) (int, error) {
	timeUp := fmt.Sprintf("snug: the time limit of %v is up", plan.Timeout)
	if userns.Monitored() {
		return 0, r.handOver(plan, timeUp)
	}
	if r.DieWithParent {
		if err := dieWithParent(); err != nil {
			return 0, err
		}
	}
	closeInherited()
	return r.stay(plan, spec, out, timeUp)
}

// handOver leaves the sandbox to the monitor, with a record for the monitor to remove.
func (r *runCmd) handOver(plan *userns.Plan, timeUp string) error {
	l, err := r.list(plan)
	if err != nil {
		return err
	}
	h := userns.Handover{TimeUp: timeUp, Filtered: r.filtered(plan), DieWithParent: r.DieWithParent}
	if file := l.file(); len(file) <= userns.LongestRecord {
		h.Record, h.Running = file, func(pid int) { l.runs(pid, plan) }
	} else if r.found() {
		l.drop()
		return noRecords(unix.ENAMETOOLONG)
	}
	if err = plan.HandOver(os.Stdin, os.Stdout, os.Stderr, h); err != nil && r.found() {
		l.drop()
	}
	return err
}

// stay stays with the sandbox until its end.
func (r *runCmd) stay(plan *userns.Plan, spec *userns.Spec, out *status, timeUp string) (int, error) {
	var l *listed
	if r.found() { // the name is taken before anything starts
		var err error
		if l, err = r.list(plan); err != nil {
			return 0, err
		}
	}
	c := cageOf(spec)
	if err := c.open(); err != nil {
		l.drop()
		return 0, err
	}
	began := time.Now()
	said := io.Writer(os.Stderr)
	if r.Detach {
		said = l.log
		spec.Stdout, spec.Stderr = l.log, l.log
	}
	var tty *terminal
	if plan.Terminal != nil {
		tty = newTerminal()
		defer tty.giveBack()
	}
	signals := newRelay(tty)
	if c == nil || c.FD() >= 0 {
		signals.ready()
	} else {
		signals.waits.Store(true)
	}
	if c != nil {
		c.before = func() { // the command runs; there may be a wait until then
			signals.ready()
			signals.waits.Store(false)
		}
	}
	sandbox, err := start(plan, spec)
	if err != nil {
		l.drop()
		return 0, err
	}
	r.ran = true
	c = cageOf(spec)
	defer c.leave()
	if tty == nil && !r.Detach {
		// They are the command's now: a pipe ends when it closes its end.
		os.Stdin.Close()
		os.Stdout.Close()
	}
	tty.attach(sandbox)
	if l == nil {
		l, _ = r.list(plan) // only one that has to be found can't do without
	}
	l.runs(sandbox.Pid(), sandbox.Plan())
	if err := l.began(); err != nil {
		sandbox.Kill()
		l.record.Remove = true
	}
	out.started(sandbox, c)
	signals.to(sandbox)
	err = sandbox.Wait()
	tty.end()
	var exit *userns.ExitError
	if err != nil && !errors.As(err, &exit) {
		l.drop()
		return 0, err
	}
	e := end{state: sandbox.State(), wall: time.Since(began)}
	e.look(c.leaf())
	if e.state.Reason == userns.TimedOut {
		fmt.Fprintln(said, timeUp)
	}
	e.explain(said)
	if e.state.ExitCode() == filteredStatus && r.refusals == nil {
		fmt.Fprint(said, r.filtered(plan))
	}
	r.tellReport(said)
	if r.Stats {
		e.summarise(said)
	}
	l.ended(&e)
	d := e.document()
	d.Refused, d.Hosts = r.refusedCalls(), r.triedHosts()
	d.Paths, d.Incomplete = r.hiddenPaths()
	out.write(d)
	return e.state.ExitCode(), nil
}

// start starts the sandbox, in its cgroup if there is to be one. One that was to count
// processes only, and can't be had, is done without.
func start(plan *userns.Plan, spec *userns.Spec) (*userns.Sandbox, error) {
	for {
		sandbox, err := plan.Start(context.Background(), spec.Stdin, spec.Stdout, spec.Stderr)
		if err == nil {
			return sandbox, nil
		}
		c := cageOf(spec)
		c.close()
		if !c.withoutPIDs(spec, err) {
			return nil, err
		}
		if plan, err = resolve(spec); err != nil {
			return nil, err
		}
		if err = cageOf(spec).open(); err != nil {
			return nil, err
		}
		c.before()
	}
}

// resolve asks the machine and fits the wish to it.
func resolve(spec *userns.Spec) (*userns.Plan, error) {
	host, err := userns.Gather(spec)
	if err != nil {
		return nil, err
	}
	return userns.Resolve(spec, host)
}

// dieWithParent ties this process to the one that started it; the sandbox is tied
// to this process anyway.
func dieWithParent() error {
	parent := unix.Getppid()
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
		return &userns.Error{Do: "die with the parent", Err: err, Why: "the kernel refuses to signal the end of the parent",
			Fix: "leave out --die-with-parent"}
	}
	if unix.Getppid() != parent { // it ended between the two
		unix.Kill(unix.Getpid(), unix.SIGKILL)
	}
	return nil
}
