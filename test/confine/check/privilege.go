package check

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
)

var privilegeChecks = []Check{
	{"no-new-privs", noNewPrivs},
	{"capabilities", capabilities},
	{"supplementary-groups", groups},
	{"setgroups", setgroups},
	{"own-namespaces", ownNamespaces},
	{"setns", setns},
	{"nested-namespaces", nested},
	{"nested-by-clone3", nestedByClone3},
	{"hostname", hostname},
	{"core-dumps", coreDumps},
	{"process-limit", processLimit},
	{"oom-score", oomScore},
	{"priorities", priorities},
	{"descriptors", descriptors},
	{"session", session},
	{"environment", environment},
}

func noNewPrivs(*bait.Host) error {
	if v, err := unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0); err != nil || v != 1 {
		return fmt.Errorf("no_new_privs is %d, %v", v, err)
	}
	return nil
}

// status is a field of /proc/self/status.
func status(field string) string {
	b, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(b)) {
		if value, ok := strings.CutPrefix(line, field+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func capabilities(h *bait.Host) error {
	none := strings.Repeat("0", 16)
	want := map[string]string{"CapPrm": h.Caps, "CapEff": h.Caps, "CapBnd": h.Caps, "CapInh": none, "CapAmb": none}
	for field, caps := range want {
		if got := status(field); got != caps {
			return fmt.Errorf("%s is %s, and not %s", field, got, caps)
		}
	}
	return nil
}

// overflow is what an id is called that isn't mapped.
const overflow = 65534

func groups(h *bait.Host) error {
	list, err := os.Getgroups()
	if err != nil {
		return err
	}
	for _, g := range list {
		if g != os.Getgid() && g != overflow {
			return fmt.Errorf("in group %d", g)
		}
	}
	if h.Mode == "auto" && len(list) > 0 {
		return fmt.Errorf("in groups %v", list)
	}
	return nil
}

// setgroups: giving a group up can open what was closed to it (CVE-2014-8989).
// With a map that newgidmap wrote there is nothing left to give up.
func setgroups(h *bait.Host) error {
	if h.Mode == "auto" {
		return nil
	}
	return refusedWith(unix.EPERM, "setgroups", unix.Setgroups([]int{}))
}

func ownNamespaces(h *bait.Host) error {
	for name, outside := range h.Namespaces {
		if here, err := os.Readlink("/proc/self/ns/" + name); err != nil || here == outside {
			return fmt.Errorf("%s is the host's: %s, %v", name, here, err)
		}
	}
	return nil
}

func setns(*bait.Host) error {
	for _, name := range []string{"user", "mnt", "pid", "ipc", "uts", "cgroup", "net"} {
		if _, err := os.Readlink("/proc/1/ns/" + name); err == nil {
			return errors.New("pid 1's namespaces can be opened: " + name)
		}
	}
	fd, err := unix.Open("/proc/self/ns/uts", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return refusedWith(unix.EPERM, "setns", unix.Setns(fd, 0))
}

// newNamespaces are those whose code a sandbox doesn't need to reach.
var newNamespaces = map[string]uintptr{
	"user": unix.CLONE_NEWUSER, "mount": unix.CLONE_NEWNS, "net": unix.CLONE_NEWNET, "pid": unix.CLONE_NEWPID,
	"uts": unix.CLONE_NEWUTS, "ipc": unix.CLONE_NEWIPC, "cgroup": unix.CLONE_NEWCGROUP,
	"user and mount": unix.CLONE_NEWUSER | unix.CLONE_NEWNS,
}

// nested asks in a child: unshare(2) wants a process with one thread.
func nested(*bait.Host) error {
	for name, flag := range newNamespaces {
		for how, attr := range map[string]*syscall.SysProcAttr{"clone": {Cloneflags: flag}, "unshare": {Unshareflags: flag}} {
			cmd := exec.Command("/proc/self/exe", "nothing")
			cmd.SysProcAttr = attr
			if cmd.Run() == nil {
				return fmt.Errorf("a new %s namespace by %s", name, how)
			}
		}
	}
	return nil
}

// cloneArgs is struct clone_args, as of its first version.
type cloneArgs struct{ flags, pidfd, childTID, parentTID, exitSignal, stack, stackSize, tls uint64 }

func nestedByClone3(*bait.Host) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	args := cloneArgs{flags: unix.CLONE_NEWUSER, exitSignal: uint64(unix.SIGCHLD)}
	pid, _, errno := unix.RawSyscall(unix.SYS_CLONE3, uintptr(unsafe.Pointer(&args)), unsafe.Sizeof(args), 0)
	if errno == 0 && pid == 0 {
		for { // in the child, where nothing but system calls is safe
			unix.RawSyscall(unix.SYS_EXIT_GROUP, 0, 0, 0)
		}
	}
	if errno == 0 {
		return errors.New("a new user namespace")
	}
	return nil
}

func hostname(*bait.Host) error {
	if name, err := os.Hostname(); err != nil || name != "localhost" {
		return fmt.Errorf("%q, %v", name, err)
	}
	return nil
}

// coreDumps: with a limit of 0 the kernel still starts a handler on the host,
// with 1 it doesn't.
func coreDumps(*bait.Host) error {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &l); err != nil || l.Max > 1 {
		return fmt.Errorf("core dumps of up to %d bytes, %v", l.Max, err)
	}
	return nil
}

func processLimit(*bait.Host) error {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NPROC, &l); err != nil || l.Max > 2048 {
		return fmt.Errorf("%d processes, %v", l.Max, err)
	}
	return nil
}

// oomScore: to be spared at the cost of others.
func oomScore(*bait.Host) error {
	return refusal("lowering oom_score_adj", os.WriteFile("/proc/self/oom_score_adj", []byte("-1"), 0))
}

func priorities(*bait.Host) error {
	if err := refusal("a better nice value", unix.Setpriority(unix.PRIO_PROCESS, 0, -5)); err != nil {
		return err
	}
	param := uint32(1)
	_, _, errno := unix.Syscall(unix.SYS_SCHED_SETSCHEDULER, 0, unix.SCHED_FIFO, uintptr(unsafe.Pointer(&param)))
	if errno == 0 {
		return errors.New("a real-time priority")
	}
	return nil
}

// descriptors: an open directory of the host is the host (CVE-2024-21626).
func descriptors(*bait.Host) error {
	if !slices.Equal(Open, []int{0, 1, 2}) {
		return fmt.Errorf("open at the start: %v", Open)
	}
	return nil
}

// session: a terminal of the caller's would be reached through his session.
func session(*bait.Host) error {
	if sid, err := unix.Getsid(0); err != nil || sid == 0 {
		return fmt.Errorf("the session is led from outside: %d, %v", sid, err)
	}
	return refusal("opening /dev/tty", tryOpen("/dev/tty", unix.O_RDWR))
}

func environment(h *bait.Host) error {
	for _, name := range h.Env {
		if value, ok := os.LookupEnv(name); ok && value != "/run/user/"+fmt.Sprint(h.UID) {
			return fmt.Errorf("%s=%s", name, value)
		}
	}
	if b, _ := os.ReadFile("/proc/self/environ"); bytes.Contains(b, []byte(h.Marker)) {
		return errors.New("the marker is in the environment")
	}
	return nil
}

func tryOpen(file string, flags int) error {
	fd, err := unix.Open(file, flags|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err == nil {
		unix.Close(fd)
	}
	return err
}
