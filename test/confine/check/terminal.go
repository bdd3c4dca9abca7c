package check

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
)

// Standard input is a terminal of the caller's while these are made.
var terminalChecks = []Check{
	{"session", High, "the caller's controlling terminal", "another session, and another terminal or none", session},
	{"terminal-typing", High, "typing for the caller (CVE-2017-5226)", "TIOCSTI is refused on every terminal", typing},
	{"console-paste", High, "pasting for him (CVE-2023-28100)", "TIOCLINUX is refused", consolePaste},
	{"host-terminals", High, "the host's /dev/pts", "it is a new instance", hostTerminals},
	{"descriptors", Critical, "open directories (CVE-2024-21626)", "0, 1 and 2 are open, and nothing else", descriptors},
}

// session: a terminal of the caller's would be reached through his session. One
// that belongs to a session of the sandbox's is fine.
func session(*bait.Host) error {
	if sid, err := unix.Getsid(0); err != nil || sid == 0 {
		return fmt.Errorf("the session is led from outside: %d, %v", sid, err)
	}
	fd, err := unix.Open("/dev/tty", unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer unix.Close(fd)
	if leader, err := unix.IoctlGetInt(fd, unix.TIOCGSID); err != nil || leader == 0 {
		return fmt.Errorf("/dev/tty belongs to a session outside: %d, %v", leader, err)
	}
	return nil
}

// typing also goes by another number, whose upper half the kernel doesn't look at
// (CVE-2019-10063). The test looks whether anything was typed.
func typing(*bait.Host) error {
	return onTerminals(func(name string, fd int) error {
		return each([]uintptr{unix.TIOCSTI, 1<<32 | unix.TIOCSTI}, func(request uintptr) error {
			c := byte('X')
			_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(unsafe.Pointer(&c)))
			return refusedByFilter(name+": TIOCSTI", errno)
		})
	})
}

func consolePaste(*bait.Host) error {
	return onTerminals(func(name string, fd int) error {
		subcode := byte(3) // TIOCL_PASTESEL
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.TIOCLINUX, uintptr(unsafe.Pointer(&subcode)))
		return refusedByFilter(name+": TIOCLINUX", errno)
	})
}

// refusedByFilter: EIO, ENOTTY and EBADF come from code that has been reached.
func refusedByFilter(what string, errno unix.Errno) error {
	if errno == 0 {
		return errors.New(what + " worked")
	}
	return refusedWith(what, errno, unix.EPERM, unix.ENOSYS)
}

func onTerminals(try func(name string, fd int) error) error {
	fds := map[string]int{"standard input": 0, "standard error": 2}
	if fd, err := unix.Open("/dev/tty", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0); err == nil {
		defer unix.Close(fd)
		fds["/dev/tty"] = fd
	}
	var all []error
	for name, fd := range fds {
		all = append(all, try(name, fd))
	}
	return errors.Join(all...)
}

// hostTerminals: the caller's is in the host's /dev/pts, as a file with its number.
func hostTerminals(h *bait.Host) error {
	var st unix.Stat_t
	if err := unix.Stat("/dev/pts", &st); err != nil {
		return nil
	}
	if st.Dev == h.PtsDev {
		return errors.New("/dev/pts is the host's")
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

// Streams is made by itself, in a sandbox whose caller has closed the three.
var Streams = Check{"closed-streams", Medium, "closed streams that lead elsewhere", "each is closed, or a device without content", streams}

func streams(*bait.Host) error {
	return each([]int{0, 1, 2}, func(fd int) error {
		var st unix.Stat_t
		null, full := unix.Mkdev(1, 3), unix.Mkdev(1, 7)
		if err := unix.Fstat(fd, &st); err == nil && (st.Mode&unix.S_IFMT != unix.S_IFCHR || st.Rdev != null && st.Rdev != full) {
			name, _ := os.Readlink(fmt.Sprint("/proc/self/fd/", fd))
			return fmt.Errorf("%d is %s", fd, name)
		}
		return nil
	})
}
