package check

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
	"snug/test/script/door"
)

var callChecks = []Check{
	{"io-uring", High, "requests that pass no filter", "refused", refused(ioUring)},
	{"file-handles", High, "files by number (shocker)", "refused", refused(fileHandles)},
	{"kernel-code", Critical, "modules, kexec", "refused", refused(kernelCode)},
	{"kernel-programs", Medium, "bpf, perf, userfaultfd", "refused", refused(kernelPrograms)},
	{"machine-calls", High, "reboot, swap, clock, name, ports ...", "refused", refused(machineCalls)},
	{"watching", Medium, "fanotify, kcmp, the kernel's log", "refused", refused(watching)},
	{"module-queries", Low, "listns, lsm_*", "refused", refused(moduleQueries)},
	{"personality", Medium, "ASLR off, READ_IMPLIES_EXEC", "refused", refused(personality)},
	{"old-code", Medium, "modify_ldt (CVE-2017-17053), ports", "refused", refused(oldCode)},
	{"wide-arguments", High, "the upper half of an int argument", "it changes nothing", wideArguments},
	{"foreign-calls", High, "calls by int 0x80 and x32", "refused", foreignCalls},
}

// unwanted is a system call that the kernel has to refuse before it looks at the
// arguments, which make no sense.
type unwanted struct {
	name string
	nr   uintptr
	args [3]uintptr
}

var (
	none = ^uintptr(0) // no descriptor, no address

	ioUring = []unwanted{
		{"io_uring_setup", unix.SYS_IO_URING_SETUP, [3]uintptr{1}},
		{"io_uring_enter", unix.SYS_IO_URING_ENTER, [3]uintptr{none}},
		{"io_uring_register", unix.SYS_IO_URING_REGISTER, [3]uintptr{none}},
	}
	fileHandles = []unwanted{{"open_by_handle_at", unix.SYS_OPEN_BY_HANDLE_AT, [3]uintptr{}}}
	kernelCode  = []unwanted{
		{"kexec_load", unix.SYS_KEXEC_LOAD, [3]uintptr{}},
		{"kexec_file_load", unix.SYS_KEXEC_FILE_LOAD, [3]uintptr{none, none}},
		{"init_module", unix.SYS_INIT_MODULE, [3]uintptr{}},
		{"finit_module", unix.SYS_FINIT_MODULE, [3]uintptr{none}},
		{"delete_module", unix.SYS_DELETE_MODULE, [3]uintptr{}},
	}
	kernelPrograms = []unwanted{
		{"bpf", unix.SYS_BPF, [3]uintptr{}},
		{"perf_event_open", unix.SYS_PERF_EVENT_OPEN, [3]uintptr{}},
		{"userfaultfd", unix.SYS_USERFAULTFD, [3]uintptr{1}}, // UFFD_USER_MODE_ONLY needs no privilege
	}
	machineCalls = []unwanted{
		{"reboot", unix.SYS_REBOOT, [3]uintptr{}},
		{"swapon", unix.SYS_SWAPON, [3]uintptr{}},
		{"swapoff", unix.SYS_SWAPOFF, [3]uintptr{}},
		{"clock_settime", unix.SYS_CLOCK_SETTIME, [3]uintptr{none, none}},
		{"settimeofday", unix.SYS_SETTIMEOFDAY, [3]uintptr{none, none}},
		{"acct", unix.SYS_ACCT, [3]uintptr{none}},
		{"sethostname", unix.SYS_SETHOSTNAME, [3]uintptr{none, 1}},
		{"setdomainname", unix.SYS_SETDOMAINNAME, [3]uintptr{none, 1}},
		{"quotactl", unix.SYS_QUOTACTL, [3]uintptr{}},
		{"quotactl_fd", unix.SYS_QUOTACTL_FD, [3]uintptr{none}},
		{"vhangup", unix.SYS_VHANGUP, [3]uintptr{}},
	}
	watching = []unwanted{
		{"fanotify_init", unix.SYS_FANOTIFY_INIT, [3]uintptr{none}},
		{"fanotify_mark", unix.SYS_FANOTIFY_MARK, [3]uintptr{none}},
		{"kcmp", unix.SYS_KCMP, [3]uintptr{none, none}},
		{"syslog", unix.SYS_SYSLOG, [3]uintptr{10}}, // the size of the log: no privilege where dmesg_restrict is 0
	}
	moduleQueries = []unwanted{
		{"lsm_get_self_attr", 459, [3]uintptr{}},
		{"lsm_set_self_attr", 460, [3]uintptr{}},
		{"lsm_list_modules", 461, [3]uintptr{}},
		{"listns", 470, [3]uintptr{}},
	}
	personality = []unwanted{
		{"ADDR_NO_RANDOMIZE", unix.SYS_PERSONALITY, [3]uintptr{0x0040000}},
		{"READ_IMPLIES_EXEC", unix.SYS_PERSONALITY, [3]uintptr{0x0400000}},
		{"MMAP_PAGE_ZERO", unix.SYS_PERSONALITY, [3]uintptr{0x0100000}},
	}
)

// refused: these widen what the kernel can be attacked by, or reach outside.
func refused(calls []unwanted) func(*bait.Host) error {
	return func(*bait.Host) error {
		return each(calls, func(c unwanted) error {
			_, _, errno := unix.Syscall(c.nr, c.args[0], c.args[1], c.args[2])
			return refusedByFilter(c.name, errno)
		})
	}
}

// wideArguments: the kernel takes a family for an int.
func wideArguments(*bait.Host) error {
	return each([]uintptr{unix.AF_ALG, unix.AF_VSOCK, unix.AF_PACKET}, func(family uintptr) error {
		fd, _, errno := unix.Syscall(unix.SYS_SOCKET, 1<<32|family, unix.SOCK_SEQPACKET, 0)
		if errno != 0 {
			return nil
		}
		unix.Close(int(fd))
		return fmt.Errorf("a socket of family %#x", 1<<32|family)
	})
}

// foreignCalls asks for something harmless: what matters is whether it is
// answered.
func foreignCalls(h *bait.Host) error {
	const getpid, getpid386 = 39, 20
	doors := []struct {
		name   string
		number uint32
		by     door.Door
	}{{"int 0x80", getpid386, door.Int80}, {"x32", getpid | door.X32, door.Syscall}}
	file := filepath.Join(h.Project, "door")
	defer os.Remove(file)
	for _, d := range doors {
		if err := os.WriteFile(file, door.Program(d.number, d.by, door.Failed), 0o755); err != nil {
			return err
		}
		if exec.Command(file).Run() == nil {
			return fmt.Errorf("getpid was answered by %s", d.name)
		}
		os.Remove(file)
	}
	return nil
}
