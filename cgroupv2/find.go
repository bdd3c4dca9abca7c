package cgroupv2

import (
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Find finds the leaf of a sandbox that this user runs: by the name of its unit or
// directory, with or without snug- and .scope; by the beginning of that name, if no other
// begins with it; by the number of the process that runs it; or by the number of one
// inside, as it is outside. Close it when done; that leaves the sandbox alone.
func Find(id string) (*Leaf, error) {
	h, err := findHierarchy()
	if err != nil {
		return nil, err
	}
	trees := treesBelow(h.mount, 0)
	found, err := match(trees, id)
	if len(found) == 0 && err == nil {
		if pid, e := strconv.Atoi(id); e == nil {
			found = treeOf(h, trees, pid)
		}
	}
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, &Error{Do: "find a sandbox", On: id, Err: unix.ESRCH,
			Why: "no sandbox with a cgroup has that name or process" + known(trees),
			Fix: "a sandbox has a cgroup if it was started with a limit or with --cgroup"}
	}
	return openLeaf(found[0])
}

// treesBelow lists the directories of trees at and below a path that belong to the
// caller. Directories of others can hold some of the caller's: a login's slice does.
func treesBelow(at string, depth int) (trees []string) {
	const deepest = 12
	if depth > deepest {
		return nil
	}
	for _, name := range below(at) {
		p := at + "/" + name
		if _, ours := ownerOf(name); ours && owned(p) && hasLeaf(p) {
			trees = append(trees, p)
			continue
		}
		trees = append(trees, treesBelow(p, depth+1)...)
	}
	return trees
}

func owned(p string) bool {
	var st unix.Stat_t
	return unix.Lstat(p, &st) == nil && int(st.Uid) == os.Geteuid()
}

// hasLeaf tells a tree of ours from somebody's unit with a name like ours.
func hasLeaf(p string) bool { return len(leavesOf(p)) > 0 }

func leavesOf(p string) []string {
	return slices.DeleteFunc(below(p), func(name string) bool { return name == keeperLeaf })
}

// match finds trees by name. An exact name wins over the beginning of another.
func match(trees []string, id string) (found []string, err error) {
	want := shortName(id)
	_, e := strconv.Atoi(id)
	begins := e != nil && id != "" // a number is a process's
	for _, p := range trees {
		switch name := shortName(path.Base(p)); {
		case name == want:
			return []string{p}, nil
		case begins && strings.HasPrefix(name, want):
			found = append(found, p)
		case strconv.Itoa(owner(p)) == id:
			return []string{p}, nil
		}
	}
	if len(found) > 1 {
		return nil, &Error{Do: "find a sandbox", On: id, Err: unix.EINVAL,
			Why: "more than one begins with that" + known(found), Fix: "write more of its name"}
	}
	return found, nil
}

func owner(p string) int {
	pid, _ := ownerOf(path.Base(p))
	return pid
}

// shortName is a name without what every unit's has.
func shortName(name string) string {
	return strings.TrimSuffix(strings.TrimPrefix(path.Base(name), prefix), ".scope")
}

// treeOf finds the tree in which a process is.
func treeOf(h hierarchy, trees []string, pid int) []string {
	cgroup, err := h.of(pid)
	if err != nil {
		return nil
	}
	at, ok := h.dir(cgroup)
	for _, p := range trees {
		if ok && strings.HasPrefix(at, p+"/") {
			return []string{p}
		}
	}
	return nil
}

// known lists the names of trees, for somebody who mistyped one.
func known(trees []string) string {
	const most = 10
	if len(trees) == 0 {
		return "; there is none at all"
	}
	var names []string
	for _, p := range trees {
		names = append(names, shortName(p))
	}
	slices.Sort(names)
	if len(names) > most {
		names = append(names[:most], "...")
	}
	return ": " + strings.Join(names, ", ")
}

func openLeaf(tree string) (*Leaf, error) {
	leaves := leavesOf(tree)
	if len(leaves) != 1 {
		return nil, &Error{Do: "find a sandbox", On: shortName(tree), Err: unix.EINVAL,
			Why: strconv.Itoa(len(leaves)) + " sandboxes share that name", Fix: "give the number of a process in the one that is meant"}
	}
	d, err := openDir(tree + "/" + leaves[0])
	if err != nil {
		return nil, err
	}
	l := &Leaf{dir: d, name: leaves[0]}
	if unit := path.Base(tree); strings.HasSuffix(unit, ".scope") {
		l.unit = unit
	}
	return l, nil
}
