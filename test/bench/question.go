package main

import (
	"math/rand/v2"
	"slices"

	"snug/seccomp"
)

// question is a call to ask about, its number first.
type question [5]uintptr

// questions are calls with arguments at which rules change their mind, and near them.
func questions(rules []peerRule) (all []question) {
	for number := range uint32(600) {
		if slices.Contains(unfiltered, seccomp.Native().Name(number)) {
			continue
		}
		values := turningPoints(rules, number)
		for range 4 * len(values) * len(values) {
			q := question{uintptr(number)}
			for i := range q[1:] {
				q[1+i] = values[rand.IntN(len(values))]
			}
			all = append(all, q)
		}
	}
	return all
}

// unfiltered are the calls that the kernel never asks a filter about: where a probe was
// set they come from the kernel itself, and anywhere else they are a SIGILL.
var unfiltered = []string{"uprobe", "uretprobe"}

func turningPoints(rules []peerRule, call uint32) []uintptr {
	values := []uintptr{0, 1, ^uintptr(0), 1 << 31}
	for _, r := range rules {
		for _, c := range r.conds {
			if r.call != call {
				continue
			}
			for _, v := range []uint64{c.Value, c.Value ^ 1, c.Value | ^c.Mask, c.Value | 1<<32, c.Mask} {
				values = append(values, uintptr(v))
			}
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}
