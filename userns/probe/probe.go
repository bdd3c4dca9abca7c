// Package probe finds out why this machine refuses something.
//
// # Theory of operation
//
// The kernel gives an errno and nothing else. What stands behind it can often be
// read elsewhere: a sysctl, the caller's own /proc/self/status, the mode of a
// file. Nothing here runs unless something has failed, so that a launch that
// works pays for none of it. A probe that can't tell says so by its zero value;
// no cause is better than a wrong one.
package probe

import (
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Machine is what a diagnosis asks. The zero value reads the real files; tests
// give others.
type Machine struct {
	// ReadFile reads a file of /proc or /sys; nil is os.ReadFile.
	ReadFile func(string) ([]byte, error)
	// Program is the path of the program that makes sandboxes; "" is this one's.
	Program string
}

func (m Machine) read(path string) string {
	b, err := m.readFile(path)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

func (m Machine) has(path string) bool {
	_, err := m.readFile(path)
	return err == nil
}

func (m Machine) readFile(path string) ([]byte, error) {
	if m.ReadFile == nil {
		return os.ReadFile(path)
	}
	return m.ReadFile(path)
}

// Sysctl is the value of a numeric setting, named as sysctl(8) does; -1 if the
// kernel hasn't got it.
func (m Machine) Sysctl(name string) int {
	n, err := strconv.Atoi(m.read("/proc/sys/" + strings.ReplaceAll(name, ".", "/")))
	if err != nil {
		return -1
	}
	return n
}

// Status is a field of /proc/self/status, such as Seccomp or NoNewPrivs.
func (m Machine) Status(field string) string {
	for line := range strings.Lines(m.read("/proc/self/status") + "\n") {
		if value, ok := strings.CutPrefix(line, field+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// HasProc says whether /proc is there at all.
func (m Machine) HasProc() bool { return m.read("/proc/self/status") != "" }

// madeForMounts are directories of /proc and /sys that the kernel keeps empty, for something
// to be mounted there (sysfs_create_mount_point and its like): nothing is hidden by that.
var madeForMounts = []string{"/sys/fs/", "/sys/kernel/security", "/sys/kernel/debug", "/sys/kernel/tracing", "/sys/kernel/config",
	"/sys/firmware/efi/efivars", "/proc/sys/fs/binfmt_misc", "/proc/fs/nfsd"}

// MaskedBelow lists the mount points below dir, which is how containers hide
// parts of /proc and /sys.
func (m Machine) MaskedBelow(dir string) (points []string) {
	for line := range strings.Lines(m.read("/proc/self/mountinfo")) {
		f := strings.Fields(line)
		if len(f) > 4 && strings.HasPrefix(f[4], dir+"/") && !slices.ContainsFunc(madeForMounts, func(p string) bool { return strings.HasPrefix(f[4], p) }) {
			points = append(points, f[4])
		}
	}
	return points
}

// Dumpable says whether this process may look at itself through /proc; one
// whose executable it may not read can't.
func (m Machine) Dumpable() bool {
	v, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	return err == nil && v == 1
}
