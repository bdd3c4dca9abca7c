package rootfs

import (
	"errors"
	"io/fs"
	"strings"
)

// Arrange composes the view. The error, if any, is an [*Error].
func Arrange(r *Request, f Facts) ([]Step, error) {
	a := &arranger{Request: r, tree: newTree(f)}
	if err := a.all(); err != nil {
		return nil, err
	}
	return append(append(a.tree.steps(), a.holds()...), a.masks()...), nil
}

type arranger struct {
	*Request
	tree      *tree
	concealed []concealed
}

func (a *arranger) all() *Error {
	if err := a.rootEntries(a.Root, !a.RootWritable, false); err != nil {
		return err
	}
	if err := a.private(); err != nil {
		return err
	}
	above := a.lastAbove(a.Project)
	for i, m := range a.Mounts {
		if i == above {
			if err := a.project(); err != nil {
				return err
			}
		}
		if err := a.mount(&m); err != nil {
			return err
		}
	}
	if above == len(a.Mounts) {
		return a.project()
	}
	return nil
}

// lastAbove is the index behind the last wish that would cover the project.
// The project was not typed where the others were; it belongs on top of what is
// above it and under what is in it.
func (a *arranger) lastAbove(project string) int {
	last := 0
	if project == "" {
		return last
	}
	real := a.tree.canonical(project)
	for i, m := range a.Mounts {
		if target := a.tree.canonical(m.Target); Within(real, target) && real != target {
			last = i + 1
		}
	}
	return last
}

// Within says whether p is dir or below it; both are clean.
func Within(p, dir string) bool {
	return p == dir || dir == "/" || strings.HasPrefix(p, dir+"/")
}

// kernels says which entries of a root are not taken from it.
func kernels(name string) bool {
	return name == "dev" || name == "proc" || name == "sys" || name == "lost+found"
}

// rootEntries binds every entry of dir at the top of the view.
func (a *arranger) rootEntries(dir string, readOnly, devices bool) *Error {
	entries, err := a.tree.facts.ReadDir(dir)
	if err != nil {
		return &Error{Flag: "list", Path: dir, Err: err, Reason: "the root of the view can't be read",
			Fix: "check the directory's mode, and the limit on descriptors (ulimit -n)"}
	}
	of := &node{source: dir, readOnly: readOnly, devices: devices}
	for _, e := range entries {
		if !kernels(e.Name) {
			a.tree.root.set(e.Name, a.tree.entry(of, e))
		}
	}
	return nil
}

// put places n and says for whom if it can't.
func (a *arranger) put(target string, n *node, flag string) *Error {
	return said(a.tree.place(target, n), flag, target)
}

func said(err *Error, flag, target string) *Error {
	if err != nil {
		err.Flag, err.Path = flag, target
	}
	return err
}

// mount grants one wish.
func (a *arranger) mount(m *Mount) *Error {
	switch m.Kind {
	case Tmpfs:
		return a.put(m.Target, &node{kind: special, op: OpTmpfs, mode: 0o755, size: m.Size}, m.Flag)
	case Dir:
		return a.dir(m)
	case Link:
		return a.put(m.Target, &node{kind: link, target: m.Source}, m.Flag)
	}
	kind, err := a.tree.facts.Stat(m.Source)
	if err != nil {
		if m.Optional {
			return nil
		}
		return missing(m, err)
	}
	var failed *Error
	if m.Target == "/" {
		failed = a.rootEntries(m.Source, m.ReadOnly, m.Devices)
	} else {
		failed = a.put(m.Target, &node{kind: bound, source: m.Source, isDir: kind == Directory,
			readOnly: m.ReadOnly, devices: m.Devices}, m.Flag)
	}
	if failed != nil || kind != Directory {
		return failed
	}
	return a.conceal(m.Source, m.Target)
}

func missing(m *Mount, err error) *Error {
	fix := "check the path"
	if strings.HasSuffix(m.Flag, "bind") { // --bind, --ro-bind, --dev-bind
		fix += ", or use " + m.Flag + "-try, which passes over what is missing"
	}
	reason := "there is nothing to bind at " + m.Source
	if errors.Is(err, fs.ErrPermission) {
		reason = "you may not look at " + m.Source
	}
	return &Error{Flag: m.Flag, Path: m.Source, Err: err, Reason: reason, Fix: fix}
}

// dir makes sure there is a directory, and leaves one that is there alone.
func (a *arranger) dir(m *Mount) *Error {
	return said(a.tree.ensure(m.Target, &node{kind: ours, mode: 0o755}), m.Flag, m.Target)
}

// project binds the project over itself.
func (a *arranger) project() *Error {
	if a.Project == "" {
		return nil
	}
	n := &node{kind: bound, source: a.Project, isDir: true, readOnly: a.ProjectReadOnly}
	if err := a.put(a.Project, n, "project"); err != nil {
		return err
	}
	if !a.holdsSecrets(a.Project) {
		return nil
	}
	return a.conceal(a.Project, a.Project)
}
