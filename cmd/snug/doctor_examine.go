package main

import (
	"context"
	"errors"
	"os"

	"golang.org/x/sys/unix"

	"snug/idmap"
	"snug/seccomp"
	"snug/seccomp/notify"
	"snug/userns"
	"snug/userns/probe"
)

// findings are what an examination of the machine has shown. A test can write down those
// of a machine that is not there.
type findings struct {
	snug     string // its version
	uid      uint32
	user     string
	release  string // of the kernel
	arch     string
	machine  probe.Machine
	portable bool
	forced   bool // SNUG_PORTABLE=1

	plain, auto, reported trial // the default run, with --map-auto, with --report
	ids                   [2]ids
	limits                limits
	listener, killable    bool // the kernel knows these flags of seccomp(2)
	landlock              int
	landlockErr, mountErr error
}

// trial is a run of true in a sandbox.
type trial struct {
	err   error
	steps []userns.Step // of its launch
}

// ids are those that are granted for one kind, and the helper that maps them.
type ids struct {
	granted           []idmap.Range
	grantErr, helpErr error
}

// examine tries everything out, one after the other: where descriptors or processes are
// few, two at a time could be in each other's way.
func examine() *findings {
	f := &findings{
		snug: release(), uid: uint32(os.Geteuid()), machine: probe.Machine{}, forced: os.Getenv("SNUG_PORTABLE") == "1",
		listener: seccomp.Supports(unix.SECCOMP_FILTER_FLAG_NEW_LISTENER),
		killable: seccomp.Supports(unix.SECCOMP_FILTER_FLAG_NEW_LISTENER | unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV),
	}
	f.release, f.arch = kernel()
	f.landlock, f.landlockErr = probe.Landlock()
	f.mountErr = mountSetattr()
	if host, err := userns.Gather(&userns.Spec{}); err == nil {
		f.user, f.portable = host.User, host.Portable
	}
	f.plain = try(&userns.Spec{})
	if late(f.plain.err) { // once is enough
		f.auto, f.reported = f.plain, f.plain
	} else {
		f.auto = try(&userns.Spec{IDs: userns.MapAuto})
		f.reported = try(&userns.Spec{Supervisor: &notify.Refusals{}})
	}
	user := idmap.User{Name: f.user, UID: f.uid, GID: uint32(os.Getegid())}
	for i, kind := range []idmap.Kind{idmap.UIDs, idmap.GIDs} {
		f.ids[i] = examineIDs(kind, user)
	}
	f.limits = examineLimits(f.user)
	return f
}

// try runs true in a sandbox.
func try(spec *userns.Spec) trial {
	t, ok := bounded(runTime, func(ctx context.Context) trial { return run(ctx, spec) })
	if !ok {
		t.err = &lateError{"run true in a sandbox", runTime}
	}
	return t
}

func run(ctx context.Context, spec *userns.Spec) (t trial) {
	spec.Args = []string{"true"}
	spec.Timeout, spec.StopTimeout = runTime, runTime/8
	// Whatever PATH the caller has, and if there is no true in it: what is asked is
	// whether there is a sandbox.
	spec.SetEnv = []string{"PATH=" + userns.DefaultPath}
	plan, err := resolve(spec)
	if err != nil {
		return trial{err: err}
	}
	t.steps = plan.Steps()
	sandbox, err := plan.Start(ctx, nil, nil, nil)
	if err == nil {
		err = sandbox.Wait()
	}
	var e *userns.Error
	var exit *userns.ExitError
	switch {
	case errors.As(err, &e) && e.Code != userns.SandboxFailed:
		err = nil
	case errors.As(err, &exit) && exit.State.Reason != userns.Ended, ctx.Err() != nil:
		err = &lateError{"run true in a sandbox", runTime}
	}
	t.err = err
	return t
}

func examineIDs(kind idmap.Kind, user idmap.User) ids {
	found, ok := bounded(probeTime, func(context.Context) (i ids) {
		i.granted, i.grantErr = idmap.Subordinate(kind, user)
		i.helpErr = idmap.CheckHelper(kind)
		return i
	})
	if !ok {
		found.grantErr = &lateError{"look up subordinate ids", probeTime}
		found.helpErr = idmap.CheckHelper(kind)
	}
	return found
}
