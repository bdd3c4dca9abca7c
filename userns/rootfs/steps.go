package rootfs

import "path"

// steps lists what to do, parents before children.
func (t *tree) steps() []Step {
	e := emitter{root: t.root, out: make([]Step, 0, 64)}
	e.children("", t.root, place{made: true, fresh: true})
	return append(e.out, e.late...)
}

// place says what the directory is that something is to appear in.
type place struct {
	made  bool // ours: it has no mount points but those made by a step
	fresh bool // and so is every directory above it
}

// emitter collects steps. A second place for a directory of ours comes late,
// when the directory has all that is mounted in it.
type emitter struct {
	root      *node
	out, late []Step
}

func (e *emitter) children(at string, n *node, in place) {
	for _, c := range n.children {
		e.node(path.Join(at, c.name), c.node, in)
	}
}

func (e *emitter) node(at string, n *node, in place) {
	switch n.kind {
	case ours:
		e.ours(at, n, in)
	case link:
		e.add(Step{Op: OpSymlink, Path: at, Link: n.target, Fresh: in.fresh})
	case through:
		e.children(at, n, place{})
	case bound:
		e.bound(at, n, in)
	case special:
		e.point(at, true, in)
		e.add(Step{Op: n.op, Path: at, Mode: n.mode, Size: n.size, Fresh: in.fresh})
		e.children(at, n, place{made: n.op == OpTmpfs})
	}
}

// ours emits a directory of ours: one in the root tmpfs, or a small tmpfs of
// its own where the host's files are all around.
func (e *emitter) ours(at string, n *node, in place) {
	if in.made {
		e.add(Step{Op: OpMkdir, Path: at, Mode: n.mode, Fresh: in.fresh})
	} else {
		e.add(Step{Op: OpTmpfs, Path: at, Mode: n.mode})
	}
	e.children(at, n, place{made: true, fresh: in.fresh})
}

func (e *emitter) bound(at string, n *node, in place) {
	e.point(at, n.isDir, in)
	s := Step{Op: OpBind, Path: at, Source: n.source, Inner: n.inner,
		ReadOnly: n.readOnly, Devices: n.devices, NoExec: n.noExec, File: !n.isDir, Fresh: in.fresh}
	if n.inner {
		e.second(s)
		return
	}
	e.add(s)
	e.children(at, n, place{})
}

// second emits a second place for a directory of the root. If that has become a
// link, to wherever, it gets a tmpfs of its own instead.
func (e *emitter) second(s Step) {
	if first := e.root.child(s.Source); first == nil || first.kind == link {
		s = Step{Op: OpTmpfs, Path: s.Path, Mode: 0o1777}
	}
	e.late = append(e.late, s)
}

// point makes a mount point.
func (e *emitter) point(at string, dir bool, in place) {
	switch {
	case !in.made:
	case dir:
		e.add(Step{Op: OpMkdir, Path: at, Mode: 0o755, Fresh: in.fresh})
	default:
		e.add(Step{Op: OpMkfile, Path: at, Mode: 0o444, Fresh: in.fresh})
	}
}

func (e *emitter) add(s Step) { e.out = append(e.out, s) }
