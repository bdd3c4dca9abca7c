package main

import (
	"fmt"
	"time"

	"snug/seccomp"
)

// makings measures how long it takes to have a filter at all, and has the peer's made.
func makings(rounds int, p *seccomp.Profile, rules []peerRule) (t table, tree, linear peerFilter, err error) {
	t = table{Title: "making the filter", Columns: []string{"what", "median"},
		Note: "Microseconds. The default filter is made when snug is built: to have it is to have its address."}
	var pointer, compiled, trees, linears []float64
	for range rounds {
		begin := time.Now()
		for range perSample {
			_, _ = seccomp.Default(seccomp.Strict, seccomp.Native())
		}
		pointer = append(pointer, micro(begin)/perSample)
		begin = time.Now()
		if err := readAndCompile(); err != nil {
			return t, tree, linear, err
		}
		compiled = append(compiled, micro(begin))
		if tree, err = buildPeer("tree", p, rules); err != nil {
			return t, tree, linear, err
		}
		if linear, err = buildPeer("linear", p, rules); err != nil {
			return t, tree, linear, err
		}
		trees, linears = append(trees, tree.took), append(linears, linear.took)
	}
	t.Rows = [][]string{
		{"snug, default", fmt.Sprintf("%.3f", median(pointer))},
		{"snug, its text read and compiled", fmt.Sprintf("%.0f", median(compiled))},
		{tree.name, fmt.Sprintf("%.0f", median(trees))},
		{linear.name, fmt.Sprintf("%.0f", median(linears))},
	}
	t.Bars = []bar{bar{What: "filter, milliseconds to read and compile it (no ratio)", Must: 1}.got(median(compiled) / 1e3)}
	return t, tree, linear, nil
}

func readAndCompile() error {
	p, err := seccomp.DefaultProfile(seccomp.Strict)
	if err != nil {
		return err
	}
	_, err = seccomp.Compile(p, seccomp.Target{})
	return err
}
