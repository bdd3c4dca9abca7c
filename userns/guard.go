package userns

import (
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"snug/userns/rootfs"
)

// Some names in a project make something run outside later: hooks and settings of git,
// of editors and of agents. They stay as they are while the sandbox is there: what
// exists is read-only, what doesn't exist can't be made, and nothing of it can be moved
// away. What can't be held so is what isn't there yet: a repository made anew in some directory.

// settings are the names at the top of a project that aren't git's.
var settings = []string{
	".gitmodules", ".envrc", ".vscode", ".idea", ".devcontainer", ".cursor", ".claude", ".codex", ".gemini", ".mcp.json", ".husky", ".snug.toml",
}

// resolveGuards finds what is to be held in the project.
func resolveGuards(p *Plan, spec *Spec, h *Host) error {
	if spec.Project == "" {
		return allowedNothing(spec)
	}
	p.Project = path.Clean(spec.Project)
	if spec.ProjectReadOnly {
		return nil
	}
	g := &guards{project: p.Project, facts: h.Files, seen: map[string]bool{}}
	g.all()
	for _, name := range spec.AllowWrite {
		if err := g.allow(name); err != nil {
			return err
		}
	}
	p.guards, p.Placeholders = g.list, g.places
	if dir := g.closed; dir != "" && p.helped() {
		return &Error{Do: "hold names in", On: path.Join(g.project, dir), Err: unix.EACCES,
			Why: "you may not make anything there, but ids that are mapped may", Fix: "do without: --allow-write .; or --no-project"}
	}
	return nil
}

func allowedNothing(spec *Spec) error {
	if len(spec.AllowWrite) == 0 {
		return nil
	}
	return &Error{Do: "allow writes to", On: spec.AllowWrite[0], Err: unix.EINVAL, Why: "there is no project that it could be in",
		Fix: "leave out --allow-write, or name a project with --project"}
}

// guards are collected.
type guards struct {
	project string
	facts   Facts
	list    []rootfs.Guard
	places  []Placeholder
	seen    map[string]bool
	open    map[string]bool // directories in which something can be made
	closed  string          // one in which the caller can't, if any
}

func (g *guards) all() {
	for _, name := range settings {
		g.keep(name, absent)
	}
	g.repository(".git", absent)
	g.submodules()
	g.search()
}

// at is where name is outside.
func (g *guards) at(name string) string { return path.Join(g.project, name) }

func (g *guards) kind(name string) rootfs.Kind { return g.facts.Lstat(g.at(name)) }

func (g *guards) add(name string, hold rootfs.Hold) {
	if !g.seen[name] {
		g.seen[name] = true
		g.list = append(g.list, rootfs.Guard{Name: name, Hold: hold})
	}
}

// missing says what is done about a name that doesn't exist.
type missing int

const (
	ignored missing = iota
	absent          // nothing can be made there
	empty           // an empty file stands there
	itself          // a file stands there that says "."
)

// keep holds a name, whatever it is.
func (g *guards) keep(name string, m missing) {
	switch g.kind(name) {
	case rootfs.Held:
	case rootfs.Missing:
		g.placeholder(name, m)
	case rootfs.Symlink:
		g.add(name, rootfs.HoldLink)
		if to, ok := g.target(name); ok {
			g.keep(to, ignored)
		}
	default:
		g.add(name, rootfs.HoldFile)
	}
}

func (g *guards) placeholder(name string, m missing) {
	if m == ignored || g.seen[name] || !g.canMake(path.Dir(name)) {
		return
	}
	place, hold := Placeholder{Name: name, File: m != absent}, rootfs.HoldFile
	switch m {
	case absent:
		hold = rootfs.HoldAbsent
	case itself:
		place.Text = ".\n"
	}
	g.add(name, hold)
	g.places = append(g.places, place)
}

// canMake says whether the caller, and so a command that is nobody else, can make
// something in a directory.
func (g *guards) canMake(dir string) bool {
	can, known := g.open[dir]
	if !known {
		if g.open == nil {
			g.open = map[string]bool{}
		}
		can = g.facts.Writable(g.at(dir))
		g.open[dir] = can
	}
	if !can {
		g.closed = dir
	}
	return can
}

// target is where a symlink in the project leads, if that is in the project, too.
func (g *guards) target(name string) (string, bool) {
	return g.inside(path.Dir(name), g.facts.Readlink(g.at(name)))
}

// inside is a path that something in dir says, relative to the project. It is no name to
// hold if it leads out of the project, there is a symlink on the way, or it is one that is held already.
func (g *guards) inside(dir, to string) (string, bool) {
	if to == "" {
		return "", false
	}
	if !path.IsAbs(to) {
		to = path.Join(g.project, dir, to)
	}
	if to = path.Clean(to); to == g.project || !rootfs.Within(to, g.project) {
		return "", false
	}
	name := strings.TrimPrefix(to[len(g.project):], "/")
	for up := path.Dir(name); up != "."; up = path.Dir(up) {
		if g.kind(up) != rootfs.Directory {
			return "", false
		}
	}
	return name, !g.seen[name]
}

// allow lifts the hold of what was asked for.
func (g *guards) allow(name string) error {
	asked := name
	if rootfs.Within(path.Clean(name), g.project) {
		name = path.Join(".", path.Clean(name)[len(g.project):])
	}
	if name != "" {
		name = path.Clean(name)
	}
	lifts := func(held string) bool { return name == "." || !path.IsAbs(name) && rootfs.Within(held, name) }
	before := len(g.list)
	g.list = slices.DeleteFunc(g.list, func(guard rootfs.Guard) bool { return lifts(guard.Name) })
	if len(g.list) == before && name != "." {
		return &Error{Do: "allow writes to", On: asked, Err: unix.EINVAL, Why: "nothing of that name is held in " + g.project,
			Fix: "leave it out: it can be written anyway, if you can write it; held are " + g.names()}
	}
	g.places = slices.DeleteFunc(g.places, func(place Placeholder) bool { return lifts(place.Name) })
	if name == "." {
		g.closed = ""
	}
	return nil
}

// names are those at the top, for errors.
func (g *guards) names() string {
	var names []string
	for _, guard := range g.list {
		if !strings.Contains(guard.Name, "/") {
			names = append(names, guard.Name)
		}
	}
	if names == nil {
		return "no others"
	}
	return strings.Join(names, " ")
}
