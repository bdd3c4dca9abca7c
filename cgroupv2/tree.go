package cgroupv2

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// DefaultDeadline bounds all that systemd has to do for a [Tree], from the handshake
// on. A loaded machine takes a second; a manager that says nothing is given up.
const DefaultDeadline = 10 * time.Second

// TreeOptions say what is wanted of a [Tree].
type TreeOptions struct {
	// Name is part of the name of the unit or directory, Description what
	// systemctl(1) shows of it.
	Name, Description string
	// Controllers are those that leaves will need; see [Limits.Controllers].
	Controllers []string
	// Account enables those that count what a leaf without limits has not counted:
	// memory, pids and io, as far as they are delegated.
	Account bool
	// Properties are for the scope. With any of them there has to be one.
	Properties []Property
	// Lenient makes a tree although not all properties are held; its Missing says
	// which.
	Lenient bool
	// Deadline is how long systemd may take, and as long again are others of this
	// user waited for that ask it just now; 0 is DefaultDeadline.
	Deadline time.Duration
}

// Tree is a subtree of cgroup v2 that is this process's own to divide into leaves. One
// tree serves any number of sandboxes. Its methods can be called from several
// goroutines.
type Tree struct {
	// Missing are the properties that the kernel doesn't hold, in a tree that was
	// made with Lenient.
	Missing []*Error

	h       hierarchy
	dir     dir
	cgroup  string // its name, as /proc/PID/cgroup has it
	scope   string // the unit, or "" if systemd was not asked
	opts    TreeOptions
	keeper  *keeper
	guarded chan struct{} // closed when keeper is set, if that is to be waited for
	into    bool          // processes can be born in it

	mu     sync.Mutex
	count  int // leaves made so far
	closed bool
}

// Open finds or makes a tree: below the caller's own cgroup, if that was delegated and
// can be divided, which takes a few system calls; otherwise as a scope of the systemd
// manager of the user (of the system, for root), which takes some tens of milliseconds.
// Nothing is started that isn't running. Errors are [*Error]s.
func Open(ctx context.Context, o TreeOptions) (*Tree, error) {
	h, err := findHierarchy()
	if err != nil {
		return nil, err
	}
	t, direct := openDirect(h, o)
	if direct == nil {
		return t, nil
	}
	t, err = openScope(ctx, h, o)
	return t, withDirect(err, direct)
}

// account has what can be counted counted.
func (t *Tree) account() {
	if t.opts.Account {
		t.enable(accountants)
	}
}

// withDirect adds why there is nothing to be had without systemd to why it isn't to be
// had with it.
func withDirect(err, direct error) error {
	var e *Error
	if errors.As(err, &e) && errors.Is(err, ErrNoCgroup) && direct != nil {
		both := *e
		both.Why = direct.Error() + "; " + e.Why
		return &both
	}
	return err
}

// Scope is the name of the systemd unit, or "".
func (t *Tree) Scope() string { return t.scope }

// Path is the directory of the tree.
func (t *Tree) Path() string { return t.dir.path }

// LeafOptions say what is wanted of a [Leaf].
type LeafOptions struct {
	Name   string
	Limits Limits
	// BestEffort makes a leaf although not all limits are held; its Missing
	// says which.
	BestEffort bool
}

// NewLeaf makes a cgroup below the tree and holds it to the limits. Every limit is read
// back. If one isn't held, the leaf is gone again and the error, an [*Error], says why.
func (t *Tree) NewLeaf(o LeafOptions) (*Leaf, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil, &Error{Do: "make a cgroup", Err: os.ErrClosed, Why: "its tree has been closed", Fix: "open another"}
	}
	absent, err := t.enable(o.Limits.Controllers())
	if err != nil {
		return nil, err
	}
	t.count++
	l := &Leaf{tree: t, name: cmp.Or(o.Name, "sandbox") + "-" + strconv.Itoa(t.count), into: t.into}
	if err := unix.Mkdirat(t.dir.fd, l.name, 0o755); err != nil {
		return nil, t.vanished("make a cgroup in", err)
	}
	if l.dir, err = t.dir.sub(l.name); err == nil {
		l.Missing, err = hold(l.dir, &o.Limits, absent)
	}
	if err == nil && len(l.Missing) > 0 && !o.BestEffort {
		err = l.Missing[0]
	}
	if err != nil {
		l.dir.close()
		unix.Unlinkat(t.dir.fd, l.name, unix.AT_REMOVEDIR)
		return nil, err
	}
	return l, nil
}

