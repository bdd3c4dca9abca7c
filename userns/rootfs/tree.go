package rootfs

import (
	"path"
	"strings"
)

type nodeKind uint8

const (
	ours    nodeKind = iota // a directory in our own tmpfs
	bound                   // something of the host's
	through                 // below a bound node, nothing mounted here itself
	link                    // a symlink in our own tmpfs
	special                 // a mount of a kernel file system
)

// node is one place in the view.
type node struct {
	kind     nodeKind
	children []*child // in the order of placing

	source   string // bound, through: path outside; inner: path inside
	inner    bool   // a second place for a directory of ours
	isDir    bool   // bound, through
	readOnly bool
	devices  bool
	noExec   bool

	target string // link
	mode   uint32 // ours
	op     Op     // special
	size   string // special: OpTmpfs
}

type child struct {
	name string
	node *node
}

func (n *node) child(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c.node
		}
	}
	return nil
}

// set makes c the child called name. One that is replaced keeps nothing; the
// new one comes last.
func (n *node) set(name string, c *node) {
	for i, old := range n.children {
		if old.name == name {
			n.children = append(n.children[:i], n.children[i+1:]...)
			break
		}
	}
	n.children = append(n.children, &child{name, c})
}

// directory says whether something can be placed below n.
func (n *node) directory() bool {
	switch n.kind {
	case ours, special:
		return true
	case bound, through:
		return n.isDir
	}
	return false
}

// tree is the view under construction.
type tree struct {
	root  *node
	facts Facts
}

func newTree(f Facts) *tree {
	return &tree{&node{kind: ours, mode: 0o555}, f}
}

// maxLinks is the kernel's MAXSYMLINKS.
const maxLinks = 40

// place puts n at target, which is absolute. The directories on the way are
// made where that is possible without writing to the host.
func (t *tree) place(target string, n *node) *Error {
	at, err := t.find(target, n)
	if err == nil && n.kind == link {
		err = t.ownLink(at)
	}
	if err != nil {
		return err
	}
	at.parent.set(at.name, n)
	return nil
}

// ownLink sees to it that a symlink is made in a directory of ours: it can't be
// mounted over what is there, as anything else can.
func (t *tree) ownLink(at spot) *Error {
	switch {
	case at.parent.kind == ours || at.parent.op == OpTmpfs:
		return nil
	case !at.parent.readOnly:
		return &Error{Reason: "there is something in its place that you can write to",
			Fix: "make the link there yourself, or choose another place inside, such as below /tmp"}
	}
	return t.open(at.parent)
}

// ensure is place, unless there is a directory already.
func (t *tree) ensure(target string, n *node) *Error {
	at, err := t.find(target, n)
	if err == nil && at.there == nil {
		at.parent.set(at.name, n)
	}
	return err
}

// find follows symlinks to the place for n.
func (t *tree) find(target string, n *node) (spot, *Error) {
	for range maxLinks {
		at, elsewhere, err := t.walk(target, n)
		if err != nil || elsewhere == "" {
			return at, err
		}
		target = elsewhere
	}
	return spot{}, &Error{Reason: "too many symbolic links on the way"}
}

// spot is an entry of a directory of the view, and what is there now.
type spot struct {
	parent *node
	name   string
	there  *node
}

// walk finds the place for n. If a symlink is in the way it says where the
// path leads instead.
func (t *tree) walk(target string, n *node) (spot, string, *Error) {
	names := split(target)
	at := t.root
	for i, name := range names {
		next, to, err := t.step(at, name)
		if err != nil {
			return spot{}, "", err
		}
		if to != "" {
			here := "/" + strings.Join(names[:i], "/")
			return spot{}, path.Join(rebase(here, to), strings.Join(names[i+1:], "/")), nil
		}
		if i == len(names)-1 {
			if next == nil {
				err = t.makeRoom(at, name)
			} else {
				err = fits(next, n)
			}
			return spot{at, name, next}, "", err
		}
		if next != nil && next.inner {
			return spot{}, path.Join("/", next.source, strings.Join(names[i+1:], "/")), nil
		}
		if next == nil {
			if err := t.makeRoom(at, name); err != nil {
				return spot{}, "", err
			}
			next = &node{kind: ours, mode: 0o755}
			at.set(name, next)
		}
		if !next.directory() {
			return spot{}, "", &Error{Reason: "/" + strings.Join(names[:i+1], "/") + " is not a directory"}
		}
		at = next
	}
	return spot{}, "", &Error{Reason: "the root itself can't be a mount point"}
}

// canonical is where p leads in the view as it is now: symlinks followed as far
// as there is something, the rest as it stands.
func (t *tree) canonical(p string) string {
	names := split(p)
	at := t.root
	for i, links := 0, 0; i < len(names) && at != nil && links < maxLinks; i++ {
		next, to, err := t.step(at, names[i])
		if err != nil || next == nil && to == "" {
			break
		}
		if to != "" {
			here := "/" + strings.Join(names[:i], "/")
			names = split(path.Join(rebase(here, to), strings.Join(names[i+1:], "/")))
			at, i = t.root, -1
			links++
			continue
		}
		at = next
	}
	return "/" + strings.Join(names, "/")
}

// step looks up name in at: a node, or where a symlink leads, or neither.
func (t *tree) step(at *node, name string) (*node, string, *Error) {
	if c := at.child(name); c != nil {
		if c.kind == link {
			return nil, c.target, nil
		}
		return c, "", nil
	}
	if at.kind != bound && at.kind != through {
		return nil, "", nil
	}
	below := path.Join(at.source, name)
	switch t.facts.Lstat(below) {
	case Symlink:
		return nil, t.facts.Readlink(below), nil
	case Missing:
		return nil, "", nil
	case Directory:
		c := &node{kind: through, source: below, isDir: true, readOnly: at.readOnly, devices: at.devices}
		at.set(name, c)
		return c, "", nil
	}
	c := &node{kind: through, source: below, readOnly: at.readOnly, devices: at.devices}
	at.set(name, c)
	return c, "", nil
}

// makeRoom sees to it that at can get a new entry.
func (t *tree) makeRoom(at *node, name string) *Error {
	switch {
	case at.kind == ours, at.kind == special && at.op == OpTmpfs:
		return nil
	case at.kind == special:
		return &Error{Reason: "the kernel's own files have no " + name}
	case !at.readOnly:
		return &Error{
			Reason: path.Join(at.source, name) + " does not exist, and making it would leave it behind in your files",
			Fix:    "make it first (mkdir -p), or choose another place inside, such as below /tmp",
		}
	}
	return t.open(at)
}

// fits refuses to put a file over a directory and the reverse, as mount(2) does.
func fits(there, n *node) *Error {
	if there.directory() == n.directory() || n.kind == link {
		return nil
	}
	if n.directory() {
		return &Error{Reason: "a directory can't be mounted over a file"}
	}
	return &Error{Reason: "a file can't be mounted over a directory"}
}

// rebase resolves what a link in dir says.
func rebase(dir, to string) string {
	if path.IsAbs(to) {
		return path.Clean(to)
	}
	return path.Join(dir, to)
}

func split(p string) []string {
	p = strings.Trim(path.Clean(p), "/")
	if p == "" {
		return nil
	}
	return strings.Split(p, "/")
}
