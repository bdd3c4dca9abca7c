package userns

import (
	"time"

	"golang.org/x/sys/unix"

	"snug/idmap"
	"snug/seccomp"
	"snug/userns/caps"
	"snug/userns/landlock"
	"snug/userns/rootfs"
)

// Plan is a [Spec] resolved against a [Host]: nothing is left to be decided.
type Plan struct {
	Args  []string // the command
	Paths []string // where it is looked for, in order
	Env   []string
	Dir   string

	UIDs, GIDs idmap.Map
	// HelpUIDs and HelpGIDs say which maps newuidmap and newgidmap write; the
	// new process writes the others by itself.
	HelpUIDs, HelpGIDs bool
	Caps               caps.Set
	Ambient            bool // caps must survive the execve of a user who isn't root

	Share       Share
	Hostname    string
	NestedUsers bool // user namespaces inside are allowed
	// NestedByFilter says that nothing but the filter forbids them.
	NestedByFilter bool
	NoProc         bool // /proc is empty

	View      []rootfs.Step
	TmpfsSize string
	// Project is the writable directory, and Placeholders what has to be made in it while
	// the sandbox is there, for names in it that are to stay missing.
	Project      string
	Placeholders []Placeholder
	guards       []rootfs.Guard

	// Landlock is the second wall. What it has is enforced, or there is no sandbox.
	Landlock landlock.Domain

	Terminal    *Terminal
	TerminalErr bool // standard error is the terminal, too

	// Filter is the seccomp filter, nil for none.
	Filter *seccomp.Filter
	// FilterFlags are seccomp(2)'s for its installation.
	FilterFlags uint
	// Supervisor, if any, answers what Answers says where Filter asks.
	Supervisor Supervisor
	Answers    *seccomp.Filter

	Rlimits []Rlimit
	Cgroup  Cgroup
	AsPid1  bool

	Timeout, StopTimeout time.Duration
	StopSignal           unix.Signal

	// Withheld names the variables that were kept from the command.
	Withheld []string
	portable bool
}

// Namespaces lists the namespaces the plan makes, by the names of /proc/PID/ns.
func (p *Plan) Namespaces() []string {
	names := []string{"user", "mnt"}
	for _, n := range sharable {
		if p.Share&n.share == 0 {
			names = append(names, n.name)
		}
	}
	return names
}

var sharable = []struct {
	share Share
	name  string
	flag  uintptr
}{
	{SharePID, "pid", unix.CLONE_NEWPID},
	{ShareIPC, "ipc", unix.CLONE_NEWIPC},
	{ShareUTS, "uts", unix.CLONE_NEWUTS},
	{ShareCgroup, "cgroup", unix.CLONE_NEWCGROUP},
	{ShareNet, "net", unix.CLONE_NEWNET},
}

// namespaceFlags are the namespaces as clone3(2) and unshare(2) take them.
func (p *Plan) namespaceFlags() uintptr {
	flags := uintptr(unix.CLONE_NEWUSER | unix.CLONE_NEWNS)
	for _, n := range sharable {
		if p.Share&n.share == 0 {
			flags |= n.flag
		}
	}
	return flags
}

// firstNamespaces are those that only the clone can make: the one that makes
// the others allowed, and the one whose first process is a child.
const firstNamespaces = unix.CLONE_NEWUSER | unix.CLONE_NEWPID

// cloneFlags are the namespaces that the clone makes: all, unless the new
// process has to wait for its caller and can make the rest meanwhile.
func (p *Plan) cloneFlags() uintptr {
	flags := p.namespaceFlags()
	if p.helped() || p.placed() {
		flags &= firstNamespaces
	}
	return flags &^ p.lateNamespaces()
}

// lateNamespaces are those that only a process that is where it belongs can make: the
// root of a cgroup namespace is the cgroup of who makes it, which for a clone is the
// caller's, CLONE_INTO_CGROUP or not (copy_cgroup_ns, kernel/cgroup/namespace.c, asks
// for current's).
func (p *Plan) lateNamespaces() uintptr {
	if p.Cgroup == nil {
		return 0
	}
	return p.namespaceFlags() & unix.CLONE_NEWCGROUP
}

// helped says whether newuidmap or newgidmap is needed.
func (p *Plan) helped() bool { return p.HelpUIDs || p.HelpGIDs }

// placed says whether the new process has to be moved into its cgroup.
func (p *Plan) placed() bool { return p.Cgroup != nil && p.Cgroup.FD() < 0 }
