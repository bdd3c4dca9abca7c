package userns

import (
	"golang.org/x/sys/unix"

	"snug/seccomp"
)

// resolveSeccomp chooses the filter. It needs the capabilities, which profiles ask
// for.
func resolveSeccomp(p *Plan, spec *Spec, h *Host) error {
	if spec.NoSeccomp {
		return nil
	}
	if spec.Seccomp != nil {
		f, err := seccomp.Compile(spec.Seccomp, seccomp.Target{Caps: uint64(p.Caps), Kernel: h.Kernel})
		if err != nil {
			return &Error{Do: "compile the seccomp profile", Err: unix.EINVAL, Why: err.Error(),
				Fix: "correct it, or leave it to the default"}
		}
		p.Filter = f
		return nil
	}
	variant := seccomp.Strict
	if p.NestedUsers {
		variant = seccomp.Userns
	}
	f, ok := seccomp.Default(variant, seccomp.Native())
	if !ok {
		return &Error{Do: "filter system calls", Err: unix.ENOSYS, Why: "there is no default filter for this architecture",
			Fix: "give one, --seccomp FILE, or do without: --seccomp none"}
	}
	p.Filter = f
	return nil
}
