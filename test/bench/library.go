package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"

	"snug/userns"
)

// launcher starts the target in a sandbox from inside a Go program and waits for it.
type launcher struct {
	name   string
	launch func() error
	failed atomic.Int64
	p50    []float64 // microseconds, one launch at a time
	rate   []float64 // launches a second, several at a time
}

const (
	atOnce     = 8
	rateRounds = 5
)

// library compares package userns with what a Go program would otherwise do: run bwrap
// through os/exec. This process is an ordinary Go program, with its scheduler and its
// garbage collector.
func library(s setup) ([]table, error) {
	argv := s.bwrap(self, s.tiny).argv
	bwrap := &launcher{name: "bwrap through os/exec", launch: func() error {
		filter, err := os.Open(filterFile)
		if err != nil {
			return err
		}
		defer filter.Close()
		cmd := exec.Command(argv[0], argv[1:]...)
		cmd.ExtraFiles = []*os.File{filter}
		return cmd.Run()
	}}
	snug := &launcher{name: "snug/userns", launch: func() error {
		return launchAndWait(&userns.Spec{Args: []string{s.tiny}, Project: s.dir, AllowWrite: []string{"."}})
	}}
	holding := &launcher{name: "snug/userns, which holds names in the project, too", launch: func() error {
		return launchAndWait(&userns.Spec{Args: []string{s.tiny}, Project: s.dir})
	}}
	all := []*launcher{bwrap, snug, holding}
	for _, l := range all {
		if err := l.launch(); err != nil {
			fmt.Fprintf(os.Stderr, "bench: %s: %v\n", l.name, err)
		}
	}
	oneAtATime(all, 2*s.rounds)
	for range min(rateRounds, s.rounds) {
		for _, l := range all {
			l.rate = append(l.rate, l.several(4*s.rounds))
		}
	}
	return []table{libraryTable(all)}, nil
}

func launchAndWait(spec *userns.Spec) error {
	sandbox, err := userns.Start(context.Background(), spec)
	if err != nil {
		return err
	}
	return sandbox.Wait()
}

func (l *launcher) once() {
	if l.launch() != nil {
		l.failed.Add(1)
	}
}

func oneAtATime(all []*launcher, n int) {
	for round := -warmUp; round < n; round++ {
		for _, l := range all {
			begin := time.Now()
			l.once()
			if round >= 0 {
				l.p50 = append(l.p50, float64(time.Since(begin).Nanoseconds())/1e3)
			}
		}
	}
}

// several launches n sandboxes, atOnce at a time, and gives the rate.
func (l *launcher) several(n int) float64 {
	var left atomic.Int64
	left.Store(int64(n))
	var group sync.WaitGroup
	begin := time.Now()
	for range atOnce {
		group.Go(func() {
			for left.Add(-1) >= 0 {
				l.once()
			}
		})
	}
	group.Wait()
	return float64(n) / time.Since(begin).Seconds()
}

func libraryTable(all []*launcher) table {
	t := table{
		Title:   "library",
		Note:    fmt.Sprintf("Launch and wait, from a Go program: median microseconds of one at a time, and launches a second of %d at once.", atOnce),
		Columns: []string{"what", "p50, 1 at a time", "ratio", fmt.Sprintf("rate, %d at once", atOnce), "times", "failed"},
	}
	for _, l := range all {
		t.Rows = append(t.Rows, []string{l.name,
			fmt.Sprintf("%.0f", median(l.p50)), fmt.Sprintf("%.3f", median(ratios(l.p50, all[0].p50))),
			fmt.Sprintf("%.0f", median(l.rate)), fmt.Sprintf("%.2f", median(ratios(l.rate, all[0].rate))),
			fmt.Sprint(l.failed.Load())})
		t.Failed = t.Failed || l.failed.Load() > 0
	}
	t.Bars = []bar{
		bar{What: "library, 1 at a time", Must: 0.45, Aim: 0.33}.got(median(ratios(all[1].p50, all[0].p50))),
		bar{What: fmt.Sprintf("library, rate of %d at once", atOnce), Must: 2.0, Aim: 2.5, AtLeast: true}.got(median(ratios(all[1].rate, all[0].rate))),
	}
	return t
}
