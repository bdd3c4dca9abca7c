package userns

import (
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"snug/seccomp"
	"snug/userns/rootfs"
)

// resolveProc leaves /proc empty if the spec says so, for machines that give nobody a fresh
// one: in a container that masks parts of its own. It has to see both the view and the
// filter.
//
//	Should:  take away nothing but /proc, and keep user namespaces inside forbidden.
//	Mustn't: put the container's /proc in its place, which shows the processes around snug.
func resolveProc(p *Plan, spec *Spec, h *Host) error {
	if spec.UsernsLimit && p.NestedUsers {
		return &Error{Do: "require userns-off", Err: unix.EINVAL, Why: "user namespaces inside are to be allowed", Fix: "leave out one of the two"}
	}
	if !spec.NoProc {
		return nil
	}
	p.View = withoutProc(p.View)
	p.NoProc = true
	if p.NestedUsers || !h.FixedSysctls {
		return nil
	}
	p.NestedByFilter = true
	switch {
	case spec.UsernsLimit:
		return &Error{Do: "require userns-off", Err: unix.EROFS, Why: "/proc/sys is read-only here, so only the filter of system calls can refuse user namespaces inside",
			Fix: "leave out --require userns-off, or make it writable: " + unmask}
	case !refusesUserns(p.Filter):
		return &Error{Do: "forbid", On: "user namespaces inside", Err: unix.EROFS, Why: "/proc/sys is read-only here, and the filter of system calls does not refuse them by itself",
			Fix: "leave the filter to the default and leave out --report, or allow them, if you can do without: --allow-userns"}
	}
	return nil
}

// withoutProc takes the kernel's proc out of the view, and what covers parts of it. Its
// directory stays, for nobody to write to, and so does what the user has put there.
func withoutProc(view []rootfs.Step) []rootfs.Step {
	view = slices.DeleteFunc(slices.Clone(view), func(s rootfs.Step) bool {
		return s.Path == "proc" && (s.Op == rootfs.OpProc || s.Op == rootfs.OpBind && s.Source == "/proc") ||
			s.Inner && strings.HasPrefix(s.Path, "proc/")
	})
	if i := slices.IndexFunc(view, func(s rootfs.Step) bool { return s.Path == "proc" }); i >= 0 && view[i].Op == rootfs.OpMkdir {
		view[i].Mode = 0o555
	}
	return view
}

// refusesUserns asks a filter about each of the calls that make a user namespace. Of clone3
// it can't see the flags.
func refusesUserns(f *seccomp.Filter) bool {
	if f == nil {
		return false
	}
	here := seccomp.Native()
	for _, name := range []string{"unshare", "clone", "clone3"} {
		number, ok := here.Number(name)
		call := seccomp.Call{Number: number, Arch: here.Audit(), Args: [6]uint64{unix.CLONE_NEWUSER}}
		if name == "clone" && here == seccomp.ArchS390X { // which has the flags second
			call.Args = [6]uint64{0, unix.CLONE_NEWUSER}
		}
		if a := f.Decide(&call); ok && (a == seccomp.Allow || a == seccomp.Log || a == seccomp.Notify) {
			return false
		}
	}
	return true
}

// sysctlsFixed says whether the caller's /proc/sys is mounted read-only, or not there: as in a
// container.
func sysctlsFixed() bool {
	var at unix.Statfs_t
	err := unix.Statfs("/proc/sys/user/max_user_namespaces", &at)
	return err != nil || at.Flags&unix.ST_RDONLY != 0
}
