package cgroupv2

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	sd "github.com/coreos/go-systemd/v22/dbus"
	"github.com/godbus/dbus/v5"
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
	h        hierarchy
	opts     TreeOptions
	deadline time.Time
	cancel   context.CancelFunc
	ready    chan struct{} // closed when the rest is set
	keeper   *keeper
	manager  *manager
	err      error
}

func beginScope(h hierarchy, o TreeOptions) *beginning {
	b := &beginning{h: h, opts: o, deadline: time.Now().Add(cmp.Or(o.Deadline, DefaultDeadline)), ready: make(chan struct{})}
	ctx, cancel := context.WithDeadline(context.Background(), b.deadline)
	b.cancel = cancel
	go beginGracePeriod(h)
	dialled := make(chan error, 1)
	go func() {
		var err error
		b.manager, err = dialAny(ctx, environment())
		dialled <- err
	}()
	go func() {
		defer close(b.ready)
		b.keeper, b.err = startKeeper()
		b.err = cmp.Or(b.err, <-dialled)
	}()
	return b
}

// finish gets the scope, with processes to bring along.
func (b *beginning) finish(ctx context.Context, pids []int) (*Tree, error) {
	ctx, cancel := context.WithDeadline(ctx, b.deadline)
	defer cancel()
	select {
	case <-b.ready:
	case <-ctx.Done():
		b.abandon()
		return nil, silent("what listens there", ctx)
	}
	defer b.cancel()
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
		if err := p.verify(t.dir); err != nil {
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

func notEnforced(unit, why, fix string) *Error {
	return &Error{Do: "use the scope", On: unit, Err: ErrNotEnforced, Why: why, Fix: fix}
}

// request is what is asked of systemd.
type request struct {
	name       string
	pids       []int // the first is the keeper
	properties []sd.Property
}

func scopeOf(o TreeOptions, all []int) request {
	r := request{name: nameOf(o.Name), pids: all}
	pids := make([]uint32, len(all))
	for i, pid := range all {
		pids[i] = uint32(pid)
	}
	r.properties = []sd.Property{
		sd.PropDescription(cmp.Or(oneLine(o.Description), "snug sandbox")),
		{Name: "Delegate", Value: dbus.MakeVariant(true)},
		// A scope that failed, as all do whose processes were killed, would stay.
		{Name: "CollectMode", Value: dbus.MakeVariant("inactive-or-failed")},
		{Name: "PIDs", Value: dbus.MakeVariant(pids)},
	}
	for _, p := range o.Properties {
		r.properties = append(r.properties, p.bus...)
	}
	return r
}

// oneLine is a description that systemd takes: UTF-8 without control characters.
func oneLine(s string) string {
	const longest = 200
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "") + "..."
	}
	return s
}

// newScope has the manager start the scope. A connection that is lost on the way, as by
// systemctl daemon-reexec, is made anew: by then the scope may exist.
func newScope(ctx context.Context, m *manager, h hierarchy, r request) (unit string, err error) {
	since := time.Now()
	for {
		unit, err := m.start(ctx, h, r)
		again := m.lost(err) || absent(err) && restarting(since)
		if again && ctx.Err() == nil {
			m.close()
			if unit, ok := inScope(h, r); ok {
				return unit, nil
			}
			pause(ctx)
			if m, err = dialAny(ctx, environment()); err != nil {
				return "", err
			}
			continue
		}
		if err == nil {
			m.tidy(ctx, h, r.pids[0])
		}
		m.close()
		return unit, m.explain(ctx, err)
	}
}

// pause is the time between two attempts.
func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(50 * time.Millisecond):
	}
}

// restartTime is how long a systemd that is started anew may be without a socket or a
// name: systemctl daemon-reexec takes 0.2 s on a slow machine.
const restartTime = 2 * time.Second

// restarting says whether a manager that isn't there may be about to come back: it was
// here, and that is not long ago that we asked first.
func restarting(since time.Time) bool {
	if time.Since(since) > restartTime {
		return false
	}
	for _, a := range environment() {
		if _, err := os.Stat(path.Dir(a.socket)); !a.bus && err == nil {
			return true
		}
	}
	return false
}

// start starts the scope and waits until its job is done.
func (m *manager) start(ctx context.Context, h hierarchy, r request) (string, error) {
	name, job, err := m.startUnique(ctx, r)
	if err != nil {
		return "", err
	}
	result, err := m.await(ctx, job)
	if err == nil && result != "done" {
		err = fmt.Errorf("its job ended with %q", result)
	}
	if err != nil {
		return "", err
	}
	// Not everybody who says "done" is systemd, or does it.
	if cgroup, ok := inScope(h, r); !ok {
		return "", notEnforced(name, "systemd says it is done, but the process is in cgroup "+cgroup,
			"see whether "+m.at.socket+" is your systemd: systemctl --user status")
	}
	return name, nil
}

