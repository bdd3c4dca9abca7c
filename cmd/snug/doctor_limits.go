package main

import (
	"context"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"snug/cgroupv2"
)

// limits are what was found of cgroups.
type limits struct {
	mount       string
	version1    []string // controllers that cgroup v1 has
	mountErr    error
	manager     string // the socket it answers on
	managerErr  error
	runtimeDir  bool // the environment names one
	lingers     state
	tree        string // the scope or directory that was made
	treeErr     error
	controllers []controller
	freezeErr   error
}

// controller is a controller of limits, and why it can't be had.
type controller struct {
	name string
	err  error
}

func examineLimits(user string) (l limits) {
	l.runtimeDir = os.Getenv("XDG_RUNTIME_DIR") != ""
	l.mount, l.version1, l.mountErr = cgroupv2.Mounted()
	if set, known := cgroupv2.Lingers(user); known {
		l.lingers = no
		if set {
			l.lingers = yes
		}
	}
	if m, ok := bounded(probeTime, askManager); ok {
		l.manager, l.managerErr = m.manager, m.managerErr
	} else {
		l.managerErr = &lateError{"look for a user manager", probeTime}
	}
	limit := scopeTime
	if l.managerErr != nil { // whoever didn't answer once is not waited for again
		limit = probeTime / 20
	}
	made, ok := bounded(probeTime, func(ctx context.Context) limits { return makeCgroups(ctx, limit) })
	if !ok {
		made.treeErr = &lateError{"make a cgroup", probeTime}
	}
	l.tree, l.treeErr, l.controllers, l.freezeErr = made.tree, made.treeErr, made.controllers, made.freezeErr
	return l
}

func askManager(ctx context.Context) (l limits) {
	l.manager, l.managerErr = cgroupv2.Manager(ctx)
	return l
}

// makeCgroups makes a tree, holds a leaf of it to a limit of each kind, and freezes one.
func makeCgroups(ctx context.Context, limit time.Duration) (l limits) {
	tree, err := cgroupv2.Open(ctx, cgroupv2.TreeOptions{
		Name: "doctor", Description: "snug doctor", Controllers: []string{"cpu", "memory", "pids"}, Deadline: limit,
	})
	if l.treeErr = err; err != nil {
		return l
	}
	defer tree.Close()
	l.tree = tree.Path()
	if scope := tree.Scope(); scope != "" {
		l.tree = scope
	}
	for _, name := range cgroupv2.Delegatable() {
		l.controllers = append(l.controllers, controller{name, hold(tree, name)})
	}
	l.freezeErr = freeze(ctx, tree)
	return l
}

// hold makes a leaf that is held to some limit of the controller's. Every limit is read
// back. A limit of io would need a disk.
func hold(tree *cgroupv2.Tree, name string) error {
	if err := tree.Lacks(name); err != nil {
		return err
	}
	examples := map[string]cgroupv2.Limits{
		"cpu": {CPUs: 1}, "memory": {Memory: 64 << 20}, "pids": {PIDs: 64}, "cpuset": {CPUSet: firstCPU()},
	}
	leaf, err := tree.NewLeaf(cgroupv2.LeafOptions{Name: name, Limits: examples[name]})
	if err != nil {
		return err
	}
	return leaf.Close()
}

// firstCPU is one that this process may use.
func firstCPU() string {
	var set unix.CPUSet
	if unix.SchedGetaffinity(0, &set) != nil {
		return "0"
	}
	n := 0
	for n < 1024 && !set.IsSet(n) {
		n++
	}
	return strconv.Itoa(n)
}

func freeze(ctx context.Context, tree *cgroupv2.Tree) error {
	leaf, err := tree.NewLeaf(cgroupv2.LeafOptions{Name: "freezer"})
	if err != nil {
		return err
	}
	defer leaf.Close()
	if err := leaf.Freeze(ctx); err != nil {
		return err
	}
	return leaf.Thaw(ctx)
}
