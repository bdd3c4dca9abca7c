package rootfs

import "path"

// private places what every sandbox has for itself.
func (a *arranger) private() *Error {
	for _, dir := range a.Hide {
		if err := a.hide(dir, 0o755); err != nil {
			return err
		}
	}
	top := a.tree.root
	top.set("tmp", &node{kind: ours, mode: 0o1777})
	if err := a.varTmp(); err != nil {
		return err
	}
	a.run(top)
	top.set("dev", devices())
	top.set("proc", a.kernelTree("/proc", OpProc, a.HostProc))
	top.set("sys", a.kernelTree("/sys", OpSysfs, a.HostSys))
	for _, home := range a.Homes {
		if err := a.hide(home, 0o700); err != nil {
			return err
		}
	}
	return nil
}

// hide makes dir private, where there is one.
func (a *arranger) hide(dir string, mode uint32) *Error {
	kind, err := a.tree.facts.Stat(path.Join(a.Root, dir))
	if err != nil || kind != Directory || path.Clean(dir) == "/" {
		return nil
	}
	return a.put(dir, &node{kind: ours, mode: mode}, "hide")
}

// varTmp is /tmp a second time, if the two aren't one already.
func (a *arranger) varTmp() *Error {
	kind, err := a.tree.facts.Stat(path.Join(a.Root, "/var/tmp"))
	if err != nil || kind != Directory || a.tree.facts.Lstat(path.Join(a.Root, "/var/tmp")) == Symlink {
		return nil
	}
	return a.put("/var/tmp", &node{kind: bound, inner: true, source: "tmp", isDir: true}, "hide")
}

// run is an empty /run with the user's own directory in it, as a login makes it.
func (a *arranger) run(top *node) {
	top.set("run", &node{kind: ours, mode: 0o755})
	if a.Runtime != "" {
		a.tree.place(a.Runtime, &node{kind: ours, mode: 0o700})
	}
	a.tree.place("/run/lock", &node{kind: ours, mode: 0o1777})
}

// kernelTree is a fresh /proc or /sys, or the host's.
func (a *arranger) kernelTree(source string, op Op, hosts bool) *node {
	if !hosts {
		return &node{kind: special, op: op}
	}
	return &node{kind: bound, source: source, isDir: true, readOnly: op == OpSysfs}
}

// nodes are the devices that are no way out.
var nodes = []string{"null", "zero", "full", "random", "urandom", "tty"}

// devLinks are the links every program expects in /dev.
var devLinks = [][2]string{
	{"fd", "/proc/self/fd"}, {"stdin", "/proc/self/fd/0"}, {"stdout", "/proc/self/fd/1"},
	{"stderr", "/proc/self/fd/2"}, {"ptmx", "pts/ptmx"},
}

func devices() *node {
	dev := &node{kind: ours, mode: 0o755}
	for _, name := range nodes {
		dev.set(name, &node{kind: bound, source: "/dev/" + name, devices: true, noExec: true})
	}
	for _, l := range devLinks {
		dev.set(l[0], &node{kind: link, target: l[1]})
	}
	dev.set("shm", &node{kind: ours, mode: 0o1777})
	dev.set("pts", &node{kind: special, op: OpDevpts})
	return dev
}