// startUnique sends the request. A unit of that name may be left from a process with
// the same number that crashed: it is reset, once; if it still stands, it is
// somebody's, and another name is taken.
func (m *manager) startUnique(ctx context.Context, r request) (name string, job dbus.ObjectPath, err error) {
	another := r.name + "-" + strconv.FormatInt(time.Now().UnixNano()%1e6, 36)
	for i, base := range []string{r.name, r.name, another} {
		name = base + ".scope"
		job, err = m.startTransientUnit(ctx, name, r.properties)
		if !isBusError(err, "org.freedesktop.systemd1.UnitExists") {
			return name, job, err
		}
		if i == 0 {
			m.call(ctx, "ResetFailedUnit", nil, name)
		}
	}
	return name, job, err
}

// inScope says whether the keeper is in a scope of the name that was asked for.
func inScope(h hierarchy, r request) (cgroup string, ok bool) {
	cgroup, err := h.of(r.pids[0])
	if err != nil {
		return "unknown", false
	}
	base, scope := strings.CutSuffix(path.Base(cgroup), ".scope")
	if !scope || base != r.name && !strings.HasPrefix(base, r.name+"-") {
		return cgroup, false
	}
	return path.Base(cgroup), true
}

// dialAny connects to the first manager that answers.
func dialAny(ctx context.Context, list []address) (*manager, error) {
	since := time.Now()
	for {
		m, tried, err := dialEach(ctx, list)
		if m != nil || err != nil {
			return m, err
		}
		if !restarting(since) || ctx.Err() != nil {
			return nil, noManager(tried)
		}
		pause(ctx)
	}
}

// dialEach tries each address once. An error is not of one, but of the time.
func dialEach(ctx context.Context, list []address) (m *manager, tried []string, err error) {
	for _, a := range list {
		m, err := dial(ctx, a)
		if err == nil {
			return m, nil, nil
		}
		if ctx.Err() != nil || errors.Is(err, os.ErrDeadlineExceeded) {
			return nil, nil, silent("what listens on "+a.socket, ctx)
		}
		tried = append(tried, a.socket+": "+plainError(err))
	}
	return nil, tried, nil
}

// plainError is the errno of a dial without the words around it.
func plainError(err error) string {
	var errno unix.Errno
	if errors.As(err, &errno) {
		return errno.Error()
	}
	return err.Error()
}

func silent(who string, ctx context.Context) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	return &Error{Do: "ask systemd for a scope", Err: ErrDeadline,
		Why: who + " took the connection and then said nothing in time",
		Fix: "see whether it lives: systemctl --user status; a wrong DBUS_SESSION_BUS_ADDRESS or XDG_RUNTIME_DIR can be unset"}
}

// noManager is nobody to ask.
func noManager(tried []string) error {
	e := &Error{Do: "ask systemd for a scope", Err: ErrNoCgroup}
	if len(tried) > 0 {
		e.Why = "no systemd user manager answers (" + strings.Join(tried, "; ") + ")"
	} else {
		e.Why = "no systemd user manager is to be found: XDG_RUNTIME_DIR and DBUS_SESSION_BUS_ADDRESS are not set, and " + usualRuntime() + " is not there"
	}
	e.Fix = "log in through PAM (ssh, console), or let your manager run without a login: loginctl enable-linger $(id -un); then: export XDG_RUNTIME_DIR=" + usualRuntime()
	if os.Geteuid() == 0 {
		e.Why = "no systemd answers (" + strings.Join(tried, "; ") + ")"
		e.Fix = "boot with systemd, or mount cgroup v2 and run from a cgroup with nobody else in it"
	}
	return e
}

func usualRuntime() string { return "/run/user/" + strconv.Itoa(os.Geteuid()) }

// explain puts an error of systemd's in words.
func (m *manager) explain(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	var own *Error
	if errors.As(err, &own) {
		return err
	}
	if absent(err) {
		return noManager([]string{m.at.socket + ": no systemd on this bus"})
	}
	e := &Error{Do: "ask systemd for a scope", Err: err, Why: "systemd refuses it", Fix: "see what it says: journalctl --user -n 20"}
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case ctx.Err() != nil:
		e.Err, e.Why = ErrDeadline, "systemd took the request and had not finished it in time"
		e.Fix = "see whether it is stuck: systemctl --user list-jobs; then: systemctl --user daemon-reexec"
	case isBusError(err, "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired", "org.freedesktop.DBus.Error.AccessDenied"):
		e.Why = "what answers on " + m.at.socket + " is the system's manager, which takes no orders from a user"
		e.Fix = "unset DBUS_SESSION_BUS_ADDRESS, and: export XDG_RUNTIME_DIR=" + usualRuntime()
	case isBusError(err, "org.freedesktop.DBus.Error.PropertyReadOnly", "org.freedesktop.DBus.Error.UnknownProperty", "org.freedesktop.DBus.Error.InvalidArgs"):
		e.Why, e.Fix = "systemd doesn't take one of the properties for a scope", "leave it out, or see: man systemd.resource-control"
	}
	return e
}
