package rootfs

import (
	"path"
	"strconv"
)

// maxOpen bounds what opening one directory may cost: a mount an entry.
const maxOpen = 256

// open turns a read-only bound directory into one of ours that has each of its
// entries bound, so that an entry can be added without the host noticing.
func (t *tree) open(n *node) *Error {
	entries, err := t.facts.ReadDir(n.source)
	if err != nil {
		return &Error{Reason: n.source + " can't be read, so no mount point can be added to it", Err: err}
	}
	if len(entries) > maxOpen {
		return &Error{
			Reason: n.source + " has no such entry, and with " + strconv.Itoa(len(entries)) + " others it is too large to add one",
			Fix:    "choose a place inside that exists, or one below /tmp",
		}
	}
	placed := n.children
	*n = node{kind: ours, mode: 0o555, source: n.source, readOnly: n.readOnly, devices: n.devices}
	for _, e := range entries {
		n.children = append(n.children, &child{e.Name, t.entry(n, e)})
	}
	for _, c := range placed {
		if c.node.kind != through || len(c.node.children) > 0 {
			n.set(c.name, mounted(c.node))
		}
	}
	return nil
}

// entry is the node for one entry of an opened directory.
func (t *tree) entry(of *node, e Entry) *node {
	source := path.Join(of.source, e.Name)
	kind := e.Kind
	if kind == Symlink {
		return &node{kind: link, target: t.facts.Readlink(source)}
	}
	return &node{kind: bound, source: source, isDir: kind == Directory, readOnly: of.readOnly, devices: of.devices}
}

// mounted turns a node that lay below a mount into a mount of its own, now that
// the mount above it is gone.
func mounted(n *node) *node {
	if n.kind == through {
		n.kind = bound
	}
	return n
}
