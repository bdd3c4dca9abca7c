package userns

import (
	"path"
	"strings"

	"snug/userns/rootfs"
)

// repository holds what git looks at first: the directory .git, the file of that name
// that a worktree or a submodule has instead, or a link.
func (g *guards) repository(name string, m missing) {
	switch g.kind(name) {
	case rootfs.Directory:
		g.gitDirectory(name)
		return
	case rootfs.File:
		if to, found := strings.CutPrefix(g.facts.Text(g.at(name)), "gitdir:"); found {
			g.pointed(path.Dir(name), to)
		}
	case rootfs.Symlink:
		g.pointed(path.Dir(name), g.facts.Readlink(g.at(name)))
	}
	g.keep(name, m)
}

// pointed holds the git directory that something in dir leads to.
func (g *guards) pointed(dir, to string) {
	if name, ok := g.inside(dir, strings.TrimSpace(to)); ok && g.kind(name) == rootfs.Directory {
		g.gitDirectory(name)
	}
}

// gitDirectory holds what git runs, or finds what it runs by, in a directory like .git
// (gitrepository-layout(5)). The rest of it is written by every commit.
//
// commondir leads to another directory with the configuration, and counts wherever it
// is: one that says "." changes nothing for git, and is in the place of one that would.
func (g *guards) gitDirectory(dir string) {
	if g.seen[dir] {
		return
	}
	if !g.facts.Writable(g.at(dir)) { // git can't work in it either, and more ids inside could
		g.add(dir, rootfs.HoldFile)
		return
	}
	g.add(dir, rootfs.HoldPlace)
	in := func(name string) string { return path.Join(dir, name) }
	config := g.facts.Text(g.at(in("config")))
	worktrees := ignored
	if strings.Contains(strings.ToLower(config), "worktreeconfig") {
		worktrees = empty
	}
	common := g.facts.Text(g.at(in("commondir")))
	if common == "" {
		g.keep(in("config"), empty)
		g.keep(in("hooks"), empty)
	} else {
		defer g.pointed(dir, common)
	}
	g.keep(in("config.worktree"), worktrees)
	g.keep(in("commondir"), itself)
	g.includes(in("config"), dir, config, includeDepth)
	g.modules(in("modules"), moduleDepth)
	g.linked(in("worktrees"), worktrees)
}

// moduleDepth bounds the parts of a submodule's name.
const moduleDepth = 5

// modules holds the git directories of submodules, and where they are.
func (g *guards) modules(dir string, depth int) {
	if depth == 0 || g.kind(dir) != rootfs.Directory {
		return
	}
	g.add(dir, rootfs.HoldPlace)
	for _, name := range g.facts.Directories(g.at(dir)) {
		if name = path.Join(dir, name); g.kind(path.Join(name, "HEAD")) != rootfs.Missing || g.kind(path.Join(name, "config")) != rootfs.Missing {
			g.gitDirectory(name)
		} else {
			g.modules(name, depth-1)
		}
	}
}

// linked holds what the worktrees elsewhere find their repository by.
func (g *guards) linked(dir string, worktrees missing) {
	if g.kind(dir) != rootfs.Directory {
		return
	}
	g.add(dir, rootfs.HoldPlace)
	for _, name := range g.facts.Directories(g.at(dir)) {
		name = path.Join(dir, name)
		g.add(name, rootfs.HoldPlace)
		g.keep(path.Join(name, "commondir"), ignored)
		g.keep(path.Join(name, "gitdir"), ignored)
		g.keep(path.Join(name, "config.worktree"), worktrees)
	}
}

// includeDepth is git's own bound.
const includeDepth = 10

// includes holds the files in the project that a configuration includes, and the hooks
// that it has elsewhere in it.
func (g *guards) includes(file, dir, text string, depth int) {
	lower := strings.ToLower(text)
	if depth == 0 || !strings.Contains(lower, "include") && !strings.Contains(lower, "hookspath") {
		return
	}
	for _, v := range parseGitConfig(text) {
		switch {
		case (v.section == "include" || v.section == "includeif") && v.key == "path":
			if name, ok := g.inside(path.Dir(file), v.value); ok {
				g.keep(name, empty)
				g.includes(name, dir, g.facts.Text(g.at(name)), depth-1)
			}
		case v.section == "core" && v.key == "hookspath" && path.Base(dir) == ".git":
			if name, ok := g.inside(path.Dir(dir), v.value); ok {
				g.keep(name, absent)
			}
		}
	}
}

// submodules holds those that .gitmodules names, however deep they are.
func (g *guards) submodules() {
	for _, v := range parseGitConfig(g.facts.Text(g.at(".gitmodules"))) {
		if v.section == "submodule" && v.key == "path" {
			if name, ok := g.inside(".", path.Join(v.value, ".git")); ok {
				g.repository(name, ignored)
			}
		}
	}
}
