package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"snug/seccomp"
)

// peerRule is a rule as libseccomp wants it. There the order of rules means nothing: on
// each argument the equalities are tried first, and then what is said of all its values.
type peerRule struct {
	action seccomp.Action
	call   uint32
	conds  []seccomp.Cond
	always int // an argument of whatever value, tried behind all conditions on it; -1: none
}

// peerRules turns the rules of a profile, of which the first that fits decides, into those
// of libseccomp for this machine. It needs no rule for what the default gives anyway.
func peerRules(p *seccomp.Profile) (rules []peerRule, err error) {
	native := seccomp.Native()
	for _, name := range native.Names() {
		number, _ := native.Number(name)
		all, err := alternatives(p, name)
		if err != nil {
			return nil, err
		}
		for i := range all {
			all[i].call = number
			all[i].always = behind(all[i].conds, all[:i])
		}
		if len(all) > 1 || all[0].action != p.Default {
			rules = append(rules, all...)
		}
	}
	return rules, nil
}

// alternatives lists what a profile says of a call, up to the one without conditions.
func alternatives(p *seccomp.Profile, name string) (all []peerRule, err error) {
	for _, r := range p.Rules {
		switch {
		case !slices.Contains(r.Names, name) || !counts(r):
			continue
		case r.Only.Caps|r.Except.Caps != 0 || r.Only.Since != r.Except.Since:
			return nil, fmt.Errorf("%s: a rule for some capabilities or kernels", name)
		}
		conds, err := forPeer(r.Conds)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, peerRule{action: r.Action, conds: conds})
		if len(conds) == 0 {
			return all, nil
		}
	}
	return append(all, peerRule{action: p.Default}), nil
}

// forPeer orders conditions as libseccomp does. Equalities on all 64 bits become what their
// general form says: a rule about all values is behind the ones and the others alike.
func forPeer(conds []seccomp.Cond) ([]seccomp.Cond, error) {
	ordered := slices.SortedFunc(slices.Values(conds), func(a, b seccomp.Cond) int { return cmp.Compare(a.Arg, b.Arg) })
	for i := range ordered {
		switch c := &ordered[i]; {
		case i > 0 && c.Arg == ordered[i-1].Arg:
			return nil, fmt.Errorf("two conditions on argument %d", c.Arg)
		case c.Op == seccomp.Equal:
			c.Op, c.Mask = seccomp.MaskedEqual, ^uint64(0)
		case c.Op != seccomp.MaskedEqual:
			return nil, fmt.Errorf("operator %d", c.Op)
		}
	}
	return ordered, nil
}

func counts(r seccomp.Rule) bool {
	native := seccomp.Native().String()
	return (len(r.Only.Arches) == 0 || slices.Contains(r.Only.Arches, native)) && !slices.Contains(r.Except.Arches, native)
}

// behind finds the argument that sets a rule apart from earlier ones which say more. A rule
// that says less would replace them; one about all values of that argument stands behind.
func behind(conds []seccomp.Cond, earlier []peerRule) int {
	always := -1
	for _, e := range earlier {
		if n := len(conds); n < len(e.conds) && slices.Equal(conds, e.conds[:n]) {
			if next := int(e.conds[n].Arg); always < 0 || next < always {
				always = next
			}
		}
	}
	return always
}

// writeRules writes what libseccomp/build.c reads.
func writeRules(w io.Writer, p *seccomp.Profile, rules []peerRule) {
	fmt.Fprintf(w, "default %x %x\n", uint32(p.Default), uint32(seccomp.KillProcess))
	for _, r := range rules {
		fmt.Fprintf(w, "rule %x %x", uint32(r.action), r.call)
		for _, c := range r.conds {
			fmt.Fprintf(w, " %d masked %x %x", c.Arg, c.Value, c.Mask)
		}
		if r.always >= 0 {
			fmt.Fprintf(w, " %d always 0 0", r.always)
		}
		fmt.Fprintln(w)
	}
}
