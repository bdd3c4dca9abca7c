package userns

import (
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"snug/seccomp"
	"snug/userns/internal/launch"
)

// resolveSeccomp chooses the filter. It needs the capabilities, which profiles ask
// for.
func resolveSeccomp(p *Plan, spec *Spec, h *Host) error {
	var err error
	if p.Filter, err = filterOf(p, spec, h); err != nil {
		return err
	}
	if spec.SeccompLog && p.Filter != nil {
		p.FilterFlags |= unix.SECCOMP_FILTER_FLAG_LOG
	}
	if spec.Supervisor == nil {
		return nil
	}
	p.Answers = p.Filter
	if p.Filter, err = spec.Supervisor.Filter(p.Answers); err != nil {
		return &Error{Do: "supervise system calls", Err: unix.EINVAL, Why: err.Error(),
			Fix: "give it a filter (leave out --seccomp none), or no supervisor (leave out --report)"}
	}
	p.Supervisor = spec.Supervisor
	p.FilterFlags |= unix.SECCOMP_FILTER_FLAG_NEW_LISTENER
	if h.WaitKillable {
		// Or a signal has the call asked about again and again: Go's runtime sends
		// itself one every 10 ms. Since Linux 5.19.
		p.FilterFlags |= unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
	}
	return nil
}

func filterOf(p *Plan, spec *Spec, h *Host) (*seccomp.Filter, error) {
	variant := seccomp.Strict
	if p.NestedUsers {
		variant = seccomp.Userns
	}
	switch {
	case spec.NoSeccomp && len(spec.SeccompRules) > 0:
		return nil, &Error{Do: "change the seccomp profile", Err: unix.EINVAL, Why: "there is to be no filter",
			Fix: "leave out --seccomp none, or give a profile that begins with: default allow"}
	case spec.NoSeccomp:
		return nil, nil
	case spec.Seccomp != nil || len(spec.SeccompRules) > 0:
		return compiled(p, spec, h, variant)
	}
	f, ok := seccomp.Default(variant, seccomp.Native())
	if !ok {
		return nil, &Error{Do: "filter system calls", Err: unix.ENOSYS, Why: "there is no default filter for this architecture",
			Fix: "give one, --seccomp FILE, or do without: --seccomp none"}
	}
	return f, nil
}

// compiled is the filter of a profile, the spec's own or the default one, with the rules
// that change it.
func compiled(p *Plan, spec *Spec, h *Host, variant seccomp.Variant) (*seccomp.Filter, error) {
	profile := spec.Seccomp
	if profile == nil {
		var err error
		if profile, err = seccomp.DefaultProfile(variant); err != nil {
			return nil, failed("read the default profile", err)
		}
	}
	changed := *profile
	changed.Prepend(spec.SeccompRules...)
	f, err := seccomp.Compile(&changed, seccomp.Target{Caps: uint64(p.Caps), Kernel: h.Kernel})
	if err != nil {
		return nil, &Error{Do: "compile the seccomp profile", Err: unix.EINVAL, Why: err.Error(),
			Fix: "correct it, or leave it to the default"}
	}
	return f, spec.checkInit(f)
}

func (s *Spec) initCalls() []launch.InitCall {
	return launch.InitCalls(s.AsPid1, s.portableInit())
}

// InitCalls are the system calls that the sandbox's own pid 1 needs, or the way to a command
// that is pid 1: a profile has to allow them besides those of the command.
func (s *Spec) InitCalls() []string {
	var names []string
	for _, c := range s.initCalls() {
		if !slices.Contains(names, c.Name) {
			names = append(names, c.Name)
		}
	}
	return names
}

// checkInit refuses a filter under which pid 1 can't do its work: it would wait for ever,
// or be killed without a word.
func (s *Spec) checkInit(f *seccomp.Filter) error {
	here := seccomp.Native()
	var missing []string
	for _, c := range s.initCalls() {
		number, ok := here.Number(c.Name)
		if !ok || slices.Contains(missing, c.Name) {
			continue
		}
		a := f.Decide(&seccomp.Call{Number: number, Arch: here.Audit(), Args: c.Args})
		if a != seccomp.Allow && a != seccomp.Log {
			missing = append(missing, c.Name)
		}
	}
	if missing == nil {
		return nil
	}
	return &Error{Do: "filter system calls", Err: unix.EINVAL, Why: "the profile refuses what pid 1 of the sandbox needs, which is under it as well",
		Fix: "allow it in the profile: " + strings.Join(missing, " ")}
}
