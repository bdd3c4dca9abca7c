package userns

import (
	"golang.org/x/sys/unix"

	"snug/userns/caps"
	"snug/userns/internal/launch"
)

// compile writes the plan down as the system calls that the new process makes. doors are
// for its streams.
func (p *Plan) compile(doors doors) *launch.Program {
	prog := launch.NewProgram()
	c := &compiler{prog, p, doors}
	c.Begin()
	c.wait()
	c.ids()
	c.names()
	umask := c.Keep(unix.SYS_UMASK, launch.Int(0))
	image := c.image() // before the view hides it
	c.view()
	c.limits()
	c.Add(unix.SYS_UMASK, launch.Held(umask))
	if p.portableInit() || p.AsPid1 {
		c.DefaultSignals()
	}
	c.Descriptors(!p.AsPid1)
	if p.Terminal != nil {
		c.Step(makeTerminal, "")
		c.Program.Terminal(p.TerminalErr)
	}
	c.cgroup()
	rules := c.landlock(image)
	c.caps()
	c.confine(rules)
	c.keyring()
	c.filter()
	if p.AsPid1 {
		c.Exec(p.Paths, p.Args, p.Env)
	} else {
		c.Init(image, p.Paths, p.Args, p.Env)
	}
	return prog
}

type compiler struct {
	*launch.Program
	plan  *Plan
	doors doors
}

// portableInit says whether pid 1 is this executable: the assembled one relies
// on being pid 1, and knows nothing of terminals.
func portableInit(portable bool, share Share, terminal *Terminal) bool {
	return portable || share&SharePID != 0 || terminal != nil
}

func (p *Plan) portableInit() bool { return portableInit(p.portable, p.Share, p.Terminal) }

func (s *Spec) portableInit() bool { return portableInit(launch.Portable(), s.Share, s.Terminal) }

// keptImage is the role of pid 1's image, where it is opened outside.
func (p *Plan) keptImage() []int {
	if p.AsPid1 || p.portableInit() {
		return nil
	}
	return []int{launch.FileInit}
}

// image is a descriptor of pid 1's image, out of the way of the final ones.
func (c *compiler) image() launch.Arg {
	switch {
	case c.plan.AsPid1:
		return launch.Arg{}
	case c.plan.portableInit():
		return c.SelfImage()
	}
	c.Step("take pid 1's image", "")
	return c.Aside(launch.File(launch.FileInit))
}

// wait lets the caller do what only the caller can, and makes the other namespaces
// meanwhile: the helpers take a millisecond or two, systemd ten times that. Ids are
// needed at once, the cgroup only before anything of the command's runs.
func (c *compiler) wait() {
	p := c.plan
	if !p.helped() && !p.placed() {
		return
	}
	step := waitForCgroup
	if p.helped() {
		step = waitForMaps
	}
	if !p.portable { // whose walking process has no more than it needs
		c.LetGo(p.keptImage()...)
	}
	c.Step(step, "")
	c.Ready()
	c.Step(CloneStep, "")
	c.Add(unix.SYS_UNSHARE, launch.Int(p.namespaceFlags()&^firstNamespaces&^p.lateNamespaces()))
	if p.helped() {
		c.Step(step, "")
		c.Await()
	}
}

// Steps that depend on the caller.
const (
	waitForMaps   = "wait for the id maps"
	waitForCgroup = "wait for the cgroup"

	handOverListener = "hand over the listener"
	makeTerminal     = "make a terminal"
)

// cgroup makes the cgroup the root of what is seen of the tree.
func (c *compiler) cgroup() {
	p := c.plan
	if p.placed() && !p.helped() {
		c.Step(waitForCgroup, "")
		c.Await()
	}
	if late := p.lateNamespaces(); late != 0 {
		c.Step(CloneStep, "")
		c.Add(unix.SYS_UNSHARE, launch.Int(late))
	}
}

// ids gives the process its ids: those it may map by itself, after those that
// the caller has newuidmap and newgidmap map.
func (c *compiler) ids() {
	p, here := c.plan, launch.Int(unix.AT_FDCWD)
	if !p.HelpUIDs {
		c.Step("write", "/proc/self/uid_map")
		c.WriteFile(here, "/proc/self/uid_map", p.UIDs.Procfs())
	}
	if p.HelpGIDs {
		// Who may call setgroups must: the caller's groups would go in.
		c.Step("drop supplementary groups", "")
		c.Add(unix.SYS_SETGROUPS, launch.Int(0), launch.Int(0))
		return
	}
	// The kernel wants this before an unprivileged gid map (CVE-2014-8989).
	c.Step("write", "/proc/self/setgroups")
	c.WriteFile(here, "/proc/self/setgroups", "deny")
	c.Step("write", "/proc/self/gid_map")
	c.WriteFile(here, "/proc/self/gid_map", p.GIDs.Procfs())
}

