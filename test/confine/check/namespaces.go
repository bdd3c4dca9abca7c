package check

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
)

var namespaceChecks = []Check{
	{"own-namespaces", Critical, "a namespace of the host's", "seven of one's own", ownNamespaces},
	{"time-namespace", Low, "when the machine was started", "one of one's own", timeNamespace},
	{"setns", High, "entering other namespaces", "refused, and pid 1's can't be opened", setns},
	{"nested-namespaces", High, "code of new namespaces (CVE-2022-0185)", "none by unshare or clone", nested},
	{"nested-by-clone3", High, "flags in memory, past the filter", "none by clone3", nestedByClone3},
	{"hostname", Low, "the machine's name", "another", hostname},
	{"machine-id", Low, "the machine's identity", "another, or none", machineID},
}

func ownNamespaces(h *bait.Host) error {
	for name, outside := range h.Namespaces {
		if here, err := os.Readlink("/proc/self/ns/" + name); err != nil || here == outside {
			return fmt.Errorf("%s is the host's: %s, %v", name, here, err)
		}
	}
	return nil
}

func timeNamespace(h *bait.Host) error {
	if here, _ := os.Readlink("/proc/self/ns/time"); here == h.TimeNamespace {
		return errors.New("it is the host's: " + here)
	}
	return nil
}

func setns(h *bait.Host) error {
	for name := range h.Namespaces {
		if _, err := os.Readlink("/proc/1/ns/" + name); err == nil {
			return errors.New("pid 1's namespaces can be opened: " + name)
		}
	}
	fd, err := unix.Open("/proc/self/ns/uts", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return refusal("setns", unix.Setns(fd, 0))
}

// newNamespaces are those whose code a sandbox doesn't need to reach.
var newNamespaces = map[string]uintptr{
	"user": unix.CLONE_NEWUSER, "mount": unix.CLONE_NEWNS, "net": unix.CLONE_NEWNET, "pid": unix.CLONE_NEWPID,
	"uts": unix.CLONE_NEWUTS, "ipc": unix.CLONE_NEWIPC, "cgroup": unix.CLONE_NEWCGROUP,
	"user and mount": unix.CLONE_NEWUSER | unix.CLONE_NEWNS, "user and net": unix.CLONE_NEWUSER | unix.CLONE_NEWNET,
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

func hostname(h *bait.Host) error {
	if name, err := os.Hostname(); err != nil || name == h.Hostname {
		return fmt.Errorf("%q, %v", name, err)
	}
	return nil
}

func machineID(h *bait.Host) error {
	if h.MachineID == "" {
		return ErrNone
	}
	return each([]string{"/etc/machine-id", "/var/lib/dbus/machine-id"}, func(file string) error {
		if b, _ := os.ReadFile(file); strings.TrimSpace(string(bytes.TrimSpace(b))) == h.MachineID {
			return errors.New(file + " is the host's")
		}
		return nil
	})
}
