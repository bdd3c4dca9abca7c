package cgroupv2

import (
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// openDirect makes a tree below the caller's own cgroup or one above it, without asking
// anybody. The error says why that is not to be had.
func openDirect(h hierarchy, o TreeOptions) (*Tree, error) {
	if len(o.Properties) > 0 {
		return nil, errors.New("a systemd property needs a scope of systemd")
	}
	own, err := h.of(0)
	if err != nil {
		return nil, err
	}
	var why error
	for p := own; ; p = path.Dir(p) {
		t, err := divide(h, p, p == own, o)
		if err == nil {
			return t, nil
		}
		if why == nil || !errors.Is(err, errBorder) {
			why = err
		}
		if errors.Is(err, errBorder) || p == "/" {
			return nil, why
		}
	}
}

// errBorder is the end of what was delegated: nothing above is the caller's either.
var errBorder = errors.New("is not delegated to you")

// divide makes a tree below cgroup p.
func divide(h hierarchy, p string, own bool, o TreeOptions) (*Tree, error) {
	at, ok := h.dir(p)
	if !ok || !ours(at) || !h.delegated(p) || strings.HasPrefix(path.Base(p), "user@") {
		return nil, fmt.Errorf("cgroup %s %w", p, errBorder)
	}
	d, err := openDir(at)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBorder, err)
	}
	defer d.close()
	if err := enableAt(d, own, o.Controllers); err != nil {
		return nil, err
	}
	if o.Account {
		for _, c := range accountants { // what can't be had isn't counted
			enableAt(d, own, []string{c})
		}
	}
	sweep(d)
	name, err := makeOwn(d, nameOf(o.Name))
	if err != nil {
		return nil, err
	}
	t := &Tree{h: h, cgroup: path.Join(p, name), opts: o, into: true}
	if t.dir, err = d.sub(name); err != nil {
		unix.Unlinkat(d.fd, name, unix.AT_REMOVEDIR)
		return nil, err
	}
	t.account()
	t.guarded = make(chan struct{})
	go t.guard()
	return t, nil
}

// guard starts the keeper of a tree of our own. Nobody waits for it: it has nothing to do
// before this process is dead, and without it others would tidy up (sweep).
func (t *Tree) guard() {
	defer close(t.guarded)
	k, err := startKeeper()
	if err == nil {
		err = k.guard(t.dir.path, true)
	}
	if err != nil {
		k.end()
		return
	}
	t.keeper = k
}

// ours says whether the caller may make cgroups in a directory and move processes
// there: delegation is the ownership of the directory and of these two files
// (cgroup-v2.rst, "Model of Delegation").
func ours(at string) bool {
	return writable(at) && writable(at+"/cgroup.procs") && writable(at+"/cgroup.subtree_control")
}

// makeOwn makes a directory of that name, or with a number behind.
func makeOwn(d dir, base string) (string, error) {
	name := base
	for n := 2; ; n++ {
		err := unix.Mkdirat(d.fd, name, 0o755)
		if err != unix.EEXIST {
			return name, err
		}
		name = base + "-" + strconv.Itoa(n)
	}
}

// enableAt gives cgroups below d their controllers, if nobody is in d itself. For most
// controllers the kernel would refuse it otherwise; for those that can divide threads
// (cpu, cpuset, pids) it would do it, make d the root of a threaded tree, and all that
// is made below invalid (cgroup-v2.rst, "Threads"; EOPNOTSUPP for who wants in).
func enableAt(d dir, own bool, controllers []string) error {
	have, err := d.read("cgroup.controllers")
	if err != nil {
		return err
	}
	on, err := d.read("cgroup.subtree_control")
	if err != nil {
		return err
	}
	for _, c := range controllers {
		if slices.Contains(strings.Fields(on), c) {
			continue
		}
		if !slices.Contains(strings.Fields(have), c) {
			if on, mount := byVersion1(c); on {
				return fmt.Errorf("the controller %s is taken by cgroup v1 (%s), so cgroup v2 can't have it", c, mount)
			}
			return fmt.Errorf("cgroup %s has no controller %s", d.path, c)
		}
		if !vacant(d) && !(own && stepAside(d) == nil) {
			return fmt.Errorf("cgroup %s has processes in it and so can't be divided", d.path)
		}
		if err := d.write("cgroup.subtree_control", "+"+c); err != nil {
			return err
		}
	}
	return nil
}

// vacant says whether no process is in a cgroup itself, or it is the root of all, which
// may have some; that one has no type.
func vacant(d dir) bool {
	text, err := d.read("cgroup.procs")
	return err == nil && text == "" || !d.has("cgroup.type")
}

// stepAside moves this process into a cgroup below its own, if it is alone there: a
// cgroup with processes of its own can't give controllers to others ("No Internal
// Process Constraint"). What stands around this process, and kills it when the
// surrounding service is stopped, still does.
func stepAside(d dir) error {
	text, err := d.read("cgroup.procs")
	if err != nil {
		return err
	}
	self := strconv.Itoa(os.Getpid())
	for pid := range strings.FieldsSeq(text) {
		if pid != self {
			return unix.EBUSY
		}
	}
	const name = prefix + "self"
	if err := unix.Mkdirat(d.fd, name, 0o755); err != nil && err != unix.EEXIST {
		return err
	}
	return d.write(name+"/cgroup.procs", self)
}

// sweep removes what an owner left who was killed together with his keeper: cgroups
// with our kind of name, nobody in them, and an owner who is no more. One that was made
// in these seconds may be somebody's in another pid namespace.
func sweep(d dir) {
	for _, name := range below(d.path) {
		pid, ok := ownerOf(name)
		if !ok || unix.Kill(pid, 0) != unix.ESRCH {
			continue
		}
		sub, err := d.sub(name)
		if err != nil {
			continue
		}
		if stale(sub) {
			removeTree(sub)
		}
		sub.close()
	}
}

func old(d dir) bool {
	var st unix.Stat_t
	return unix.Fstat(d.fd, &st) == nil && time.Since(time.Unix(st.Ctim.Unix())) > 10*time.Second
}

func populated(d dir) bool {
	text, err := d.read("cgroup.events")
	if err != nil {
		return false
	}
	v, _ := field(text, "populated")
	return v == "1"
}
