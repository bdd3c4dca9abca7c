package main

import (
	"context"
	"time"

	"snug/cgroupv2"
)

// patient is a command that waits for the kernel.
type patient struct {
	Timeout string `placeholder:"TIME" help:"Wait at most TIME for it (default 10s)."`
}

// each waits for what is done to every one, each for that long.
func (p *patient) each(v *verb, ids []string, do func(*cgroupv2.Leaf, context.Context) error) int {
	limit, err := duration("timeout", p.Timeout)
	if err != nil {
		return v.refuse(err)
	}
	if limit == 0 {
		limit = 10 * time.Second
	}
	return v.eachLeaf(ids, func(l *cgroupv2.Leaf) error {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		return do(l, ctx)
	})
}

// freezeCmd is `snug freeze`.
type freezeCmd struct {
	named
	verb
	patient
}

// Run does `snug freeze`.
func (c *freezeCmd) Run() int {
	return c.patient.each(&c.verb, c.Sandbox, (*cgroupv2.Leaf).Freeze)
}

// thawCmd is `snug thaw`.
type thawCmd struct {
	named
	verb
	patient
}

// Run does `snug thaw`.
func (c *thawCmd) Run() int {
	return c.patient.each(&c.verb, c.Sandbox, (*cgroupv2.Leaf).Thaw)
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
