package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
)

// mode is how user ids are mapped; each sandbox has its own flags for it.
type mode int

const (
	self     mode = iota // the caller stays who it is
	fakeRoot             // the caller becomes root inside
	mapAuto              // root, and every subordinate id
)

// field is what all command lines of a part have in common.
type field struct {
	snug string
	dir  string // the working directory: writable inside as well
}

// look finds a peer. A missing one keeps its bare name, and fails by that name.
func look(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	return name
}

// snugRun is snug without what no peer has a counterpart for, the hold on names in the
// project: isolation is to be equal. snugTyped is snug with nothing typed.
func (f field) snugRun(m mode, target ...string) contestant {
	flag := map[mode][]string{self: nil, fakeRoot: {"-r"}, mapAuto: {"--map-auto"}}[m]
	argv := append([]string{f.snug, "run", "--allow-write", "."}, flag...)
	return contestant{name: "snug", argv: append(append(argv, "--"), target...)}
}

func (f field) snugTyped(target ...string) contestant {
	return contestant{name: "snug, which holds names in the project, too", argv: append([]string{f.snug, "run", "--"}, target...)}
}

// bwrap isolates as snug does with nothing typed: new namespaces of every kind; the host
// read-only, its private places covered, the working directory writable; no
// capabilities; no further user namespaces; snug's filter of system calls; death with
// the parent; an own session.
func (f field) bwrap(m mode, target ...string) contestant {
	c := f.bwrapNesting(m, target...)
	c.name = "bwrap"
	c.argv = slices.Concat(c.argv[:1], []string{"--disable-userns"}, filterFlags, c.argv[1:])
	return c
}

// bwrapNesting is the same without a filter, and leaves further user namespaces allowed:
// older releases can't do otherwise, and forbidding them costs bwrap a second namespace.
func (f field) bwrapNesting(m mode, target ...string) contestant {
	argv := []string{look("bwrap"), "--unshare-user", "--unshare-all", "--die-with-parent", "--new-session",
		"--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"}
	for _, dir := range []string{"/tmp", "/var/tmp", "/home", "/root", "/run", "/mnt", "/media"} {
		if info, err := os.Lstat(dir); err == nil && info.IsDir() {
			argv = append(argv, "--tmpfs", dir)
		}
	}
	argv = append(argv, "--bind", f.dir, f.dir, "--chdir", f.dir)
	if m == fakeRoot {
		argv = append(argv, "--uid", "0", "--gid", "0")
	}
	return contestant{name: "bwrap, nesting allowed, no filter", argv: append(append(argv, "--"), target...)}
}

// unshare is the floor of a general tool: four namespaces and /proc, the host's files as
// they are. It runs as root inside in every part, which is how it is commonly typed.
func (f field) unshare(m mode, target ...string) contestant {
	argv := []string{look("unshare"), "-Urmpf", "--mount-proc"}
	if m == mapAuto {
		argv = append(argv, "--map-auto")
	}
	return contestant{name: "unshare, files as they are", argv: append(append(argv, "--"), target...)}
}

func bare(target ...string) contestant {
	return contestant{name: "no sandbox", argv: target}
}

// sleeper is a target that stays, for whoever is measured while idle.
func sleeper() []string { return []string{look("sleep"), strconv.Itoa(1000)} }

func absolute(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	_, err = os.Stat(path)
	return path, err
}