// names sets the host name and brings lo up.
func (c *compiler) names() {
	if p := c.plan; p.Share&ShareUTS == 0 {
		c.Step("set the hostname", p.Hostname)
		c.Add(unix.SYS_SETHOSTNAME, c.Text(p.Hostname), launch.Int(len(p.Hostname)))
	}
	if c.plan.Share&ShareNet != 0 {
		return
	}
	c.Step("bring up", "lo")
	var ifreq [40]byte // struct ifreq: name, then flags at 16
	copy(ifreq[:], "lo")
	ifreq[16] = unix.IFF_UP
	s := c.Keep(unix.SYS_SOCKET, launch.Int(unix.AF_UNIX), launch.Int(unix.SOCK_DGRAM|unix.SOCK_CLOEXEC), launch.Int(0))
	c.Add(unix.SYS_IOCTL, launch.Held(s), launch.Int(unix.SIOCSIFFLAGS), c.Bytes(ifreq[:]))
	c.Add(unix.SYS_CLOSE, launch.Held(s))
}

// limits sets the resource limits, now that they count this namespace only.
func (c *compiler) limits() {
	for _, r := range c.plan.Rlimits {
		c.Step("limit", r.Name)
		var b [16]byte
		putUint64(b[0:], r.Soft)
		putUint64(b[8:], r.Hard)
		c.Add(unix.SYS_PRLIMIT64, launch.Int(0), launch.Int(rlimitNumber(r.Name)), c.Bytes(b[:]), launch.Int(0))
	}
}

// knownToKernels is above every capability any kernel has so far.
const knownToKernels = 48

// caps drops what isn't kept, from all five sets, and closes the way back.
func (c *compiler) caps() {
	keep := c.plan.Caps
	c.Step("drop capabilities", "")
	c.Add(unix.SYS_PRCTL, launch.Int(unix.PR_CAP_AMBIENT), launch.Int(unix.PR_CAP_AMBIENT_CLEAR_ALL),
		launch.Int(0), launch.Int(0), launch.Int(0))
	for n := range knownToKernels {
		if !keep.Has(n) {
			// EINVAL: this kernel doesn't have it yet.
			c.Add(unix.SYS_PRCTL, launch.Int(unix.PR_CAPBSET_DROP), launch.Int(n),
				launch.Int(0), launch.Int(0), launch.Int(0)).Tolerate(unix.EINVAL)
		}
	}
	var inheritable caps.Set
	if c.plan.Ambient {
		inheritable = keep
	}
	c.Add(unix.SYS_CAPSET, c.Bytes(capHeader()), c.Bytes(capData(keep, keep, inheritable)))
	if c.plan.Ambient {
		c.ambient(keep)
	}
	c.Step("set no_new_privs", "")
	c.Add(unix.SYS_PRCTL, launch.Int(unix.PR_SET_NO_NEW_PRIVS), launch.Int(1), launch.Int(0), launch.Int(0), launch.Int(0))
}

// filter comes last, right before pid 1: from here on it decides on every call.
func (c *compiler) filter() {
	if c.plan.Filter == nil {
		return
	}
	supervised := c.plan.Supervisor != nil
	var socket launch.Arg
	if supervised {
		c.Step(handOverListener, "of the filter")
		socket = c.Listen(c.plan.portable, !c.plan.AsPid1)
	}
	c.Step("install the filter", "of system calls")
	install := c.Add(unix.SYS_SECCOMP, launch.Int(unix.SECCOMP_SET_MODE_FILTER), launch.Int(uintptr(c.plan.FilterFlags)), c.Filter(c.plan.Filter.Raw()))
	if supervised {
		install.Expect(launch.ListenerFD(c.plan.portable))
		c.Step(handOverListener, "of the filter")
		c.AwaitTaken(socket)
		// It may be asked about its execve. With a listener of its own it would wait for an
		// answer for good when snug is killed now.
		c.Add(unix.SYS_CLOSE, launch.Int(launch.ListenerFD(c.plan.portable)))
	}
}

// ambient lets the capabilities of a user who isn't root survive execve.
func (c *compiler) ambient(keep caps.Set) {
	for n := range knownToKernels {
		if keep.Has(n) {
			c.Add(unix.SYS_PRCTL, launch.Int(unix.PR_CAP_AMBIENT), launch.Int(unix.PR_CAP_AMBIENT_RAISE),
				launch.Int(n), launch.Int(0), launch.Int(0))
		}
	}
}
