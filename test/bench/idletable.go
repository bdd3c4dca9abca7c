package main

import (
	"fmt"
	"math"
)

func idleTable(contestants []contestant, rounds [][]usage, n int) table {
	t := table{
		Title: "memory of an idle sandbox",
		Note: fmt.Sprintf("KiB for each of %d that run `sleep`; medians of %d rounds. User: the proportional set size of every "+
			"process but the sleeper. Kernel: growth of slab, stacks, page tables and per-cpu memory, the sleeper's share included; "+
			"whatever else happens on the machine disturbs it.", n, len(rounds[0])),
		Columns: []string{"what", "processes", "user", "kernel", "sum", "user, ratio", "sum, ratio", "not readable"},
	}
	reference := middle(rounds[0])
	for i, c := range contestants {
		u := middle(rounds[i])
		t.Rows = append(t.Rows, []string{c.name, fmt.Sprintf("%.0f", u.processes),
			fmt.Sprintf("%.0f", u.user), fmt.Sprintf("%.0f", u.kernel), fmt.Sprintf("%.0f", u.user+u.kernel),
			fmt.Sprintf("%.2f", u.user/reference.user), fmt.Sprintf("%.2f", u.sum()/reference.sum()), fmt.Sprint(u.hidden)})
	}
	snug := middle(rounds[1])
	user, sum := snug.user/reference.user, snug.sum()/reference.sum()
	if snug.hidden > 0 || reference.hidden > 0 {
		user, sum = math.NaN(), math.NaN()
	}
	t.Bars = []bar{
		bar{What: "idle memory, user and kernel", Must: 0.70}.got(sum),
		bar{What: "idle memory, user", Must: 0.25, Aim: 0.10}.got(user),
	}
	return t
}

func (u usage) sum() float64 { return u.user + u.kernel }

// middle takes the median of each figure.
func middle(rounds []usage) usage {
	var user, kernel, processes []float64
	hidden := 0
	for _, u := range rounds {
		user, kernel, processes = append(user, u.user), append(kernel, u.kernel), append(processes, u.processes)
		hidden = max(hidden, u.hidden)
	}
	return usage{median(user), median(kernel), median(processes), hidden}
}
