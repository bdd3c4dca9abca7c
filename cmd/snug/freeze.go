package main

import (
	"context"
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"snug/cgroupv2"
)

// named are the sandboxes that a command is about.
type named struct {
	Sandbox []string `arg:"" placeholder:"SANDBOX" help:"The name of a sandbox (make-1234) or the beginning of it; the number of the snug that runs it, or of a process in it."`
}

// each does something to every one of them, and goes on after a failure. The status is
// 1 if there was one, as for kill(1).
func (n *named) each(do func(*cgroupv2.Leaf) error) (status int) {
	for _, id := range n.Sandbox {
		leaf, err := cgroupv2.Find(id)
		if err == nil {
			err = do(leaf)
			leaf.Close()
		}
		if err != nil {
			report(os.Stderr, err)
			status = 1
		}
	}
	return status
}

// patient is a command that waits for the kernel.
type patient struct {
	Timeout string `placeholder:"TIME" help:"Wait at most TIME for it (default 10s)."`
}

// each waits for what is done to every one, each for that long.
func (p *patient) each(n *named, do func(*cgroupv2.Leaf, context.Context) error) int {
	limit, err := duration("timeout", p.Timeout)
	if err != nil {
		return report(os.Stderr, err)
	}
	if limit == 0 {
		limit = 10 * time.Second
	}
	return n.each(func(l *cgroupv2.Leaf) error {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		return do(l, ctx)
	})
}

// freezeCmd is `snug freeze`.
type freezeCmd struct {
	named
	patient
}

// Run does `snug freeze`.
func (c *freezeCmd) Run() int {
	return c.patient.each(&c.named, (*cgroupv2.Leaf).Freeze)
}

// thawCmd is `snug thaw`.
type thawCmd struct {
	named
	patient
}

// Run does `snug thaw`.
func (c *thawCmd) Run() int {
	return c.patient.each(&c.named, (*cgroupv2.Leaf).Thaw)
}

// killCmd is `snug kill`.
type killCmd struct{ named }

// Run does `snug kill`. One that has just ended is dead enough.
func (c *killCmd) Run() int {
	return c.each(func(l *cgroupv2.Leaf) error {
		if err := l.Kill(); !errors.Is(err, unix.ENODEV) {
			return err
		}
		return nil
	})
}

// Help is what `snug freeze --help` says besides the flags.
func (*freezeCmd) Help() string {
	return `Every process of the sandbox stops where it is, and uses no CPU time until snug thaw. The sandbox needs a cgroup: it has one if it was started with a limit or with --cgroup.

Exit status: 0 all of them are frozen; 1 one is not; 125 the line was not understood.`
}

// Help is what `snug thaw --help` says besides the flags.
func (*thawCmd) Help() string {
	return `The sandbox goes on where snug freeze stopped it.

Exit status: 0 all of them run; 1 one does not; 125 the line was not understood.`
}

// Help is what `snug kill --help` says besides the flags.
func (*killCmd) Help() string {
	return `Every process of the sandbox is killed at once, also in a frozen one; the snug that runs it ends with 137.

Exit status: 0; 1 there was no such sandbox; 125 the line was not understood.`
}
