package main

import (
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"snug/seccomp"
)

// filterRounds is how many more rounds there are than of whole commands: these are short,
// and what is sought is small.
const filterRounds = 5

// filters compares snug's default filter with what libseccomp makes of the same profile:
// how long the kernel takes to install each, and then for a call.
func filters(s setup) ([]table, error) {
	profile, err := seccomp.DefaultProfile(seccomp.Strict)
	if err != nil {
		return nil, err
	}
	rules, err := peerRules(profile)
	if err != nil {
		return nil, err
	}
	native, ok := seccomp.Default(seccomp.Strict, seccomp.Native())
	if !ok {
		return nil, errors.New("no default filter for this architecture")
	}
	own := program{"snug, default", native.Raw()}
	made, tree, linear, err := makings(s.rounds, profile, rules)
	if err != nil {
		return nil, err
	}
	debug.SetGCPercent(-1) // from here on no allocation is measured
	asked := questions(rules)
	if err := agree([]program{own, tree.program, linear.program}, asked); err != nil {
		return nil, err
	}
	t, err := compare([]program{{name: "no filter"}, least, own, tree.program, linear.program}, filterRounds*s.rounds)
	if err != nil {
		return nil, err
	}
	t.Note = fmt.Sprintf("Microseconds that seccomp(2) takes; the ratio is to the binary tree. Then nanoseconds a call, and how many more than without a filter. "+
		"One instruction that allows is the least: what a call takes more under it is the kernel's. "+
		"The kernel remembers that getppid is allowed, asks the filter about ioctl and socket, whose arguments matter, and about keyctl, which is refused. "+
		"The programs gave the same answers to %d calls; libseccomp refused %d of %d rules. (It kills what comes with the x32 bit, snug says ENOSYS.)",
		len(asked), tree.refused, len(rules))
	whole, err := commandFiltered(s)
	return []table{t, made, whole}, err
}

// compare measures the programs, of which the first is none, the second the shortest, the
// third ours and the fourth the peer's best.
func compare(programs []program, rounds int) (t table, err error) {
	t = table{Title: "filter of system calls", Columns: []string{"what", "instructions", "install, p25", "median", "p75", "ratio"}}
	for _, c := range filteredCalls {
		t.Columns = append(t.Columns, c.name)
	}
	installed, err := installTimes(programs, rounds)
	if err != nil {
		return t, err
	}
	called, err := callTimes(programs, rounds)
	if err != nil {
		return t, err
	}
	for i, p := range programs {
		row := []string{p.name, fmt.Sprint(len(p.code)), "-", "-", "-", "-"}
		if len(p.code) > 0 {
			row = append(row[:2], installRow(installed[i], installed[3])...)
		}
		for c := range filteredCalls {
			row = append(row, fmt.Sprintf("%.0f (%+.0f)", median(called[i][c]), more(called[i][c], called[0][c])))
		}
		t.Rows = append(t.Rows, row)
	}
	t.Bars = []bar{
		bar{What: "filter, microseconds to install (no ratio)", Must: 100, Aim: 50}.got(median(installed[2])),
		bar{What: "filter, nanoseconds on an allowed call (no ratio)", Must: 12}.got(more(called[2][0], called[0][0])),
		bar{What: "filter, of these its own: beyond the shortest filter (no ratio)", Must: 12}.got(more(called[2][0], called[1][0])),
	}
	return t, nil
}

func installRow(us, reference []float64) (row []string) {
	for _, q := range []float64{0.25, 0.5, 0.75} {
		row = append(row, fmt.Sprintf("%.0f", quantile(us, q)))
	}
	return append(row, fmt.Sprintf("%.3f", median(ratios(us, reference))))
}

// more is by how much a sample is above another, round by round.
func more(sample, reference []float64) float64 {
	var all []float64
	for i := range sample {
		all = append(all, sample[i]-reference[i])
	}
	return median(all)
}

// commandFiltered puts that in relation to all else that a sandbox takes.
func commandFiltered(s setup) (table, error) {
	r, err := newRunner()
	if err != nil {
		return table{}, err
	}
	free := s.snugRun(self, s.tiny)
	free.name, free.argv = "snug run --seccomp none", slices.Concat(free.argv[:2], []string{"--seccomp", "none"}, free.argv[2:])
	return timeTable("command, with and without its filter", "Microseconds from fork to exit; bwrap and snug have the same filter.",
		interleave(r, []contestant{s.bwrap(self, s.tiny), s.snugRun(self, s.tiny), free}, s.rounds)), nil
}
