package rootfs

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
)

// kernel carries steps out on paper, by the rules of mount(2), mkdirat(2) and
// openat2(2) with RESOLVE_IN_ROOT. So a test can ask what a command would see,
// and any view at all can be tried whether it could be made.
type kernel struct {
	host machine
	root *inode
}

// inode is a file of the view. One of the host's has a source; what is made or
// mounted below it stands in entries.
type inode struct {
	kind     Kind
	source   string // on the host
	fs       Op     // a mount of the kernel's: OpProc ...
	link     string
	readOnly bool
	entries  map[string]*inode
}

func carryOut(host machine, steps []Step) (*kernel, error) {
	k := &kernel{host, &inode{kind: Directory, entries: map[string]*inode{}}}
	for _, s := range steps {
		if err := k.step(&s); err != nil {
			return k, fmt.Errorf("%s: %w", s.line(), err)
		}
	}
	return k, nil
}

func (k *kernel) step(s *Step) error {
	switch s.Op {
	case OpMkdir:
		return k.create(s, &inode{kind: Directory})
	case OpMkfile:
		return k.create(s, &inode{kind: File})
	case OpSymlink:
		return k.create(s, &inode{kind: Symlink, link: s.Link})
	case OpBind:
		from, err := k.bindSource(s)
		if err != nil {
			return err
		}
		return k.mount(s, from)
	case OpHold:
		return k.hold(s)
	case OpRemove:
		delete(k.root.entries, s.Path)
		return nil
	}
	return k.mount(s, &inode{kind: Directory, fs: s.Op})
}

func (k *kernel) create(s *Step, n *inode) error {
	dir, err := k.at(path.Dir("/"+s.Path), s.Fresh)
	switch {
	case err != nil:
		return err
	case dir.source != "" || dir.fs != "" && dir.fs != OpTmpfs:
		return errors.New("makes a file on the host")
	case k.child(dir, path.Base(s.Path)) != nil:
		return errors.New("exists")
	}
	dir.set(path.Base(s.Path), n)
	return nil
}

func (k *kernel) bindSource(s *Step) (*inode, error) {
	if s.Inner {
		return k.at(s.Source, true) // open_tree(2) would follow a link out of the root
	}
	real, err := k.host.real(s.Source, true)
	return &inode{kind: k.host.kind(real), source: real, readOnly: s.ReadOnly}, err
}

func (k *kernel) mount(s *Step, n *inode) error {
	on, err := k.at(s.Path, s.Fresh)
	if err != nil {
		return err
	}
	if (on.kind == Directory) != (n.kind == Directory) {
		return errors.New("a directory on a file, or the reverse")
	}
	dir, err := k.at(path.Dir("/"+s.Path), s.Fresh)
	if err == nil {
		dir.set(path.Base(s.Path), n)
	}
	return err
}

// hold mounts a name on itself. Placeholders are taken to be there.
func (k *kernel) hold(s *Step) error {
	dir, err := k.at(path.Dir("/"+s.Path), true)
	if err != nil {
		return err
	}
	if s.Hold == HoldAbsent || s.Hold == HoldHidden {
		if k.root.entries[s.Link] == nil {
			return errors.New("there is no " + s.Link)
		}
		dir.set(path.Base(s.Path), k.root.entries[s.Link])
		return nil
	}
	on := k.child(dir, path.Base(s.Path))
	switch {
	case on == nil:
		return errors.New("is missing")
	case (on.kind == Symlink) != (s.Hold == HoldLink):
		return errors.New("a link that isn't held as one, or the reverse")
	}
	on.readOnly = on.readOnly || s.ReadOnly
	return nil
}

func (n *inode) set(name string, c *inode) {
	if n.entries == nil {
		n.entries = map[string]*inode{}
	}
	n.entries[name] = c
}

func (k *kernel) child(n *inode, name string) *inode {
	if c := n.entries[name]; c != nil {
		return c
	}
	if n.fs == OpProc && slices.Contains(configuring, "proc/"+name) {
		return &inode{kind: Directory, fs: OpProc}
	}
	if n.fs == OpSysfs && slices.Contains([]string{"fs", "cgroup", "firmware", "power"}, name) {
		return &inode{kind: Directory, fs: OpSysfs}
	}
	if n.source == "" {
		return nil
	}
	file := path.Join(n.source, name)
	if k.host.kind(file) == Missing {
		return nil
	}
	c := &inode{kind: k.host.kind(file), source: file, link: k.host.Readlink(file), readOnly: n.readOnly}
	n.set(name, c)
	return c
}

// at looks a path up. Fresh allows no link on the way.
func (k *kernel) at(name string, fresh bool) (*inode, error) {
	n, todo, here := k.root, split(name), "/"
	for links := 0; len(todo) > 0; {
		c := k.child(n, todo[0])
		switch {
		case c == nil:
			return nil, errors.New(path.Join(here, todo[0]) + " does not exist")
		case c.kind == Symlink && fresh:
			return nil, errors.New(path.Join(here, todo[0]) + " is a link, and trusted")
		case c.kind == Symlink:
			if links++; links > maxLinks {
				return nil, errors.New("loop")
			}
			n, todo, here = k.root, append(split(rebase(here, c.link)), todo[1:]...), "/"
			continue
		}
		n, todo, here = c, todo[1:], path.Join(here, todo[0])
	}
	return n, nil
}

// sees says what a command finds at name.
func (k *kernel) sees(name string) string {
	n, err := k.at(name, false)
	switch {
	case err != nil:
		return "nothing"
	case n.fs != "" && n.fs != OpTmpfs:
		return string(n.fs)
	case n.source == "":
		return "private"
	case n.readOnly:
		return n.source + " ro"
	}
	return n.source + " rw"
}

// line is a step for people and goldens.
func (s *Step) line() string {
	words := []string{string(s.Op), fmt.Sprintf("%q", "/"+s.Path)}
	for _, w := range []struct {
		on   bool
		word string
	}{
		{s.Source != "", fmt.Sprintf("from %q", s.Source)}, {s.Link != "", fmt.Sprintf("-> %q", s.Link)},
		{s.Mode != 0, fmt.Sprintf("mode %o", s.Mode)}, {s.Size != "", "size " + s.Size},
		{s.Hold != "", string(s.Hold)}, {s.Inner, "inner"}, {s.ReadOnly, "ro"}, {s.Devices, "dev"}, {s.NoExec, "noexec"}, {!s.Fresh, "walked"},
	} {
		if w.on {
			words = append(words, w.word)
		}
	}
	return strings.Join(words, " ")
}
