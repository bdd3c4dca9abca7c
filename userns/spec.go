package userns

import (
	"context"
	"io"
	"time"

	"golang.org/x/sys/unix"

	"snug/idmap"
	"snug/seccomp"
	"snug/userns/rootfs"
)

// Spec says what to run and how far it may reach. The zero value of every field
// is the tightest choice.
type Spec struct {
	// Args is the command and its arguments. A command without a slash is
	// looked up in PATH, inside.
	Args []string

	// Env is the environment that the command starts from, as KEY=value. nil
	// is the caller's without what looks like a secret or leads to a service
	// outside; an empty slice is nothing.
	Env []string
	// KeepEnv names variables that are passed on all the same.
	KeepEnv []string
	// SetEnv changes the result in order: KEY=value sets, KEY alone unsets.
	SetEnv []string

	// Stdin, Stdout and Stderr are as in os/exec: nil is /dev/null, an
	// *os.File is handed over, anything else is copied by a goroutine that
	// Wait waits for.
	Stdin          io.Reader
	Stdout, Stderr io.Writer

	// Terminal, if set, gives the command a terminal of its own, see [Terminal].
	Terminal *Terminal

	// IDs says who the user is inside; UIDs and GIDs are the maps for MapIDs.
	IDs        IDs
	UIDs, GIDs idmap.Map
	// AddCaps and DropCaps change the capabilities: none, or the usual
	// container set for a user who is root inside.
	AddCaps, DropCaps []string

	// Root is a root file system to see instead of the host's, read-only
	// unless RootWritable.
	Root         string
	RootWritable bool
	// Project is a directory that is there read-write, at its own path. What
	// runs code later outside (git hooks and the like) stays read-only in it.
	Project         string
	ProjectReadOnly bool
	// AllowWrite lifts that for names in the project: one of them (".vscode"), all that
	// is held below one (".git"), or all ("."). A name that isn't held is an error.
	AllowWrite []string
	// Mounts are added in order; a later one wins.
	Mounts []rootfs.Mount
	// TmpfsSize bounds all private directories together, as tmpfs(5) takes
	// it; "" is a quarter of memory.
	TmpfsSize string
	// Dir is where the command starts: Project, or "/".
	Dir string

	// Share lists the namespaces not to make.
	Share Share
	// Hostname is the name inside; "" is localhost, which resolves without a
	// network.
	Hostname string
	// AllowUserns lets the command make user namespaces of its own.
	AllowUserns bool
	// NoProc leaves /proc empty: for machines that give nobody a fresh one. Where /proc/sys is
	// read-only, as in a container, the filter alone forbids user namespaces inside then;
	// UsernsLimit has no sandbox rather than that.
	NoProc, UsernsLimit bool
	// Seccomp says what the command may ask of the kernel; nil is the default
	// filter of package seccomp.
	Seccomp *seccomp.Profile
	// SeccompRules stand before those of the profile, so that they win over them: for
	// what is to be changed in it.
	SeccompRules []seccomp.Rule
	// SeccompLog has the kernel write what the filter refuses to its audit log, which
	// only an administrator can read.
	SeccompLog bool
	// NoSeccomp leaves the filter out.
	NoSeccomp bool
	// Supervisor, if set, is asked about calls in the kernel's stead: to see what the
	// filter refuses, or what a command needs. The types of package seccomp/notify are
	// such. It is for one sandbox.
	Supervisor Supervisor

	// Landlock says what becomes of a sandbox that Landlock can't hold as well.
	Landlock Landlock

	// PIDs bounds processes and threads, per user id inside; 0 is
	// DefaultPIDs, negative is no limit of ours.
	PIDs int
	// Rlimits are set besides; see setrlimit(2).
	Rlimits []Rlimit

	// Cgroup is where the sandbox lives, with the limits that are set there; nil is
	// the caller's own. A *cgroupv2.Leaf is one.
	Cgroup Cgroup

	// AsPid1 makes the command pid 1 itself. It must then reap orphans, and
	// signals that it has no handler for don't reach it.
	AsPid1 bool

	// Timeout ends the sandbox after that time; 0 is never.
	Timeout time.Duration
	// StopSignal is what the command gets first when its time is up or its
	// context is done; 0 is SIGTERM. After StopTimeout (0 is
	// DefaultStopTimeout) everything inside is killed.
	StopSignal  unix.Signal
	StopTimeout time.Duration
}

