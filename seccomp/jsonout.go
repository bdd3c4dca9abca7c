package seccomp

import (
	"encoding/json"
	"slices"
	"strconv"
)

// JSON writes a profile as Docker, podman and crun read it, see [ParseJSON], which makes of
// it a profile that decides alike.
//
// There the order of rules means nothing: libseccomp sorts them, and lets a rule without
// conditions win over those with some. So where a rule is only tried because an earlier one
// with another action didn't hold, it is written for the cases that are left: "errno EPERM
// ioctl if int1 == TIOCSTI", then "allow ioctl", becomes EPERM for the one and allow for
// each group of bits in which a request can differ from it. If that takes more than 1000
// entries for a rule it is an error, as is what [Profile.Validate] refuses.
//
// Rules with a [Scope] get includes and excludes, which Docker and podman resolve and a
// runtime below them doesn't know. No architectures are named, which means that of the
// machine alone. What the form can't say is that a number without a name gives ENOSYS: runc
// does that by itself, crun goes by the default.
func (p *Profile) JSON() ([]byte, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	j := jsonProfile{DefaultAction: jsonActionName(p.Default), DefaultErrnoRet: jsonData(p.Default), Syscalls: []jsonRule{}}
	earlier := map[string][]int{} // rules by the calls they name
	for i := range p.Rules {
		entries, err := p.entries(i, earlier)
		if err != nil {
			return nil, at(err, 0, "rule "+strconv.Itoa(i+1))
		}
		j.Syscalls = append(j.Syscalls, entries...)
		for _, name := range p.Rules[i].Names {
			earlier[name] = append(earlier[name], i)
		}
	}
	text, err := json.MarshalIndent(&j, "", "\t")
	return append(text, '\n'), err
}

// mostEntries of JSON stand for one rule.
const mostEntries = 1000

// entries writes rule i: once for all names that have the same rules before them.
func (p *Profile) entries(i int, earlier map[string][]int) (all []jsonRule, err error) {
	r := &p.Rules[i]
	cases := r.spaces()
	if r.Action == p.Default || len(cases) == 0 {
		return nil, nil // ParseJSON and runc take it for no rule
	}
	for _, g := range p.groupNames(r, cases, earlier) {
		entries, err := p.cut(r, cases, g.before)
		if err != nil {
			return nil, problem("for ", g.names[0], " it takes more than "+strconv.Itoa(mostEntries)+" entries of JSON")
		}
		for _, e := range entries {
			e.Names = g.names
			all = append(all, e)
		}
	}
	return all, nil
}

// nameGroup is calls for which the same rules come first.
type nameGroup struct {
	names  []string
	before []int
}

func (p *Profile) groupNames(r *Rule, cases []space, earlier map[string][]int) (groups []nameGroup) {
	for n, name := range r.Names {
		if slices.Contains(r.Names[:n], name) {
			continue
		}
		var before []int
		for _, j := range earlier[name] {
			if e := &p.Rules[j]; e.Action != r.Action && meet(cases, e.spaces()) {
				before = append(before, j)
			}
		}
		i := slices.IndexFunc(groups, func(g nameGroup) bool { return slices.Equal(g.before, before) })
		if i < 0 {
			i, groups = len(groups), append(groups, nameGroup{nil, before})
		}
		groups[i].names = append(groups[i].names, name)
	}
	return groups
}

func meet(some, others []space) bool {
	for i := range some {
		for j := range others {
			if some[i].meets(&others[j]) {
				return true
			}
		}
	}
	return false
}

// cut writes what is left of a rule behind others.
func (p *Profile) cut(r *Rule, cases []space, before []int) (entries []jsonRule, err error) {
	if len(before) == 0 && !r.repeats() {
		return []jsonRule{r.entry()}, nil
	}
	for _, taken := range p.largestFirst(before) {
		var left []space
		for _, s := range cases {
			if left = append(left, s.without(&taken)...); len(left) > mostEntries {
				return nil, problem("too many cases")
			}
		}
		cases = left
	}
	for i := range cases {
		entries = append(entries, cases[i].entries(r.Action)...)
	}
	if len(entries) > mostEntries {
		return nil, problem("too many cases")
	}
	return entries, nil
}

// largestFirst lists the cases of rules so that what small ones would take away in many parts
// is gone with a large one.
func (p *Profile) largestFirst(rules []int) (all []space) {
	for _, j := range rules {
		all = append(all, p.Rules[j].spaces()...)
	}
	slices.SortStableFunc(all, func(s, t space) int { return s.parts() - t.parts() })
	return all
}
