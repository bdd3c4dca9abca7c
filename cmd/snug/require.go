package main

import (
	"strings"

	"golang.org/x/sys/unix"

	"snug/userns"
)

// requirement is what --require can name: something that a machine may not have, or that
// another flag takes away, and that is done without otherwise. Whoever puts the line
// together from pieces (a CI job, a script that is given flags) says with it what no piece
// may lose.
type requirement struct {
	name   string
	lost   func(*runCmd) string // the flag that loses it, if it was typed
	demand func(*runCmd, *userns.Spec)
}

var requirable = []requirement{
	{"landlock", when("--no-landlock", func(r *runCmd) bool { return r.NoLandlock }),
		func(_ *runCmd, s *userns.Spec) { s.Landlock = userns.LandlockRequired }},
	{"cgroup", bestEffort, func(r *runCmd, _ *userns.Spec) { r.Cgroup = true }},
	{"limits", bestEffort, func(r *runCmd, _ *userns.Spec) { r.exactLimits = true }},
	{"seccomp", when("--seccomp none", func(r *runCmd) bool { return r.Seccomp == "none" }), nil},
	{"userns-off", when("--allow-userns", func(r *runCmd) bool { return r.AllowUserns }),
		func(_ *runCmd, s *userns.Spec) { s.UsernsLimit = true }},
	{"net", when("--share-net", func(r *runCmd) bool { return r.ShareNet }), nil},
	{"pid", when("--share-pid", func(r *runCmd) bool { return r.SharePid }), nil},
	{"terminal", when("-T", func(r *runCmd) bool { return r.NoTTY }), nil},
}

func when(flag string, typed func(*runCmd) bool) func(*runCmd) string {
	return func(r *runCmd) string {
		if typed(r) {
			return flag
		}
		return ""
	}
}

func bestEffort(r *runCmd) string {
	if r.Limits == "best-effort" {
		return "--limits best-effort"
	}
	return ""
}

// require says what there must be, and what there mustn't.
func (r *runCmd) require(s *userns.Spec) error {
	if r.NoLandlock {
		s.Landlock = userns.NoLandlock
	}
	for _, name := range commas(r.Require) {
		q := requirementOf(name)
		if q == nil {
			return &valueError{"require", name, requirableNames() + didYouMean(name)}
		}
		if flag := q.lost(r); flag != "" {
			return &conflict{"--require " + name + " and " + flag, "leave one out"}
		}
		if name == "seccomp" && r.lesson != nil {
			return &userns.Error{Do: "require seccomp", Err: unix.EINVAL, Why: "while snug learns it refuses no system call",
				Fix: "leave out --require seccomp"}
		}
		if q.demand != nil {
			q.demand(r, s)
		}
	}
	return nil
}

func requirementOf(name string) *requirement {
	for i := range requirable {
		if requirable[i].name == name {
			return &requirable[i]
		}
	}
	return nil
}

// requirableNames lists them in words.
func requirableNames() string {
	var names []string
	for _, q := range requirable {
		names = append(names, q.name)
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// didYouMean is the one name that name may have been meant for: it begins most like it.
func didYouMean(name string) string {
	best, most := "", 0
	for _, q := range requirable {
		n := 0
		for n < len(name) && n < len(q.name) && strings.EqualFold(name[n:n+1], q.name[n:n+1]) {
			n++
		}
		if n > most {
			best, most = q.name, n
		}
	}
	if best == "" {
		return ""
	}
	return " (did you mean " + best + "?)"
}
