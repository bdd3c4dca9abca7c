package check

import (
	"fmt"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
)

// unwanted is a system call that the kernel has to refuse before it looks at the
// arguments, which make no sense.
type unwanted struct {
	name string
	nr   uintptr
	args [3]uintptr
}

var refusedCalls = []unwanted{
	{"io_uring_setup", unix.SYS_IO_URING_SETUP, [3]uintptr{1}},
	{"keyctl", unix.SYS_KEYCTL, [3]uintptr{0, ^uintptr(2)}}, // KEYCTL_GET_KEYRING_ID of the session's
	{"add_key", unix.SYS_ADD_KEY, [3]uintptr{}},
	{"request_key", unix.SYS_REQUEST_KEY, [3]uintptr{}},
	{"bpf", unix.SYS_BPF, [3]uintptr{0, 0, 0}},
	{"perf_event_open", unix.SYS_PERF_EVENT_OPEN, [3]uintptr{}},
	{"userfaultfd", unix.SYS_USERFAULTFD, [3]uintptr{1}}, // UFFD_USER_MODE_ONLY needs no privilege
	{"open_by_handle_at", unix.SYS_OPEN_BY_HANDLE_AT, [3]uintptr{}},
	{"kexec_load", unix.SYS_KEXEC_LOAD, [3]uintptr{}},
	{"init_module", unix.SYS_INIT_MODULE, [3]uintptr{}},
	{"quotactl", unix.SYS_QUOTACTL, [3]uintptr{}},
	{"swapon", unix.SYS_SWAPON, [3]uintptr{}},
	{"ioctl TIOCSTI", unix.SYS_IOCTL, [3]uintptr{^uintptr(0), unix.TIOCSTI}},
	{"ioctl TIOCSTI with more bits", unix.SYS_IOCTL, [3]uintptr{^uintptr(0), 1<<32 | unix.TIOCSTI}},
	{"ioctl TIOCLINUX", unix.SYS_IOCTL, [3]uintptr{^uintptr(0), 0x541c}},
	{"socket AF_ALG", unix.SYS_SOCKET, [3]uintptr{unix.AF_ALG, unix.SOCK_SEQPACKET, 0}},
	{"socket AF_VSOCK", unix.SYS_SOCKET, [3]uintptr{unix.AF_VSOCK, unix.SOCK_STREAM, 0}},
	{"socket AF_PACKET", unix.SYS_SOCKET, [3]uintptr{unix.AF_PACKET, unix.SOCK_RAW, 0}},
	{"a call of the future", 4000, [3]uintptr{}},
}

// systemCalls widen what the kernel can be attacked by, or reach outside.
func systemCalls(*bait.Host) error {
	return each(refusedCalls, func(c unwanted) error {
		_, _, errno := unix.Syscall(c.nr, c.args[0], c.args[1], c.args[2])
		if errno != unix.EPERM && errno != unix.ENOSYS && errno != unix.EAFNOSUPPORT {
			return fmt.Errorf("%s: %v", c.name, errno)
		}
		return nil
	})
}
