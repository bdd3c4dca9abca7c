package main

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sys/unix"

	"snug/cgroupv2"
	"snug/userns"
	"snug/userns/store"
)

// stopCmd is `snug stop`.
type stopCmd struct {
	choice
	Timeout string `short:"t" placeholder:"TIME" help:"Kill it after TIME (default: the --stop-timeout it was started with)."`
}

// killCmd is `snug kill`.
type killCmd struct {
	choice
	Signal string `short:"s" placeholder:"SIG" help:"Send its command SIG instead (TERM, HUP, 15)."`
}

// Run does `snug stop`. It returns when the sandbox has ended.
func (c *stopCmd) Run() int {
	limit, err := duration("timeout", c.Timeout)
	if err != nil {
		return c.refuse(err)
	}
	ids, err := c.ids(running)
	if err != nil {
		return c.refuse(err)
	}
	return c.together(ids, func(r *store.Record) error { return stop(r, limit) })
}

// Run does `snug kill`.
func (c *killCmd) Run() int {
	sig, err := signal("signal", c.Signal)
	if err != nil {
		return c.refuse(err)
	}
	ids, err := c.ids(running)
	if err != nil {
		return c.refuse(err)
	}
	if sig == 0 || sig == unix.SIGKILL {
		return c.eachName(ids, killNamed)
	}
	return c.each(ids, func(_ *known, r *store.Record, _ *outcome) error { return tellCommand(r, sig) })
}

// killNamed kills by the record, and where there is none by the name of a cgroup.
func killNamed(id string) error {
	k, err := readRecords()
	if err == nil {
		defer k.dir.Close()
		var r *store.Record
		if r, err = k.find(id); err == nil {
			return killRecord(r)
		}
	}
	if errors.Is(err, unix.EINVAL) {
		return err
	}
	leaf, err := cgroupv2.Find(id)
	if err != nil {
		return err
	}
	defer leaf.Close()
	return killLeaf(leaf)
}

// killLeaf kills all in a cgroup. One that has just ended is dead enough.
func killLeaf(leaf *cgroupv2.Leaf) error {
	if err := leaf.Kill(); !errors.Is(err, unix.ENODEV) {
		return err
	}
	return nil
}

// killRecord kills a sandbox and waits until its pid 1 is gone.
func killRecord(r *store.Record) error {
	switch r.State() {
	case store.Ended, store.Lost:
		endedAlready(r)
		return nil
	case store.Running, store.Starting:
	default:
		return notRunning(r)
	}
	init, err := r.Init.Open()
	if err != nil {
		// It is being started, or about to say how it ended.
		return unlessOver(r.Keeper.Signal(unix.SIGKILL))
	}
	defer unix.Close(init)
	if leaf, err := leafOfRecord(r); err == nil {
		err = killLeaf(leaf)
		leaf.Close()
		if err != nil {
			return err
		}
	}
	if err := endInit(r, init); err != nil {
		return err
	}
	awaitEnd(init, time.Now().Add(patience))
	awaitKeeper(r)
	return nil
}

// endInit kills pid 1, and the kernel all that is in its pid namespace. Where that is the host's,
// pid 1 does it when it is left alone.
func endInit(r *store.Record, init int) error {
	if r.SharesPID {
		return unlessOver(r.Keeper.Signal(unix.SIGKILL))
	}
	return unlessOver(unix.PidfdSendSignal(init, unix.SIGKILL, nil, 0))
}

// unlessOver is no error for somebody who wants it to be.
func unlessOver(err error) error {
	if errors.Is(err, unix.ESRCH) {
		return nil
	}
	return err
}

// stop asks a sandbox to end, as Ctrl-C does, and kills it if it hasn't after that time.
func stop(r *store.Record, limit time.Duration) error {
	if r.Over() {
		endedAlready(r)
		return nil
	}
	if limit == 0 {
		limit = r.StopTimeout + patience
	}
	init, err := r.Init.Open()
	if err != nil {
		return stopKeeper(r, limit) // it is being started
	}
	defer unix.Close(init)
	if leaf, err := leafOfRecord(r); err == nil { // what is frozen hears nothing
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		leaf.Thaw(ctx)
		cancel()
		leaf.Close()
	}
	// The keeper has the command end, and kills what is left; this is for a keeper that
	// somebody has stopped, and for less patience.
	if err := unlessOver(r.Keeper.Signal(unix.SIGTERM)); err != nil {
		return err
	}
	if !awaitEnd(init, time.Now().Add(limit)) {
		if err := endInit(r, init); err != nil {
			return err
		}
		awaitEnd(init, time.Now().Add(patience))
	}
	awaitKeeper(r)
	return nil
}

// stopKeeper has a sandbox end by what runs it: if that has no command to tell yet, it ends
// as any program does, and the sandbox with it.
func stopKeeper(r *store.Record, limit time.Duration) error {
	keeper, err := r.Keeper.Open()
	if err != nil {
		return unlessOver(err)
	}
	defer unix.Close(keeper)
	if err := unlessOver(unix.PidfdSendSignal(keeper, unix.SIGTERM, nil, 0)); err != nil {
		return err
	}
	if !awaitEnd(keeper, time.Now().Add(limit)) {
		return killRecord(r)
	}
	return nil
}

// awaitEnd waits until a process has ended, and says whether it has.
func awaitEnd(pidfd int, until time.Time) bool {
	for {
		left := time.Until(until)
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(pidfd), Events: unix.POLLIN}}, int(max(left, 0)/time.Millisecond))
		if err != unix.EINTR {
			return n > 0
		}
	}
}

// awaitKeeper gives the keeper a moment to write down how it ended.
func awaitKeeper(r *store.Record) {
	if fd, err := r.Keeper.Open(); err == nil {
		awaitEnd(fd, time.Now().Add(patience))
		unix.Close(fd)
	}
}

// tellCommand sends the command a signal: pid 1 passes on what it gets.
func tellCommand(r *store.Record, sig unix.Signal) error {
	if sig == unix.SIGSTOP {
		return &userns.Error{Do: "send SIGSTOP to", On: r.Name, Err: unix.EINVAL, Why: "it would stop pid 1 of the sandbox, which passes on all others, and not the command",
			Fix: "stop all of it: snug freeze " + r.Name + ", or send TSTP"}
	}
	if r.Over() {
		return notRunning(r)
	}
	if err := r.Init.Signal(sig); err != nil {
		return notRunning(r)
	}
	return nil
}

// Help is what `snug stop --help` says besides the flags.
func (*stopCmd) Help() string {
	return `The command gets the signal of --stop-signal (TERM), and after --stop-timeout (10s) everything inside is killed. Returns when it has ended. Several are stopped at once.

Exit status: 0 all of them have ended; 1 one has not, or there was no such sandbox; 125 the line was not understood.`
}

// Help is what `snug kill --help` says besides the flags.
func (*killCmd) Help() string {
	return `Every process of the sandbox is killed at once, also in a frozen one; the snug that runs it ends with 137. With --signal the command gets that signal instead, and nothing else happens.

Exit status: 0; 1 there was no such sandbox; 125 the line was not understood.`
}
