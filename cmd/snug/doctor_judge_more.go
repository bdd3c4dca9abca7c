package main

import (
	"errors"

	"golang.org/x/sys/unix"

	"snug/userns"
)

const lostReports = "--report, snug learn, and the names of calls that a profile kills for"

// refusals are what it takes to hear of refused calls.
func (f *findings) refusals() []check {
	listener := check{Name: "notification", Question: "does the kernel let snug answer for a filter?", Lost: lostReports}
	switch {
	case f.listener:
		listener = listener.is("SECCOMP_FILTER_FLAG_NEW_LISTENER")
	case f.machine.Status("Seccomp") == "2":
		listener = listener.open("the filter that is on already doesn't let snug ask")
	default:
		listener = listener.isnt("the kernel doesn't know it", "this kernel has no user notification of seccomp, or no filters at all", "use Linux 5.12 or newer with CONFIG_SECCOMP_FILTER")
	}
	run := check{Name: "report run", Question: "does snug run --report start a sandbox?", Lost: lostReports}
	return []check{listener, f.yama(), run.answer(f.reported.err, "true ran, and snug was asked"), f.waitKillable()}
}

// yama can forbid what takes the listener over.
func (f *findings) yama() check {
	c := check{Name: "ptrace", Question: "may one process of yours look into another?", Lost: lostReports}
	switch scope := f.machine.Sysctl("kernel.yama.ptrace_scope"); {
	case scope < 0 && f.machine.Sysctl("kernel.pid_max") < 0:
		return c.open("/proc/sys can't be read here")
	case scope < 0:
		return c.is("no kernel.yama.ptrace_scope here")
	case scope < 3 || f.reported.err == nil:
		return c.is("kernel.yama.ptrace_scope=%d", scope)
	}
	e := userns.Error{Do: "take a descriptor", On: "of the new process", Err: unix.EPERM}
	e.Diagnose(f.machine)
	return c.isnt("kernel.yama.ptrace_scope=3", e.Why, e.Fix)
}

func (f *findings) waitKillable() check {
	c := check{Name: "steady waits", Question: "can a call wait for snug's answer undisturbed by signals?",
		Lost: "nothing but time: in a run with --report, a call that a signal interrupts is asked about again"}
	switch {
	case f.killable:
		return c.is("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV")
	case !f.listener:
		return c.open("there is no notification to begin with")
	}
	return c.isnt("the kernel doesn't know it", "this kernel is older than Linux 5.19", "use Linux 5.19 or newer")
}

// extras change how fast or how snug does it, not what.
func (f *findings) extras() []check { return []check{f.executor(), f.mountAPI(), f.landlocked()} }

func (f *findings) executor() check {
	c := check{Name: "native executor", Question: "is the fast way to start a sandbox open?",
		Lost: "some milliseconds for each sandbox; the portable executor confines just as much"}
	switch {
	case !f.portable:
		return c.is("yes: pid 1 runs from memory")
	case f.forced:
		return c.isnt("the portable one is used", "SNUG_PORTABLE=1 is set", "unset SNUG_PORTABLE")
	case f.machine.Sysctl("vm.memfd_noexec") == 2:
		return c.isnt("the portable one is used", "no program can be run from memory here (vm.memfd_noexec=2)", "as root: sysctl -w vm.memfd_noexec=1")
	case f.arch != "x86_64":
		return c.isnt("the portable one is used", "there is no other for "+f.arch, "nothing needs to be done")
	}
	return c.open("the portable one is used")
}

func (f *findings) mountAPI() check {
	c := check{Name: "mount_setattr", Question: "can mounts be made read-only with all that is below them?",
		Lost: "sandboxes: what is mounted below a directory could not be made read-only with it"}
	switch filtered := f.machine.Status("Seccomp") == "2"; {
	case f.plain.err == nil:
		return c.is("the default run did it")
	case f.mountErr == nil, errors.Is(f.mountErr, unix.EPERM) && !filtered: // it says that before it looks
		return c.is("the kernel knows it")
	case errors.Is(f.mountErr, unix.ENOSYS) && !filtered:
		return c.isnt(f.mountErr.Error(), "this kernel is older than Linux 5.12", "use Linux 5.12 or newer")
	}
	return c.open(f.mountErr.Error() + ": a filter may be in the way of asking")
}

func (f *findings) landlocked() check {
	c := check{Name: "Landlock", Question: "does the kernel have Landlock?", Lost: "the second wall: what the mounts let nobody write is held by them alone"}
	switch {
	case f.landlockErr == nil:
		if f.landlock < 2 {
			return c.isnt("ABI 1", "it can't allow a rename between directories, which programs need", "use Linux 5.19 or newer")
		}
		return c.is("ABI %d", f.landlock)
	case errors.Is(f.landlockErr, unix.EOPNOTSUPP):
		return c.isnt("the kernel has it, but it is off", "it is not among the security modules of this boot", "boot with lsm=landlock, and the modules of /sys/kernel/security/lsm after it")
	case errors.Is(f.landlockErr, unix.ENOSYS) && f.machine.Status("Seccomp") != "2":
		return c.isnt("the kernel doesn't know it", "this kernel is older than Linux 5.13, or built without CONFIG_SECURITY_LANDLOCK", "use a newer kernel, or one built with it")
	}
	return c.open(f.landlockErr.Error() + ": a filter may be in the way of asking")
}
