package userns

import (
	"strings"

	"golang.org/x/sys/unix"

	"snug/userns/probe"
)

// rule is one known cause of a refusal.
type rule struct {
	clone    bool   // it is the clone that failed
	do, on   string // the step: the beginning of what, and of what exactly
	errnos   []unix.Errno
	holds    func(probe.Machine) bool
	why, fix string
	mend     func(probe.Machine) string // the fix, where it depends on the machine
}

var refusals = []unix.Errno{unix.EPERM, unix.EACCES}

func sysctlIs(name string, value int) func(probe.Machine) bool {
	return func(m probe.Machine) bool { return m.Sysctl(name) == value }
}

func appArmored(m probe.Machine) bool {
	return m.Sysctl("kernel.apparmor_restrict_unprivileged_userns") == 1
}

func filtered(m probe.Machine) bool { return m.Status("Seccomp") == "2" }

func unfiltered(m probe.Machine) bool { return m.Status("Seccomp") == "0" }

const (
	appArmorWhy  = "AppArmor lets only programs with a profile of their own use user namespaces (kernel.apparmor_restrict_unprivileged_userns=1)"
	containerWhy = "a container around snug forbids it with its seccomp filter"
	unmask       = "start the container around snug with --security-opt unmask=ALL (podman) or --security-opt systempaths=unconfined (docker)"
	containerFix = "start that container with --security-opt seccomp=unconfined, or with a profile that allows clone, unshare, mount and pivot_root"
)

// appArmorFix names the program itself: AppArmor knows programs by their paths.
func appArmorFix(m probe.Machine) string {
	return "as root, write a profile and load it: " + m.LoadProfile()
}

func unmapped(m probe.Machine) bool { return !m.Mapped() }

// cantMapRoot is what the kernel asks of who maps the id 0 of the namespace around (since
// Linux 5.12, verify_root_map, kernel/user_namespace.c).
func cantMapRoot(m probe.Machine) bool {
	return m.EffectiveUID() == "0" && m.Lacks(unix.CAP_SETFCAP)
}

// losses are the flags that do without what the container around withholds, each of one
// thing: so that the first error has the whole line.
func losses(m probe.Machine) string {
	var flags []string
	if len(m.MaskedBelow("/proc")) > 0 {
		flags = append(flags, "--no-proc")
	}
	if len(m.MaskedBelow("/sys")) > 0 {
		flags = append(flags, "--ro-bind /sys /sys")
	}
	return strings.Join(flags, " ")
}

func also(flags string) string {
	if flags == "" {
		return ""
	}
	return " " + flags
}

const (
	fewWhy = "too few descriptors are allowed, or left"
	fewFix = "raise the limit: ulimit -n 64"
)

