package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
)

// contestant is a command line that starts a target in some kind of sandbox.
type contestant struct {
	name     string
	argv     []string
	optional bool // may be left out with a note, if it can't work on this machine
}

// series is what one contestant did in all rounds.
type series struct {
	contestant
	us     []float64 // microseconds, NaN for a failed round
	failed int
	left   error // why it was left out
	broken error // why it failed, from the trial before the first round
}

// warmUp rounds fill caches and are not counted.
const warmUp = 2

// interleave runs all contestants n times. The kernel takes the namespaces of a
// sandbox apart when it has ended, on the time of whoever comes next, so the order
// is another in each round.
func interleave(r *runner, contestants []contestant, n int) []*series {
	all := trials(r, contestants)
	for round := -warmUp; round < n; round++ {
		for _, i := range rand.Perm(len(all)) {
			s := all[i]
			if s.left != nil {
				continue
			}
			took, ok := r.time(s.argv)
			if round >= 0 {
				s.add(float64(took.Nanoseconds())/1e3, ok)
			}
		}
	}
	return all
}

func (s *series) add(us float64, ok bool) {
	if !ok {
		s.failed++
		us = math.NaN() // keeps its place, so that the pairs stay pairs
	}
	s.us = append(s.us, us)
}

// trials starts each contestant once where its complaint can be heard.
func trials(r *runner, contestants []contestant) []*series {
	var all []*series
	for _, c := range contestants {
		s := &series{contestant: c}
		err := r.try(c.argv)
		if err != nil && c.optional {
			s.left = err
		} else {
			s.broken = err
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "bench: %s: %v\n", c.name, err)
		}
		all = append(all, s)
	}
	return all
}

// good drops the failed rounds.
func good(us []float64) []float64 {
	var kept []float64
	for _, x := range us {
		if !math.IsNaN(x) {
			kept = append(kept, x)
		}
	}
	return kept
}

// ratio is the median ratio to the reference, over the rounds in which both worked.
func (s *series) ratio(reference *series) float64 {
	return median(good(ratios(s.us, reference.us)))
}
