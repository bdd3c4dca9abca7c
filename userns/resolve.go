package userns

import (
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"snug/userns/rootfs"
)

// Resolve fits spec to the machine. It is pure: it knows of the machine what h
// says. Errors are of type *Error, *rootfs.Error, *caps.UnknownError or from
// idmap; all say a Hint.
func Resolve(spec *Spec, h *Host) (*Plan, error) {
	p := &Plan{
		Args:        spec.Args,
		Share:       spec.Share,
		Hostname:    spec.Hostname,
		NestedUsers: spec.AllowUserns,
		TmpfsSize:   spec.TmpfsSize,
		Cgroup:      spec.Cgroup,
		AsPid1:      spec.AsPid1,
		Timeout:     spec.Timeout,
		StopSignal:  spec.StopSignal,
		StopTimeout: spec.StopTimeout,
		portable:    h.Portable,
	}
	for _, part := range []func(*Plan, *Spec, *Host) error{
		checkSpec, resolveIDs, resolveCaps, resolveSeccomp, resolveTerminal, resolveView, resolveProc, resolveLandlock, resolveLimits, resolveEnv, resolveCommand,
	} {
		if err := part(p, spec, h); err != nil {
			return nil, err
		}
	}
	p.defaults()
	return p, nil
}

func (p *Plan) defaults() {
	if p.Hostname == "" && p.Share&ShareUTS == 0 {
		p.Hostname = DefaultHostname
	}
	if p.StopSignal == 0 {
		p.StopSignal = unix.SIGTERM
	}
	if p.StopTimeout == 0 {
		p.StopTimeout = DefaultStopTimeout
	}
	if p.TmpfsSize == "" {
		p.TmpfsSize = "25%"
	}
}

// checkSpec refuses what no machine could grant.
func checkSpec(p *Plan, spec *Spec, h *Host) error {
	switch {
	case len(spec.Args) == 0 || spec.Args[0] == "":
		return &Error{Do: "run", Err: unix.EINVAL, Why: "no command was given", Fix: "add one, after --"}
	case spec.Hostname != "" && spec.Share&ShareUTS != 0:
		return &Error{Do: "set the hostname", On: spec.Hostname, Err: unix.EINVAL,
			Why: "the host's name is shared, and setting it would set the host's", Fix: "leave out --share-uts or --hostname"}
	case len(spec.Hostname) > 64:
		return &Error{Do: "set the hostname", On: spec.Hostname, Err: unix.EINVAL,
			Why: "a host name has at most 64 bytes", Fix: "choose a shorter one"}
	case spec.AsPid1 && spec.Share&SharePID != 0:
		return &Error{Do: "run as pid 1", Err: unix.EINVAL,
			Why: "with a shared pid namespace there is no pid 1 to be", Fix: "leave out --share-pid or --as-pid-1"}
	}
	for _, s := range spec.strings() {
		if strings.IndexByte(s, 0) >= 0 {
			return &Error{Do: "run", On: strings.ReplaceAll(s, "\x00", `\0`), Err: unix.EINVAL,
				Why: "the kernel's strings end at a NUL byte", Fix: "leave the NUL byte out"}
		}
	}
	return spec.checkPaths()
}

// strings are all the strings the kernel gets to see.
func (spec *Spec) strings() []string {
	all := []string{spec.Root, spec.Project, spec.Dir, spec.Hostname, spec.TmpfsSize}
	all = append(append(append(all, spec.Args...), spec.Env...), spec.SetEnv...)
	for _, m := range spec.Mounts {
		all = append(all, m.Source, m.Target, m.Size)
	}
	return all
}

// checkPaths refuses what is relative: relative to what would be a guess.
func (spec *Spec) checkPaths() error {
	for _, m := range spec.Mounts {
		if err := absolute(m.Flag, m.Target); err != nil {
			return err
		}
		if m.Kind == rootfs.Bind {
			if err := absolute(m.Flag, m.Source); err != nil {
				return err
			}
		}
	}
	for _, dir := range []string{spec.Root, spec.Project, spec.Dir} {
		if dir != "" {
			if err := absolute("use", dir); err != nil {
				return err
			}
		}
	}
	return nil
}

func absolute(do, p string) error {
	if path.IsAbs(p) {
		return nil
	}
	why := "the path is relative, and inside it could mean anything"
	if p == "" {
		why = "the path is empty"
	}
	return &Error{Do: do, On: `"` + p + `"`, Err: unix.EINVAL, Why: why, Fix: "give the path from / on"}
}