// rules are the causes that users of sandboxes meet, most specific first.
var rules = []rule{
	{do: keyringStep, errnos: []unix.Errno{unix.EDQUOT},
		why: "your quota of keys is used up: each sandbox in which keys may be used has a keyring of its own (cat /proc/key-users)",
		fix: "leave the filter of system calls as it is, or as root: sysctl -w kernel.keys.maxkeys=2000"},
	{clone: true, errnos: refusals, holds: sysctlIs("kernel.unprivileged_userns_clone", 0),
		why: "user namespaces are for root only on this machine (kernel.unprivileged_userns_clone=0)",
		fix: "as root: sysctl -w kernel.unprivileged_userns_clone=1"},
	{clone: true, errnos: refusals, holds: appArmored,
		why: appArmorWhy, mend: appArmorFix},
	// Before a filter is blamed: snug itself does both.
	{clone: true, errnos: []unix.Errno{unix.ENOSPC, unix.EUSERS, unix.EPERM, unix.ENOSYS}, holds: sysctlIs("user.max_user_namespaces", 0),
		why: "user namespaces are switched off here (user.max_user_namespaces=0)",
		fix: "as root: sysctl -w user.max_user_namespaces=10000; inside snug: --allow-userns on the outer snug"},
	{clone: true, errnos: refusals, holds: unmapped,
		why: "you have no id in the user namespace around snug, and the kernel lets nobody without one make another",
		fix: "map yours there: unshare --map-current-user, or -r"},
	{clone: true, errnos: []unix.Errno{unix.EPERM, unix.EACCES, unix.ENOSYS}, holds: filtered, why: containerWhy, fix: containerFix},
	{clone: true, errnos: []unix.Errno{unix.EPERM, unix.EACCES, unix.ENOSYS}, holds: func(m probe.Machine) bool { return !m.HasProc() },
		why: "the sandbox around snug forbids it, the kernel lacks it, or this is a chroot: without a /proc nobody can tell",
		fix: "inside snug: --allow-userns on the outer snug; otherwise mount -t proc proc /proc, as root, and try again"},
	{clone: true, errnos: refusals,
		why: "the kernel refuses a new user namespace here, as it does to a process in a chroot",
		fix: "run snug outside the chroot, or make the root with pivot_root"},
	{clone: true, errnos: []unix.Errno{unix.ENOSPC, unix.EUSERS}, holds: probe.Machine.InUserNamespace,
		why: "a limit on the number of namespaces is reached: one that the sandbox around snug sets, as bwrap --disable-userns does, or the machine's (user.max_*_namespaces)",
		fix: "let that sandbox have more (leave out --disable-userns), end some inside it, or as root raise the limit: sysctl user | grep namespaces"},
	{clone: true, errnos: []unix.Errno{unix.ENOSPC, unix.EUSERS},
		why: "a limit on the number of namespaces is reached (user.max_*_namespaces), or they are nested 32 deep",
		fix: "end some sandboxes, or as root raise the limit: sysctl user | grep namespaces"},
	// EBADF: a descriptor of the walking process's would be above the limit.
	{clone: true, errnos: []unix.Errno{unix.EMFILE, unix.ENFILE, unix.EBADF}, why: fewWhy, fix: fewFix},
	{clone: true, errnos: []unix.Errno{unix.ENOMEM}, why: "the kernel is out of memory for it", fix: "end something, or raise the memory limit around snug"},
	{clone: true, errnos: []unix.Errno{unix.EAGAIN},
		why: "your limit on processes is reached", fix: "end some processes, or raise it: ulimit -u"},
	{clone: true, errnos: []unix.Errno{unix.ENOSYS, unix.EINVAL},
		why: "this kernel lacks clone3 or one of the namespaces", fix: "use Linux 5.12 or newer with all namespaces built in"},
	{clone: true, errnos: []unix.Errno{unix.ENOENT},
		why: "/proc/self/exe could not be started, so /proc is not mounted", fix: "mount -t proc proc /proc, as root"},

	{do: "write", on: "/proc/self/uid_map", errnos: refusals, holds: appArmored,
		why: appArmorWhy, mend: appArmorFix},
	{do: "write", errnos: refusals, holds: func(m probe.Machine) bool { return !m.Dumpable() },
		why: "you may run this program but not read it, so the kernel hides its /proc files from itself",
		fix: "make it readable: chmod +r on the program"},
	{do: "write", errnos: []unix.Errno{unix.ENOENT}, holds: func(m probe.Machine) bool { return !m.HasProc() },
		why: "/proc is not mounted", fix: "mount -t proc proc /proc, as root"},
	{do: "write", on: "/proc/self/uid_map", errnos: refusals, holds: cantMapRoot,
		why: "you are root of a container without the capability SETFCAP, and the kernel lets nobody else map root",
		fix: "be somebody else in it (podman and docker: --user 1000), or have it keep the capability (--cap-add SETFCAP)"},
	{do: "write", on: "/proc/self/uid_map", errnos: refusals,
		why: "the kernel lets a process map its own user id only, and a security module or an outer sandbox may forbid that",
		fix: "run snug outside that sandbox"},

	{do: "mount proc", errnos: refusals, holds: func(m probe.Machine) bool { return len(m.MaskedBelow("/proc")) > 0 },
		why:  "a container around snug masks parts of /proc, and the kernel lets nobody uncover them by mounting a fresh one",
		mend: func(m probe.Machine) string { return unmask + ", or do without what it withholds: " + losses(m) }},
	{do: "set the hostname", errnos: refusals, holds: filtered,
		why: "a container around snug forbids sethostname with its seccomp filter",
		mend: func(m probe.Machine) string {
			return "start that container with a profile that allows sethostname, or do without what it withholds: --share-uts" + also(losses(m))
		}},
	{do: "mount sysfs", errnos: refusals,
		why: "a container around snug masks parts of /sys, and the kernel lets nobody uncover them by mounting a fresh one",
		fix: "use the container's /sys: --ro-bind /sys /sys"},
	{do: "mount tmpfs", errnos: []unix.Errno{unix.EINVAL},
		why: "the size is not one that tmpfs takes", fix: "give bytes, a number with k, m or g, or a part of memory such as 25%"},
	// Where newuidmap has written the maps, this is the first that AppArmor refuses.
	{do: "drop supplementary groups", errnos: refusals, holds: appArmored,
		why: appArmorWhy, mend: appArmorFix},
	{do: "drop supplementary groups", errnos: refusals, holds: unfiltered,
		why: "newgidmap said that it had written the map of groups, and it had not",
		fix: "reinstall it, as root: apt-get install --reinstall uidmap"},
	{do: "make private", errnos: refusals, holds: unfiltered,
		why: "an outer sandbox forbids mounts, as Landlock does to everyone it has rules for files for",
		fix: "start snug outside of it; inside snug: --allow-userns on the outer snug, which leaves those rules out"},
	{do: "make private", errnos: refusals, why: "an outer sandbox forbids mounts", fix: containerFix},
	{do: "mount", errnos: refusals, holds: filtered, why: containerWhy, fix: containerFix},
	{do: "enter the new root", errnos: []unix.Errno{unix.EINVAL},
		why: "the root of this system is an initramfs, which pivot_root can't leave", fix: "boot with a real root file system, or chroot into a mounted one with unshare --mount first"},
	{do: "bind", on: "/dev/null on /dev/null", errnos: []unix.Errno{unix.ENOENT},
		why: "there is no /dev/null outside, as in a root without devices", fix: "give that root a /dev: mount --rbind the machine's there, as root"},
	{do: "bind", errnos: []unix.Errno{unix.ENOENT}, why: "it vanished, or a directory on the way to it can't be entered", fix: "check the path outside"},
	{do: "bind", errnos: []unix.Errno{unix.EACCES}, why: "a directory on the way to it can't be entered by you", fix: "check the modes of its parents: namei -l"},
	{do: "bind", errnos: []unix.Errno{unix.ELOOP, unix.EXDEV, unix.EAGAIN},
		why: "the path changed while the view was made", fix: "try again when nothing moves the directories on that path"},
	{do: "change to directory", errnos: []unix.Errno{unix.ENOENT, unix.ENOTDIR},
		why: "there is no such directory inside; what is private or not opened is not there",
		fix: "open it with --ro DIR or --rw DIR, or start elsewhere: --chdir DIR"},
	{do: "change to directory", errnos: refusals, why: "you may not enter it", fix: "start elsewhere: --chdir DIR"},
	{do: "forbid", errnos: []unix.Errno{unix.ENOENT}, why: "what is mounted on /proc is no proc file system",
		fix: "leave /proc alone, or allow user namespaces: --allow-userns"},
	{do: "forbid", errnos: []unix.Errno{unix.EROFS, unix.EACCES, unix.EPERM, unix.ENOENT},
		why: "/proc/sys can't be written here, so user namespaces inside can't be forbidden",
		fix: unmask + ", leave them to the filter alone and /proc empty (--no-proc), or allow them: --allow-userns"},
	{do: "install the filter", errnos: []unix.Errno{unix.EBUSY},
		why: "snug is already under a filter with a listener, and the kernel has one at most for all filters of a process",
		fix: "report what is refused from outside only: start the outer sandbox without --report, or this one"},
	{do: "install the filter", errnos: []unix.Errno{unix.EINVAL, unix.ENOSYS},
		why: "this kernel has no seccomp filters (CONFIG_SECCOMP_FILTER), or not with what this one uses",
		fix: "do without, if you can: --seccomp none"},
	{do: "landlock", on: "domain", errnos: []unix.Errno{unix.E2BIG},
		why: "snug is already inside sixteen Landlock domains, and the kernel nests no more",
		fix: "start it from outside some of them, or without one of its own: --no-landlock"},
	{do: "landlock rule", errnos: []unix.Errno{unix.ENOENT, unix.ENOTDIR, unix.ELOOP, unix.EXDEV, unix.EAGAIN, unix.EINVAL},
		why: "the path changed while the view was made",
		fix: "try again when nothing moves the directories on that path"},
	{do: "landlock rule", errnos: []unix.Errno{unix.EACCES},
		why: "a directory on the way to it can't be entered by you", fix: "check the modes of its parents: namei -l"},
	{do: "landlock", errnos: []unix.Errno{unix.EPERM, unix.EACCES, unix.ENOSYS, unix.EOPNOTSUPP},
		why: "a seccomp filter of a container around snug lets it ask for Landlock, but not use it",
		fix: "start that container with a profile that allows landlock_create_ruleset, landlock_add_rule and landlock_restrict_self, or do without: --no-landlock"},
	{do: "landlock", errnos: []unix.Errno{unix.EINVAL, unix.E2BIG, unix.ENOMSG},
		why: "this kernel's Landlock has less than its ABI says", fix: "do without: --no-landlock"},
	{do: enterStep, errnos: []unix.Errno{unix.ESRCH}, why: "it has just ended", fix: "start it again"},
	{do: enterStep, errnos: []unix.Errno{unix.EINVAL}, why: "this kernel can't enter all namespaces of a process at once", fix: "use Linux 5.8 or newer"},
	{do: enterStep, errnos: refusals, why: "its namespaces are not yours to enter from here: it was started in another user namespace, or as another user",
		fix: "enter it from where it was started"},
	{do: forkStep, errnos: []unix.Errno{unix.ENOMEM, unix.EINVAL}, why: "its pid 1 has just ended, and no process can be made there any more", fix: "start it again"},
	{do: forkStep, errnos: []unix.Errno{unix.EAGAIN}, why: "the limit on processes is reached, yours or its own", fix: "end some processes, or start it with more: --pids-limit N"},
	{do: "start the command", errnos: []unix.Errno{unix.E2BIG}, why: "arguments and environment together are larger than the kernel takes", fix: "pass less, or pass it in a file"},
	{do: "start the command", errnos: refusals, why: "a security module forbids running code from memory, or the profile of the sandbox refuses execveat", fix: "start it with --seccomp-add execveat"},
	{do: "start pid 1", errnos: []unix.Errno{unix.E2BIG},
		why: "arguments and environment together are larger than the kernel takes",
		fix: "pass less, or pass it in a file; see ARG_MAX in execve(2)"},
	{do: "start pid 1", errnos: refusals,
		why: "a security module forbids running code from memory", fix: "set SNUG_PORTABLE=1, which starts pid 1 from snug's own file"},
	{do: "take a descriptor", errnos: refusals,
		why: "a security module forbids one process to look into another, as kernel.yama.ptrace_scope=3 does",
		fix: "do without a terminal of its own (-T), --report and learn, or: sudo sysctl kernel.yama.ptrace_scope=1 (3 stays until the next boot)"},
	{do: "limit", errnos: []unix.Errno{unix.EPERM},
		why: "a hard limit can be lowered but not raised", fix: "ask for less, or raise the limit of your login"},
	{do: makeTerminal, errnos: []unix.Errno{unix.ENOENT, unix.ENXIO, unix.EIO, unix.EACCES, unix.EPERM},
		why: "there is no /dev/ptmx inside, or it is none of the sandbox's own", fix: "leave /dev alone, or do without a terminal of its own: -T"},
	{do: makeTerminal, errnos: []unix.Errno{unix.ENOSPC}, why: "all pseudo-terminals of the machine are in use (kernel.pty.max)",
		fix: "end some, or do without a terminal of its own: -T"},
	// EINVAL: F_DUPFD from above the limit.
	{do: handOverListener, errnos: []unix.Errno{unix.EMFILE, unix.EINVAL}, why: fewWhy, fix: fewFix},
	{do: handOverListener, why: "the profile refuses read, by which the new process waits for its caller", fix: "allow it in the profile, or: --seccomp-add read"},
	{do: "arrange descriptors", errnos: []unix.Errno{unix.EMFILE, unix.EINVAL}, why: fewWhy, fix: fewFix},
	{do: "take pid 1's image", errnos: []unix.Errno{unix.EMFILE, unix.EINVAL}, why: fewWhy, fix: fewFix},
	{errnos: []unix.Errno{unix.EMFILE, unix.ENFILE}, why: fewWhy, fix: fewFix},
	{errnos: []unix.Errno{unix.ENOMEM}, why: "the kernel is out of memory for it", fix: "end something, or raise the memory limit around snug"},
	{errnos: []unix.Errno{unix.ENOSYS}, why: "this kernel is too old", fix: "use Linux 5.12 or newer"},
	{errnos: refusals, holds: filtered, why: containerWhy, fix: containerFix},
}