// accountants are the controllers that count.
var accountants = []string{"io", "memory", "pids"}

// enable lets leaves have controllers, and returns those that there are not.
func (t *Tree) enable(controllers []string) (missing []string, err error) {
	if len(controllers) == 0 {
		return nil, nil
	}
	have, err := t.dir.read("cgroup.controllers")
	if err != nil {
		return nil, t.vanished("look at", err)
	}
	on, err := t.dir.read("cgroup.subtree_control")
	if err != nil {
		return nil, t.vanished("look at", err)
	}
	for _, c := range controllers {
		switch {
		case slices.Contains(strings.Fields(on), c):
		case !slices.Contains(strings.Fields(have), c):
			missing = append(missing, c)
		default:
			if err := t.dir.write("cgroup.subtree_control", "+"+c); err != nil {
				return nil, &Error{Do: "enable", On: c, Err: fmt.Errorf("%w: %w", ErrNotEnforced, err),
					Why: "the kernel refuses the controller below " + t.dir.path, Fix: "look for processes in that cgroup itself: cat " + t.dir.path + "/cgroup.procs"}
			}
		}
	}
	return missing, nil
}

// deadline is how long systemd may take.
func (t *Tree) deadline() time.Duration { return cmp.Or(t.opts.Deadline, DefaultDeadline) }

// vanished explains the end of a tree: somebody stopped the scope.
func (t *Tree) vanished(do string, err error) error {
	e := &Error{Do: do, On: t.dir.path, Err: err, Why: "the kernel refuses it", Fix: "look at the directory and its owner"}
	if gone(err) {
		e.Why = "the cgroup was removed under its owner"
		e.Fix = "find out who stopped it: journalctl --user -n 20"
	}
	return e
}

// gone says whether err is that of a cgroup that was removed.
func gone(err error) bool { return errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENODEV) }

// Close kills what is still in the tree and removes it. It can be called twice.
func (t *Tree) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil
	}
	t.closed = true
	defer t.dir.close()
	if t.scope != "" {
		// systemd removes what is empty; the keeper is the last in it.
		err := killAllBut(t.dir, keeperLeaf)
		t.keeper.end()
		return err
	}
	err := removeTree(t.dir)
	<-t.guarded
	t.keeper.end()
	return err
}

// removeTree kills what is in a tree of our own and removes its directories.
func removeTree(d dir) error {
	if err := killAllBut(d, ""); err != nil {
		return err
	}
	for _, name := range below(d.path) {
		unix.Unlinkat(d.fd, name, unix.AT_REMOVEDIR)
	}
	err := unix.Rmdir(d.path)
	if err == unix.ENOENT {
		err = nil
	}
	return err
}

// killAllBut empties every cgroup below d but one.
func killAllBut(d dir, spared string) error {
	for _, name := range below(d.path) {
		if name == spared {
			continue
		}
		sub, err := d.sub(name)
		if err != nil {
			continue
		}
		err = killAndWait(sub)
		sub.close()
		if err != nil {
			return err
		}
		unix.Unlinkat(d.fd, name, unix.AT_REMOVEDIR)
	}
	return nil
}

// below lists the cgroups directly below a directory.
func below(p string) (names []string) {
	entries, _ := os.ReadDir(p)
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, path.Base(e.Name()))
		}
	}
	return names
}
