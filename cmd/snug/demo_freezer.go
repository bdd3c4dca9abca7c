package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"snug/cgroupv2"
	"snug/userns"
)

// A clock whose ticks can be counted.
const (
	ticking  = "i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.2; done"
	tickTime = 200 * time.Millisecond
)

// freezer is the last stop: a process that is stopped where it is, and goes on.
func (t *tour) freezer() {
	t.step("The freezer", "A cgroup holds processes together. It can bound them, and it can stop all of them where they are:\nnot by a signal, which they would notice, but by not letting them run.")
	cell, err := cgroupv2.NewCell(cgroupv2.CellOptions{
		TreeOptions: cgroupv2.TreeOptions{Name: "demo", Description: "snug demo: the freezer"},
	})
	if err == nil {
		err = t.tick(cell)
	}
	if err != nil {
		fmt.Println("\nNot here, and this is what is missing:")
		report(os.Stdout, err)
	}
}

// tick starts the clock in its cgroup, stops it, and lets it go on.
func (t *tour) tick(cell *cgroupv2.Cell) error {
	defer cell.Close()
	in, out, err := os.Pipe()
	if err != nil {
		return err
	}
	defer in.Close()
	spec := t.spec(asRoot, ticking)
	spec.Cgroup, spec.Stdout = cell, out
	sandbox, err := userns.Start(context.Background(), spec)
	out.Close()
	if err != nil {
		return err
	}
	defer sandbox.Wait()
	defer sandbox.Kill()
	clock := listen(in)
	leaf := cell.Leaf()

	fmt.Printf("\nsnug run -r --cgroup -- # sh -c '%s' &\n", ticking)
	clock.hear(3)
	name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(filepath.Dir(leaf.Path())), "snug-"), ".scope")
	fmt.Printf("\n$ snug freeze %s\n", name)
	if err := leaf.Freeze(context.Background()); err != nil {
		return err
	}
	t.show(outside, "cat "+leaf.Path()+"/cgroup.events")
	late := clock.quiet(5 * tickTime)
	fmt.Printf("\n   A second has passed, in which five ticks were due: %d came.\n", late)
	fmt.Printf("\n$ snug thaw %s\n", name)
	if err := leaf.Thaw(context.Background()); err != nil {
		return err
	}
	clock.hear(3)
	t.show(outside, "cat "+leaf.Path()+"/cgroup.events")
	fmt.Println("\n   It has counted on as if nothing had been, and will never know.")
	return nil
}

// listener hears a clock.
type listener struct{ ticks chan string }

func listen(in *os.File) *listener {
	l := &listener{make(chan string, 64)}
	go func() {
		defer close(l.ticks)
		for lines := bufio.NewScanner(in); lines.Scan(); {
			l.ticks <- lines.Text()
		}
	}()
	return l
}

// hear prints n ticks as they come.
func (l *listener) hear(n int) {
	for range n {
		tick, ok := <-l.ticks
		if !ok {
			return
		}
		fmt.Println(tick)
	}
}

// quiet waits and counts what comes all the same. What was on its way when the freezer
// closed is not of that time.
func (l *listener) quiet(d time.Duration) (n int) {
	for len(l.ticks) > 0 {
		fmt.Println(<-l.ticks)
	}
	end := time.After(d)
	for {
		select {
		case _, ok := <-l.ticks:
			if !ok {
				return n
			}
			n++
		case <-end:
			return n
		}
	}
}
