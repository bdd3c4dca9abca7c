package main

import (
	"fmt"
	"os"
	"time"
)

const (
	idleRounds = 5
	// settle lets a launcher shrink once its target runs, and the kernel finish the
	// destruction of network namespaces, which it does later.
	settle = time.Second
)

// usage is what one idle sandbox costs, in KiB.
type usage struct {
	user, kernel float64
	processes    float64
	hidden       int // processes whose memory could not be read
}

// idle measures sandboxes in which somebody only waits.
func idle(s setup) ([]table, error) {
	r, err := newRunner()
	if err != nil {
		return nil, err
	}
	if err := adoptOrphans(); err != nil {
		return nil, err
	}
	contestants := []contestant{s.bwrap(self, sleeper()...), s.snugRun(self, sleeper()...),
		s.unshare(self, sleeper()...), bare(sleeper()...), s.snugTyped(sleeper()...)}
	rounds, err := idleInTurn(r, contestants, s)
	if err != nil {
		return nil, err
	}
	return []table{idleTable(contestants, rounds, s.idle)}, nil
}

// idleInTurn gives each contestant its usage by round. The first round is dropped: it
// pays for the caches all later ones find.
func idleInTurn(r *runner, contestants []contestant, s setup) ([][]usage, error) {
	all := make([][]usage, len(contestants))
	last := min(idleRounds, s.rounds)
	for round := 0; round <= last; round++ {
		for i, c := range contestants {
			u, err := idleOnce(r, c.argv, s.idle)
			killAll()
			time.Sleep(settle)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			if round > 0 || last == 0 {
				all[i] = append(all[i], u)
			}
		}
	}
	return all, nil
}

// idleOnce keeps n sandboxes idle and weighs them.
func idleOnce(r *runner, argv []string, n int) (usage, error) {
	before, err := kernelMemory()
	if err != nil {
		return usage{}, err
	}
	for range n {
		if _, err := fork(argv, r.quiet); err != nil {
			return usage{}, err
		}
	}
	if err := awaitTargets(n); err != nil {
		return usage{}, err
	}
	time.Sleep(settle)
	after, err := kernelMemory()
	if err != nil {
		return usage{}, err
	}
	u := weigh(n)
	u.kernel = (after - before) / float64(n)
	return u, nil
}

func awaitTargets(n int) error {
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		running := 0
		for _, pid := range descendants(os.Getpid()) {
			if isRunning(pid, sleeper()) {
				running++
			}
		}
		if running >= n {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%d of %d sandboxes run after 20 s", running, n)
		}
	}
}

// weigh sums the processes that are not targets.
func weigh(n int) (u usage) {
	for _, pid := range descendants(os.Getpid()) {
		if isRunning(pid, sleeper()) {
			continue
		}
		u.processes += 1 / float64(n)
		kib, err := pss(pid)
		if err != nil {
			u.hidden++
			continue
		}
		u.user += kib / float64(n)
	}
	return u
}
