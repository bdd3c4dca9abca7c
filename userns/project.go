package userns

import (
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"snug/userns/rootfs"
)

// CurrentProject is the current directory, as the kernel names it.
func CurrentProject() (string, error) {
	var buf [unix.PathMax]byte
	n, err := unix.Getcwd(buf[:])
	dir := ""
	if err == nil {
		dir = strings.TrimRight(string(buf[:n]), "\x00")
	}
	switch {
	case err == unix.ENOENT:
		return "", &Error{Do: "open the current directory", Err: err, Why: "it has been removed",
			Fix: "change to a directory that exists, or name one with --project"}
	case err != nil:
		return "", &Error{Do: "open the current directory", Err: err, Why: "the kernel can't name it",
			Fix: "change to another, or name one with --project"}
	case !strings.HasPrefix(dir, "/"): // "(unreachable)/..."
		return "", &Error{Do: "open the current directory", On: dir, Err: unix.ENOENT,
			Why: "no path from / leads to it, as after a lazy unmount",
			Fix: "change to another, or name one with --project"}
	}
	return dir, nil
}

// shared are directories that belong to everybody or to the machine.
var shared = []string{"/", "/tmp", "/var/tmp", "/var", "/usr", "/etc", "/opt", "/srv", "/bin", "/sbin", "/lib", "/lib64", "/boot"}

// neverBelow are those below which nothing is a project either.
var neverBelow = []string{"/dev", "/proc", "/sys", "/run"}

// CheckProject says whether dir can be opened for writing without being asked
// for by name: not if that would open the caller's whole home, or what belongs
// to everybody.
func (h *Host) CheckProject(dir string) error {
	dir = path.Clean(dir)
	refuse := func(why string) error {
		return &Error{Do: "open the current directory for writing:", On: dir, Err: unix.EPERM, Why: why,
			Fix: "change to the project's own directory, name one with --project DIR (this one as --project .), or open none with --no-project"}
	}
	for _, home := range h.Homes {
		if home = path.Clean(home); home != "/" && rootfs.Within(home, dir) {
			return refuse("it holds everything you own (" + home + ")")
		}
	}
	if slices.Contains(shared, dir) || slices.Contains(hidden, dir) {
		return refuse("it belongs to the whole machine, not to one project")
	}
	for _, top := range neverBelow {
		if rootfs.Within(dir, top) {
			return refuse("it is not a place for files of yours")
		}
	}
	return nil
}
