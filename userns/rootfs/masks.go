package rootfs

import "strings"

// masks come last, on top of what they hide.
func (a *arranger) masks() []Step {
	return append(append(a.maskProc(), a.maskSys()...), a.maskMachine()...)
}

// configuring are the parts of /proc through which root configures the machine.
var configuring = []string{"proc/sys", "proc/sysrq-trigger", "proc/irq", "proc/bus", "proc/fs"}

// maskProc makes them read-only. The kernel lets the machine's root write
// /proc/sys by his uid alone (proc_sys_permission, test_perm), so for him a
// user namespace without capabilities is not enough.
func (a *arranger) maskProc() (steps []Step) {
	if !a.MaskProc || a.HostProc {
		return nil
	}
	for _, p := range configuring {
		if a.tree.facts.Lstat("/"+p) == Missing { // a kernel without it
			continue
		}
		steps = append(steps, Step{Op: OpBind, Path: p, Source: p, Inner: true, ReadOnly: true})
	}
	return steps
}

// telling are the parts of /sys that tell most about the machine, and programs
// don't need: its firmware's tables and keys, its suspending, what it consumes
// (CVE-2020-8694).
var telling = []string{"sys/firmware", "sys/power", "sys/class/powercap", "sys/devices/virtual/powercap"}

// empty is always there and empty in a fresh sysfs: where the cgroup tree is
// mounted, if anybody does.
const empty = "sys/fs/cgroup"

// maskSys empties them in a fresh sysfs, in which a user can't place anything.
func (a *arranger) maskSys() (steps []Step) {
	if !a.MaskSys || a.HostSys || !a.isKernels("sys") || a.tree.facts.Lstat("/"+empty) != Directory {
		return nil
	}
	for _, p := range telling {
		if a.tree.facts.Lstat("/"+p) == Directory {
			steps = append(steps, Step{Op: OpBind, Path: p, Source: empty, Inner: true, ReadOnly: true})
		}
	}
	return steps
}

// isKernels says whether the kernel's own file system is still at that entry of
// the root.
func (a *arranger) isKernels(name string) bool {
	n := a.tree.root.child(name)
	return n != nil && n.kind == special && n.op != OpTmpfs
}

// machineIDs are the files that name the machine, whichever exist.
var machineIDs = []string{"etc/machine-id", "var/lib/dbus/machine-id"}

// madeID is where systemd makes one for a machine that has none. Here it stays
// empty, which says "none yet": to write to it would be to fail under a limit on
// the size of files.
const madeID = "run/machine-id"

// maskMachine takes the machine's identity from the sandbox, unless the file or what
// is above it is the user's own choice.
func (a *arranger) maskMachine() (steps []Step) {
	run := a.tree.root.child("run")
	if a.Root != "/" || run == nil || run.kind != ours || run.child("machine-id") != nil {
		return nil
	}
	for _, p := range machineIDs {
		if a.tree.facts.Lstat("/"+p) == File && a.tree.hostsOwn(p) {
			steps = append(steps, Step{Op: OpBind, Path: p, Source: madeID, Inner: true, ReadOnly: true})
		}
	}
	if steps == nil {
		return nil
	}
	return append([]Step{{Op: OpMkfile, Path: madeID, Mode: 0o444, Fresh: true}}, steps...)
}

// placed is what stands at p, or nil if nothing was placed there or below it.
func (t *tree) placed(p string) *node {
	at := t.root
	for name := range strings.SplitSeq(p, "/") {
		if at = at.child(name); at == nil {
			return nil
		}
	}
	return at
}

// hostsOwn says whether p is the host's file of that name: its directory at the
// top is bound from the same place, and nothing is placed on the way.
func (t *tree) hostsOwn(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	top := t.root.child(first)
	return top != nil && top.kind == bound && top.source == "/"+first && t.placed(p) == nil
}
