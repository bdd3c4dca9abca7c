package main

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"snug/userns"
	"snug/userns/store"
)

// waitCmd is `snug wait`.
type waitCmd struct {
	named
	verb
}

// rmCmd is `snug rm`.
type rmCmd struct {
	choice
	Force bool `short:"f" help:"Kill those that run, and don't mind those that aren't there."`
}

// Run does `snug wait`: each in turn, since the statuses come in that order.
func (c *waitCmd) Run() int {
	return c.each(c.Sandbox, func(k *known, r *store.Record, o *outcome) error {
		code, err := await(k, r)
		if err != nil {
			return err
		}
		if o.ExitCode = &code; !c.JSON {
			_, err = fmt.Println(code)
		}
		return err
	})
}

// await waits for the end and gives the exit status as a shell has it.
func await(k *known, r *store.Record) (int, error) {
	if r.State() == store.Elsewhere {
		return 0, notRunning(r)
	}
	if fd, err := r.Keeper.Open(); err == nil {
		defer unix.Close(fd)
		for !awaitEnd(fd, time.Now().Add(time.Hour)) {
		}
	}
	now, err := k.dir.Read(r)
	switch {
	case err == nil && now.Ending != nil:
		return now.Ending.ExitCode, nil
	case r.Detached:
		return 0, &userns.Error{Do: "wait for", On: r.Name, Err: unix.ENODATA,
			Why: "it has ended, and nobody knows how: the process that kept it was killed, or it was removed (--rm) when it ended",
			Fix: "leave out --rm, or start to wait before it ends"}
	}
	return 0, &userns.Error{Do: "wait for", On: r.Name, Err: unix.ENODATA,
		Why: "it has ended, and its status went to whoever started it: it ran in the foreground", Fix: "start it with --detach"}
}

// Run does `snug rm`.
func (c *rmCmd) Run() int {
	ids, err := c.ids(func(r *store.Record) bool { return c.Force || finished(r) })
	if err != nil {
		return c.refuse(err)
	}
	if c.Force {
		ids = c.existing(ids)
	}
	return c.each(ids, func(k *known, r *store.Record, _ *outcome) error { return remove(k, r, c.Force) })
}

// existing leaves out those that aren't there.
func (c *rmCmd) existing(ids []string) (there []string) {
	k, err := readRecords()
	if err != nil {
		return ids
	}
	defer k.dir.Close()
	for _, id := range ids {
		if len(store.Find(k.all, id)) > 0 {
			there = append(there, id)
		}
	}
	return there
}

func remove(k *known, r *store.Record, force bool) error {
	if !r.Over() {
		if !force {
			return &userns.Error{Do: "remove", On: r.Name, Err: unix.EBUSY, Why: "it is " + string(r.State()), Fix: "end it: snug stop " + r.Name + ", or at once: snug rm --force " + r.Name}
		}
		if err := killRecord(r); err != nil {
			return err
		}
		now, err := k.dir.Read(r)
		if err == unix.ENOENT {
			return nil
		}
		if err != nil {
			return noRecords(err)
		}
		r = now
	}
	if err := k.dir.Remove(r); err != nil {
		return noRecords(err)
	}
	return nil
}

// Help is what `snug wait --help` says besides the flags.
func (*waitCmd) Help() string {
	return `Prints the exit status of each on a line of standard output, as a shell has it (128+n after signal n, 124 after a time limit). The record stays until snug rm. A sandbox in the foreground has given its status to whoever started it.

Exit status: 0; 1 the status of one is not known, or there was no such sandbox; 125 the line was not understood.`
}

// Help is what `snug rm --help` says besides the flags.
func (*rmCmd) Help() string {
	return `Exit status: 0; 1 one still runs, or there was no such sandbox; 125 the line was not understood.`
}
