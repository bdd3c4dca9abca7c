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
	w := jsonWriter{p: p, earlier: map[string][]past{}}
	j := jsonProfile{DefaultAction: jsonActionName(p.Default), DefaultErrnoRet: jsonData(p.Default), Syscalls: []jsonRule{}}
	for i := range p.Rules {
		entries, err := w.next(&p.Rules[i])
		if err != nil {
			return nil, at(err, 0, "rule "+strconv.Itoa(i+1))
		}
		j.Syscalls = append(j.Syscalls, entries...)
	}
	text, err := json.MarshalIndent(&j, "", "\t")
	return append(text, '\n'), err
}

// jsonWriter goes through the rules of a profile.
type jsonWriter struct {
	p       *Profile
	spaces  [][]space         // of the rules so far
	earlier map[string][]past // which of these name a call
}

// past are rules that give an action.
type past struct {
	action Action
	rules  []int
}

// next writes a rule: once for all names that have the same rules before them.
func (w *jsonWriter) next(r *Rule) (all []jsonRule, err error) {
	cases, err := r.spaces()
	if err != nil {
		return nil, err
	}
	if r.Action != w.p.Default && len(cases) > 0 { // else ParseJSON and runc take it for no rule
		groups, err := w.groups(r, cases)
		if err != nil {
			return nil, err
		}
		for _, g := range groups {
			entries, err := w.cut(r, cases, &g)
			if err != nil {
				return nil, err
			}
			for _, e := range entries {
				e.Names = g.names
				all = append(all, e)
			}
		}
	}
	w.remember(r, cases)
	return all, nil
}

func (w *jsonWriter) remember(r *Rule, cases []space) {
	for _, name := range r.Names {
		before := w.earlier[name]
		i := slices.IndexFunc(before, func(p past) bool { return p.action == r.Action })
		if i < 0 {
			i, before = len(before), append(before, past{action: r.Action})
		}
		before[i].rules = append(before[i].rules, len(w.spaces))
		w.earlier[name] = before
	}
	w.spaces = append(w.spaces, cases)
}

// nameGroup is calls for which the same rules come first.
type nameGroup struct {
	names  []string
	before []int
}

func (w *jsonWriter) groups(r *Rule, cases []space) (groups []nameGroup, err error) {
	inTheWay := map[int]bool{}
	for n, name := range r.Names {
		if slices.Contains(r.Names[:n], name) {
			continue
		}
		others := w.others(name, r.Action)
		if len(others) > mostEntries {
			return nil, tooManyEntries(name)
		}
		var before []int
		for _, j := range others {
			if _, known := inTheWay[j]; !known {
				inTheWay[j] = meet(cases, w.spaces[j])
			}
			if inTheWay[j] {
				before = append(before, j)
			}
		}
		i := slices.IndexFunc(groups, func(g nameGroup) bool { return slices.Equal(g.before, before) })
		if i < 0 {
			i, groups = len(groups), append(groups, nameGroup{nil, before})
		}
		groups[i].names = append(groups[i].names, name)
	}
	return groups, nil
}

// others lists the rules so far that name a call and give it another action.
func (w *jsonWriter) others(name string, a Action) (rules []int) {
	for _, p := range w.earlier[name] {
		if p.action != a && len(rules) <= mostEntries {
			rules = append(rules, p.rules...)
		}
	}
	slices.Sort(rules)
	return rules
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
func (w *jsonWriter) cut(r *Rule, cases []space, g *nameGroup) (entries []jsonRule, err error) {
	if len(g.before) == 0 && !r.repeats() {
		return []jsonRule{r.entry()}, nil
	}
	for _, taken := range w.largestFirst(g.before) {
		var left []space
		for _, s := range cases {
			if left = append(left, s.without(&taken)...); len(left) > mostEntries {
				return nil, tooManyEntries(g.names[0])
			}
		}
		cases = left
	}
	for i := range cases {
		if entries = append(entries, cases[i].entries(r.Action)...); len(entries) > mostEntries {
			return nil, tooManyEntries(g.names[0])
		}
	}
	return entries, nil
}

// largestFirst lists the cases of rules so that what small ones would take away in many parts
// is gone with a large one.
func (w *jsonWriter) largestFirst(rules []int) (all []space) {
	for _, j := range rules {
		all = append(all, w.spaces[j]...)
	}
	slices.SortStableFunc(all, func(s, t space) int { return s.parts() - t.parts() })
	return all
}
