package main

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"snug/idmap"
	"snug/userns"
)

// spec turns what was typed into a wish.
func (r *runCmd) spec() (*userns.Spec, error) {
	if err := r.profiles(); err != nil {
		return nil, err
	}
	s, err := r.wish()
	return s, r.blame(err)
}

func (r *runCmd) wish() (*userns.Spec, error) {
	s := &userns.Spec{
		Args:        r.Args,
		Stdin:       os.Stdin,
		Stdout:      cmp.Or(r.stdout, os.Stdout),
		Stderr:      os.Stderr,
		AddCaps:     commas(r.CapAdd),
		DropCaps:    commas(r.CapDrop),
		KeepEnv:     commas(r.EnvKeep),
		TmpfsSize:   r.TmpfsSize,
		Hostname:    r.Hostname,
		AllowUserns: r.AllowUserns,
		NoProc:      r.NoProc,
		AsPid1:      r.AsPid1,
	}
	for _, part := range []func(*userns.Spec) error{r.ids, r.shares, r.limits, r.require, r.cgroup, r.view, r.terminal, r.life} {
		if err := part(s); err != nil {
			return nil, err
		}
	}
	// Not later: all this is done again then, and a file may be a pipe, which can
	// be read only once.
	if userns.Monitored() && s.NeedsStart() {
		userns.Recall()
	}
	if err := r.seccomp(s); err != nil {
		return nil, err
	}
	return s, r.environment(s)
}

func commas(list []string) (out []string) {
	for _, s := range list {
		out = append(out, strings.Split(s, ",")...)
	}
	return out
}

// ids says who the user is inside. The choices exclude each other.
func (r *runCmd) ids(s *userns.Spec) (err error) {
	given := 0
	for _, on := range []bool{r.MapRootUser, r.MapCurrentUser, r.MapAuto, len(r.MapUsers)+len(r.MapGroups) > 0} {
		if on {
			given++
		}
	}
	switch {
	case given > 1:
		return &conflict{"--map-root-user, --map-current-user, --map-auto and --map-users/--map-groups", "choose one"}
	case r.MapRootUser:
		s.IDs = userns.MapRoot
	case r.MapAuto:
		s.IDs = userns.MapAuto
	case given == 1 && !r.MapCurrentUser:
		s.IDs = userns.MapIDs
		if s.UIDs, err = extents(r.MapUsers); err == nil {
			s.GIDs, err = extents(r.MapGroups)
		}
	}
	return err
}

func extents(list []string) (idmap.Map, error) {
	if len(list) == 0 {
		return nil, nil
	}
	var all []idmap.Extent
	for _, text := range list {
		e, err := idmap.ParseExtent(text)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return idmap.New(all...)
}

// conflict is two flags that can't both be meant.
type conflict struct{ what, fix string }

func (e *conflict) Error() string { return e.what + " exclude each other" }

func (e *conflict) Unwrap() error { return unix.EINVAL }

func (e *conflict) Cause() string { return "each says something different about the same thing" }

func (e *conflict) Hint() string { return e.fix }

func (r *runCmd) shares(s *userns.Spec) error {
	switch r.Net {
	case "", "none":
	case "host":
		r.ShareNet = true
	default:
		return &valueError{"net", r.Net, "none or host"}
	}
	if r.Net == "none" && r.ShareNet {
		return &conflict{"--net none and --share-net", "leave one out"}
	}
	for _, share := range []struct {
		on   bool
		what userns.Share
	}{
		{r.ShareNet, userns.ShareNet}, {r.SharePid, userns.SharePID}, {r.ShareIpc, userns.ShareIPC},
		{r.ShareUts, userns.ShareUTS}, {r.ShareCgroup, userns.ShareCgroup},
	} {
		if share.on {
			s.Share |= share.what
		}
	}
	return nil
}

func (r *runCmd) limits(s *userns.Spec) (err error) {
	if s.Timeout, err = duration("timeout", r.Timeout); err != nil {
		return err
	}
	if s.StopTimeout, err = duration("stop-timeout", r.StopTimeout); err != nil {
		return err
	}
	if s.StopSignal, err = signal("stop-signal", r.StopSignal); err != nil {
		return err
	}
	if s.PIDs, err = pids(r.PidsLimit); err != nil {
		return err
	}
	for _, text := range r.Rlimit {
		limit, err := rlimit(text)
		if err != nil {
			return err
		}
		s.Rlimits = append(s.Rlimits, limit)
	}
	return nil
}

// view says what is there. Paths outside may be relative to where snug was
// started; paths inside may not.
func (r *runCmd) view(s *userns.Spec) (err error) {
	if root, writable := strings.CutSuffix(r.Rootfs, ":rw"); root != "" {
		if s.Root, err = filepath.Abs(root); err != nil {
			return err
		}
		s.RootWritable = writable
	}
	s.Dir = r.Chdir
	if err := r.project(s); err != nil {
		return err
	}
	s.AllowWrite = r.AllowWrite
	at, err := r.keep(s.Project)
	if err != nil {
		return err
	}
	if s.Mounts, err = mounts(r.Ordered, at); err != nil {
		return err
	}
	r.kept(s.Mounts, at)
	return r.staysInside(s)
}

// project is the current directory, unless something else is said. A root file
// system of its own has none.
func (r *runCmd) project(s *userns.Spec) (err error) {
	switch {
	case r.NoProject && r.Project != "":
		return &conflict{"--project and --no-project", "leave one out"}
	case r.Project != "":
		s.Project, err = filepath.Abs(r.Project)
	case r.NoProject || s.Root != "":
	default:
		s.Project, err = userns.CurrentProject()
	}
	return err
}
