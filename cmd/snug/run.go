package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

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
	spec, err := r.spec()
	if err != nil {
		return 0, err
	}
	host, err := userns.Gather(spec)
	if err != nil {
		return 0, err
	}
	if r.Project == "" && spec.Project != "" {
		if err := host.CheckProject(spec.Project); err != nil {
			return 0, err
		}
	}
	plan, err := userns.Resolve(spec, host)
	if err != nil {
		return 0, err
	}
	switch {
	case r.DryRun:
		return 0, r.printPlan(plan)
	case r.Explain:
		return 0, plan.Explain(os.Stdout)
	}
	if r.Verbose && len(plan.Withheld) > 0 {
		fmt.Fprintf(os.Stderr, "snug: withheld from the environment: %s (--env-keep NAME passes one on)\n", plain(strings.Join(plan.Withheld, " ")))
	}
	if plan.HelpUIDs || plan.HelpGIDs {
		useAllCPUs()
	}
	return r.execute(plan, spec)
}

// execute runs the plan and gives the command's exit status, or 0 if the monitor
// will.
func (r *runCmd) execute(plan *userns.Plan, spec *userns.Spec) (int, error) {
	timeUp := fmt.Sprintf("snug: the time limit of %v is up", plan.Timeout)
	if userns.Monitored() {
		return 0, plan.HandOver(os.Stdin, os.Stdout, os.Stderr, timeUp, r.DieWithParent)
	}
	if r.DieWithParent {
		if err := dieWithParent(); err != nil {
			return 0, err
		}
	}
	signals := newRelay()
	sandbox, err := plan.Start(context.Background(), spec.Stdin, spec.Stdout, spec.Stderr)
	if err != nil {
		return 0, err
	}
	// They are the command's now: a pipe ends when it closes its end.
	os.Stdin.Close()
	os.Stdout.Close()
	signals.to(sandbox)
	err = sandbox.Wait()
	var exit *userns.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 0, err
	}
	state := sandbox.State()
	if state.Reason == userns.TimedOut {
		fmt.Fprintln(os.Stderr, timeUp)
	}
	return state.ExitCode(), nil
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
