package main

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"snug/userns"
)

// judge makes checks of findings. It asks nobody.
func judge(f *findings) *diagnosis {
	d := &diagnosis{
		Snug: f.snug, Kernel: "Linux " + f.release + ", " + f.arch, User: who(f.user, f.uid), Notes: f.notes(),
		Groups: []group{
			{"Every sandbox needs", f.needed()},
			{"For more ids than your own (--map-auto, --map-users)", f.moreIDs()},
			{"For limits, accounts and the freezer (-m, --cpus, snug freeze)", f.bounds()},
			{"For what was refused (--report, snug learn)", f.refusals()},
			{"Not needed, but good to have", f.extras()},
		},
	}
	d.OK = f.plain.err == nil
	return d
}

// notes are what one should know to read the rest.
func (f *findings) notes() (notes []string) {
	inside := f.machine.Container()
	switch {
	case inside != "":
		notes = append(notes, "in "+inside+", which may forbid what the host allows")
	case f.machine.InUserNamespace():
		notes = append(notes, "in a user namespace: somebody's sandbox or container is around this")
	}
	if inside != "snug" && f.machine.Status("Seccomp") == "2" {
		notes = append(notes, "a filter of system calls that isn't snug's is on already")
	}
	if f.uid == 0 && !f.machine.InUserNamespace() {
		notes = append(notes, "you are root. snug is for ordinary users: what works for root may not work for them, and root's sandboxes see what only root can see. Ask as one of them")
	}
	if !f.machine.HasProc() {
		notes = append(notes, "/proc is not mounted, so little can be told")
	}
	return notes
}

// defaultRun is the check that decides about the exit status.
const defaultRun = "default run"

func (f *findings) needed() []check {
	run := check{Name: defaultRun, Question: "does snug run start a sandbox?", Lost: "everything: snug run refuses to run anything"}
	checks := []check{run.answer(f.plain.err, "true ran in a sandbox")}
	for _, s := range stages {
		checks = append(checks, s.judge(&f.plain))
	}
	for _, s := range switches {
		checks = append(checks, s.judge(f))
	}
	return checks
}

// stage is a part of every launch that a machine may refuse.
type stage struct {
	name, question, done string
	lost                 string
	do                   string // the beginning of its steps
}

// In the order of a launch.
var stages = []stage{
	{"user namespace", "can you make a user namespace?", "a clone made one", "every sandbox", userns.CloneStep},
	{"id map", "can it map your own ids?", "your uid and gid, each to itself", "every sandbox", "write"},
	{"mounts", "can it mount something, a tmpfs?", "a tmpfs", "every sandbox", "mount tmpfs"},
	{"fresh /proc", "can it mount a /proc of its own?", "a proc of its own", "every sandbox without --no-proc", "mount proc"},
	{"nesting off", "can user namespaces inside it be forbidden?", "user.max_user_namespaces=0 inside", "every sandbox without --allow-userns", "forbid"},
	{"fresh /sys", "can it mount a /sys of its own?", "a sysfs of its own", "every sandbox without --ro-bind /sys /sys", "mount sysfs"},
	{"new root", "can it leave the host's root (pivot_root)?", "pivot_root left the old one", "every sandbox", "enter the new root"},
	{"filter", "does the kernel take the filter of system calls?", "the kernel took the default one", "every sandbox without --seccomp none", "install the filter"},
	{"pid 1", "can its first process be started?", "it started", "every sandbox", "start pid 1"},
}

// judge looks at where the launch ended. What comes before that was done, what comes after
// wasn't tried.
func (s *stage) judge(t *trial) check {
	c := check{Name: s.name, Question: s.question, Lost: s.lost}
	e, failed := t.err.(*userns.Error)
	if t.err == nil {
		return c.is("%s", s.done)
	}
	if !failed {
		return c.open("not tried: " + t.err.Error())
	}
	end := slices.Index(t.steps, userns.Step{Do: e.Do, On: e.On}) // -1: the clone, or before it
	done := func(step userns.Step) bool { return strings.HasPrefix(step.Do, s.do) }
	switch {
	case strings.HasPrefix(e.Do, s.do):
		return c.failed(e)
	case end < 0:
	case s.do == userns.CloneStep, slices.ContainsFunc(t.steps[:end], done):
		return c.is("%s", s.done)
	}
	return c.open("not tried: the launch ended before it")
}

// setting is a setting of the kernel's by which a machine forbids sandboxes.
type setting struct {
	name, question string
	sysctl         string
	forbids        int          // the value that does
	refusal        userns.Error // what a run would end with
}

var switches = []setting{
	{"userns switch", "are user namespaces for everybody?", "kernel.unprivileged_userns_clone", 0,
		userns.Error{Do: userns.CloneStep, Err: unix.EPERM}},
	{"userns count", "are any user namespaces allowed?", "user.max_user_namespaces", 0,
		userns.Error{Do: userns.CloneStep, Err: unix.ENOSPC}},
	{"AppArmor", "may programs without a profile use user namespaces?", "kernel.apparmor_restrict_unprivileged_userns", 1,
		userns.Error{Do: "write", On: "/proc/self/uid_map", Err: unix.EPERM}},
}

func (s *setting) judge(f *findings) check {
	c := check{Name: s.name, Question: s.question, Lost: "every sandbox"}
	switch value := f.machine.Sysctl(s.sysctl); {
	case value < 0 && f.machine.Sysctl("kernel.pid_max") < 0:
		return c.open("/proc/sys can't be read here")
	case value < 0:
		return c.is("no %s here", s.sysctl)
	case value != s.forbids:
		return c.is("%s=%d", s.sysctl, value)
	case s.letThrough(f):
		return c.is("%s=%d, but not for this program", s.sysctl, value)
	}
	e := s.refusal
	e.Diagnose(f.machine)
	return c.isnt(fmt.Sprintf("%s=%d", s.sysctl, s.forbids), e.Why, e.Fix)
}

// letThrough says whether the launch came past the step that the setting would refuse.
func (s *setting) letThrough(f *findings) bool {
	for i := range stages {
		if strings.HasPrefix(s.refusal.Do, stages[i].do) {
			return stages[i].judge(&f.plain).State == yes
		}
	}
	return false
}
