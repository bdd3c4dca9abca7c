package cgroupv2

import (
	"os"
	"path"
	"strings"

	"golang.org/x/sys/unix"
)

// delegated says whether the manager of the tree leaves a cgroup, and what is below it,
// to others. systemd wants to be the only writer of what it has not delegated
// (systemd.io/CGROUP_DELEGATION), and a user's own manager owns directories that the
// user could write: permission is not enough. The unit that counts is the nearest one:
// below user@1000.service, itself delegated, everything else is the user manager's.
//
// A unit says that it is delegated by an extended attribute, user.delegate or, for root's
// eyes, trusted.delegate. A user's manager doesn't set it (systemd 252, tried), but it
// writes down how a unit was asked for that has no file. And somebody has to have been
// allowed to make the cgroup that a process is in below its unit's.
func (h hierarchy) delegated(cgroup string) bool {
	for p := cgroup; p != "/" && p != "."; p = path.Dir(p) {
		unit := path.Base(p)
		if !isUnit(unit) {
			continue
		}
		at, ok := h.dir(p)
		if !ok || strings.HasSuffix(unit, ".slice") {
			return false
		}
		return p != cgroup || attribute(at, "user.delegate") == "1" || attribute(at, "trusted.delegate") == "1" || transient(unit)
	}
	return true // not systemd's
}

// transient says whether a unit was asked for with Delegate=.
func transient(unit string) bool {
	for _, dir := range runtimeDirs(os.Getenv("XDG_RUNTIME_DIR"), os.Geteuid()) {
		file := dir + "/systemd/transient/" + unit
		if text, err := os.ReadFile(file); err == nil && owned(file) {
			return delegates(string(text))
		}
	}
	return false
}

// delegates reads Delegate= in the text of a unit: the last one counts, and anything but
// a no is a yes, for some controllers at least.
func delegates(text string) (yes bool) {
	for line := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), "Delegate="); ok {
			switch strings.ToLower(strings.TrimSpace(value)) {
			case "no", "n", "false", "f", "0", "off":
				yes = false
			default:
				yes = true
			}
		}
	}
	return yes
}

// isUnit knows the names that systemd gives to cgroups of its own.
func isUnit(name string) bool {
	for _, suffix := range []string{".service", ".scope", ".slice", ".mount", ".swap", ".socket"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return false
}

func attribute(file, name string) string {
	var b [8]byte
	n, err := unix.Lgetxattr(file, name, b[:])
	if err != nil {
		return ""
	}
	return string(b[:n])
}
