package cgroupv2

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// keeperLeaf is where the keeper is put: a cgroup that gives controllers to others can't
// have processes of its own ("No Internal Process Constraint", cgroup-v2.rst).
const keeperLeaf = "keeper"

// beginGracePeriod has the kernel begin the wait that the first migration for some time
// costs, by one that changes nothing: this process into the cgroup that it is in. Who
// comes while a grace period runs waits for its rest (percpu_down_write of
// cgroup_threadgroup_rwsem, kernel/rcu/sync.c), and systemd comes some milliseconds
// later. Where the caller may not write there, as in a login's session, it isn't begun.
func beginGracePeriod(h hierarchy) {
	own, err := h.of(0)
	if err != nil {
		return
	}
	if at, ok := h.dir(own); ok {
		if d, err := openDir(at); err == nil {
			d.write("cgroup.procs", "0")
			d.close()
		}
	}
}

// openScope asks a systemd manager for a scope around a keeper and the processes that
// come along, and makes a tree of it.
//
// The kernel's part of this, moving the first process, waits for a grace period of RCU,
// 11 to 16 ms on 6.18 at 250 Hz; moves that follow at once take 20 to 70 us, so the
// keeper's is not worth avoiding.
func openScope(ctx context.Context, h hierarchy, o TreeOptions) (*Tree, error) {
	return beginScope(h, o).finish(ctx, nil)
}

// beginning is a scope that is about to be asked for: its keeper starts, and the
// connection is made, while the caller does something else.
type beginning struct {
	h      hierarchy
	opts   TreeOptions
	ctx    context.Context // for others' turns and our own
	cancel context.CancelFunc
	ready  chan struct{} // closed when the rest is set

	turn     turn
	deadline time.Time // from when it is our turn
	keeper   *keeper
	manager  *manager
	err      error
}

func beginScope(h hierarchy, o TreeOptions) *beginning {
	limit := cmp.Or(o.Deadline, DefaultDeadline)
	b := &beginning{h: h, opts: o, ready: make(chan struct{}), turn: turn{-1}}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	go beginGracePeriod(h)
	dialled := make(chan error, 1)
	go func() {
		dialled <- b.dial(limit)
	}()
	go func() {
		defer close(b.ready)
		k, err := startKeeper()
		b.keeper, b.err = k, cmp.Or(err, <-dialled)
	}()
	return b
}

// dial connects when it is our turn.
func (b *beginning) dial(limit time.Duration) (err error) {
	b.turn = takeTurn(b.ctx, limit)
	b.deadline = time.Now().Add(limit)
	ctx, cancel := context.WithDeadline(b.ctx, b.deadline)
	defer cancel()
	b.manager, err = dialAny(ctx, environment())
	return err
}

// finish gets the scope, with processes to bring along.
func (b *beginning) finish(ctx context.Context, pids []int) (*Tree, error) {
	select {
	case <-b.ready:
	case <-ctx.Done():
		b.abandon()
		return nil, silent("what listens there", ctx)
	}
	defer b.cancel()
	defer b.turn.end()
	ctx, cancel := context.WithDeadline(ctx, b.deadline)
	defer cancel()
	if b.err != nil {
		b.abandon()
		return nil, b.err
	}
	t := &Tree{h: b.h, opts: b.opts, keeper: b.keeper}
	if err := t.settle(ctx, b.manager, pids); err != nil {
		t.dir.close()
		b.keeper.linger()
		return nil, err
	}
	return t, nil
}

// abandon ends what has begun.
func (b *beginning) abandon() {
	b.cancel()
	<-b.ready
	b.turn.end()
	b.keeper.end()
	if b.manager != nil {
		b.manager.close()
	}
}

// settle gets the scope and puts the keeper in its place.
func (t *Tree) settle(ctx context.Context, m *manager, pids []int) (err error) {
	r := scopeOf(t.opts, append([]int{t.keeper.pid}, pids...))
	unit, err := newScope(ctx, m, t.h, r)
	if err != nil {
		return err
	}
	t.scope = unit
	if t.cgroup, err = t.h.of(t.keeper.pid); err != nil {
		return t.vanished("find the cgroup of", err)
	}
	at, ok := t.h.dir(t.cgroup)
	if !ok {
		return notEnforced(unit, "its cgroup "+t.cgroup+" is outside of what is mounted here",
			"run snug outside the container, or give the container the cgroup tree of its own")
	}
	if t.dir, err = openDir(at); err != nil {
		return t.vanished("open", err)
	}
	if own, err := t.h.of(0); err == nil {
		t.into = t.h.mayMigrate(own, t.cgroup)
	}
	for _, p := range t.opts.Properties {
		err := p.verify(t.dir)
		var missing *Error
		if t.opts.Lenient && errors.As(err, &missing) && errors.Is(err, ErrNotEnforced) {
			t.Missing = append(t.Missing, missing)
		} else if err != nil {
			return err
		}
	}
	if err := unix.Mkdirat(t.dir.fd, keeperLeaf, 0o755); err != nil {
		return t.vanished("make a cgroup in", err)
	}
	for _, pid := range r.pids { // those that came along go on from there
		if err := t.dir.write(keeperLeaf+"/cgroup.procs", strconv.Itoa(pid)); err != nil {
			return t.vanished("move the keeper in", err)
		}
	}
	t.account()
	if err := t.keeper.guard(t.dir.path, false); err != nil {
		return &Error{Do: "start the keeper", Err: err, Why: "it ended at once", Fix: "try again"}
	}
	return nil
}