// Cgroup is a cgroup of version 2 for a sandbox. The new process is in it before it runs
// anything of the command's, and it is the root of what the command sees of the tree.
type Cgroup interface {
	// FD is a descriptor of its directory, for CLONE_INTO_CGROUP of clone(2), or -1
	// if the process has to be moved there by Place.
	FD() int
	// Place moves the sandbox's first process, which waits, there.
	Place(ctx context.Context, pid int) error
}

// Terminal is a pseudo-terminal in the sandbox's own devpts: the command's standard input and
// output, standard error too unless the Spec has one, and its controlling terminal. What is
// typed and printed there passes through [Sandbox.Terminal]; the Spec's Stdin and Stdout must
// be nil. It is nobody else's terminal: what the command does to it ends with it.
type Terminal struct {
	Rows, Cols uint16
	Modes      *unix.Termios // nil is what a new terminal has
}

// Supervisor answers for a filter of system calls.
type Supervisor interface {
	// Filter makes what is installed in the place of f, which is nil for no filter: one
	// that gives SECCOMP_RET_USER_NOTIF to calls the supervisor is to be asked about. It is
	// a part of Resolve, and changes nothing.
	Filter(f *seccomp.Filter) (*seccomp.Filter, error)
	// Serve answers, until nobody is left under the filter that was made of f. It takes
	// its listener over, see seccomp_unotify(2).
	Serve(listener int, f *seccomp.Filter)
	// Killed tells whether it killed the process with that id in the sandbox's pid
	// namespace for a call it made: its end then counts as by SIGSYS.
	Killed(pid int) bool
}

// Defaults of a [Spec].
const (
	DefaultPIDs        = 2048
	DefaultStopTimeout = 10 * time.Second
	DefaultHostname    = "localhost"
)

// IDs says who the user is inside.
type IDs int

// The id maps.
const (
	// MapSelf maps the user and group to themselves.
	MapSelf IDs = iota
	// MapRoot maps them to root: /proc/self/uid_map says 0 UID 1.
	MapRoot
	// MapAuto maps them to root, and the subordinate ids to 1 and up.
	MapAuto
	// MapIDs uses the maps of the Spec.
	MapIDs
)

// Share is a set of namespaces that the sandbox has in common with its caller.
type Share uint

// What can be shared. Each takes a wall away.
const (
	ShareNet    Share = 1 << iota // the host's network, its loopback too, and abstract sockets if Landlock doesn't hold them
	SharePID                      // sees the user's other processes, and can signal them if Landlock doesn't hold that
	ShareIPC                      // System V and POSIX queues and memory
	ShareUTS                      // the host's name
	ShareCgroup                   // the host's view of /proc/self/cgroup
)

// Landlock says how much is asked of Landlock(7), the wall behind the view's mounts.
type Landlock int

// What can be asked of Landlock.
const (
	// LandlockIfPossible holds what this kernel can hold; [Plan.Landlock] says what that is.
	LandlockIfPossible Landlock = iota
	// LandlockRequired is rules for files, and scopes where the network or the processes
	// are shared, or no sandbox.
	LandlockRequired
	// NoLandlock leaves it out.
	NoLandlock
)

// Rlimit is a resource limit.
type Rlimit struct {
	Name string `json:"name"` // as in prlimit(1): "nofile", "core", ...
	Soft uint64 `json:"soft"` // bytes, seconds or a count; Unlimited is no limit
	Hard uint64 `json:"hard"`
}

// Unlimited is RLIM_INFINITY.
const Unlimited = ^uint64(0)
