package main

import (
	"slices"
	"strings"

	"snug/cgroupv2"
)

const lostLimits = "limits (-m, --cpus, --io-max ...), accounts and snug freeze; --pids-limit is held by an rlimit"

// bounds are what limits need. Without a cgroup of its own a sandbox runs all the same.
func (f *findings) bounds() []check {
	l := &f.limits
	mounted := check{Name: "cgroup v2", Question: "is cgroup v2 mounted?", Lost: lostLimits}
	manager := check{Name: "user manager", Question: "does a systemd manager of yours answer?", Lost: lostLimits + "; unless your own cgroup is delegated"}
	tree := check{Name: "cgroup", Question: "can a sandbox have a cgroup of its own?", Lost: lostLimits}
	checks := []check{
		mounted.answer(l.mountErr, "%s%s", l.mount, l.version1Words()),
		manager.answer(l.managerErr, "%s", l.managerWords()),
		l.judgeLinger(f.user),
		tree.answer(l.treeErr, "%s was made and removed", l.tree),
	}
	for i := range resources {
		checks = append(checks, resources[i].judge(l))
	}
	freezer := check{Name: "freezer", Question: "can it be frozen and thawed?", Lost: "snug freeze, snug thaw"}
	if l.treeErr != nil {
		return append(checks, freezer.open("not tried: there is no cgroup"))
	}
	return append(checks, freezer.answer(l.freezeErr, "an empty cgroup was frozen and thawed"))
}

func (l *limits) version1Words() string {
	if len(l.version1) == 0 {
		return ""
	}
	return "; but cgroup v1 has " + strings.Join(l.version1, ", ")
}

// managerWords says, too, that an environment without XDG_RUNTIME_DIR did no harm.
func (l *limits) managerWords() string {
	if !l.runtimeDir && strings.HasPrefix(l.manager, "/run/user/") {
		return l.manager + " (XDG_RUNTIME_DIR is not set)"
	}
	return l.manager
}

func (l *limits) judgeLinger(user string) check {
	c := check{Name: "linger", Question: "does your manager run while you are not logged in?",
		Lost: "limits for what runs without a login: cron, at, a service with User="}
	switch l.lingers {
	case yes:
		return c.is("it does")
	case no:
		return c.isnt("it ends with your last session", "loginctl was not asked for it", "loginctl enable-linger "+user)
	}
	return c.open("systemd did not boot this machine")
}

// resource is what a controller holds.
type resource struct{ controller, question, done, lost string }

var resources = []resource{
	{"memory", "can memory be limited?", "a limit was set and read back", "-m, --memory-swap, --memory-high"},
	{"cpu", "can CPU time be limited?", "a limit was set and read back", "--cpus, --cpu-weight"},
	{"pids", "can processes be counted?", "a limit was set and read back", "--pids-limit for all users inside together; an rlimit counts each by itself"},
	{"cpuset", "can CPUs be chosen?", "one was chosen, and read back", "--cpuset-cpus"},
	{"io", "can disks be held back?", "delegated; a limit was not tried, it needs a disk", "--io-max, --io-weight"},
}

func (r *resource) judge(l *limits) check {
	c := check{Name: "controller " + r.controller, Question: r.question, Lost: r.lost}
	for _, found := range l.controllers {
		if found.name == r.controller {
			return c.answer(found.err, "%s", r.done)
		}
	}
	if slices.Contains(l.version1, r.controller) {
		return c.failed(cgroupv2.Undelegated(r.controller))
	}
	return c.open("not tried: there is no cgroup to try it in")
}
