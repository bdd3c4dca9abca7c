package idmap

import (
	"fmt"
	"strings"
)

// cause says why, in terms of this machine.
func (f *facts) cause(reason Reason) string {
	helper := f.kind.helper()
	capability, _ := f.kind.capability()
	switch reason {
	case HelperMissing:
		return "a map of more than your own id is written by " + helper + ", which is not in " + strings.Join(systemDirs, ", ")
	case HelperUnprivileged:
		return f.unprivileged()
	case HelperNosuid:
		return "the file system of " + f.path + " is mounted nosuid, so the kernel gives the program no privilege"
	case NoNewPrivs:
		return "this process is under no_new_privs, so set-user-id programs such as " + helper + " run without privilege"
	case CapabilityBounded:
		return "the capability bounding set of this process lacks " + capability + ", as in some containers"
	case RangeRefused:
		return f.refusal()
	case GrantFileMissing:
		return "without " + f.kind.file() + ", " + helper + " refuses every map"
	case NoAccount:
		return fmt.Sprintf("uid %d is not in the user database, and ids are granted to names", f.uid)
	case TargetForeign:
		return helper + " wants itself and the process to run with the uid and primary gid of your account: " + quote(f.said)
	case TargetGone:
		return fmt.Sprintf("process %d ended before its map was written", f.pid)
	case TargetUndumpable:
		return fmt.Sprintf("process %d is not dumpable, so /proc/%d/%s belongs to uid %d", f.pid, f.pid, f.kind.mapFile(), f.mapOwner)
	case AlreadyWritten:
		return "the kernel takes one write of " + f.kind.mapFile() + " for each user namespace"
	case Cancelled:
		return helper + " was stopped before it ended by itself; it may have waited for the user database"
	}
	return f.other()
}

func (f *facts) unprivileged() string {
	switch {
	case f.nested():
		return f.path + " belongs to a user outside of this user namespace: this process runs in a sandbox or container already"
	case !f.setuid:
		return f.path + " is neither set-user-id nor has file capabilities"
	}
	return fmt.Sprintf("%s is set-user-id, but to uid %d instead of root", f.path, f.owner)
}

func (f *facts) refusal() string {
	if f.module != "" {
		return fmt.Sprintf("/etc/nsswitch.conf has subordinate ids come from %q, which does not grant %s", f.module, f.refused())
	}
	return fmt.Sprintf("%s does not grant %s to uid %d", f.kind.file(), f.refused(), f.uid)
}

func (f *facts) other() string {
	switch {
	case f.said != "":
		return f.path + " refused the map for a reason of its own"
	case f.unstartable():
		return "the kernel does not start " + f.path
	}
	return f.path + " ended without saying why"
}
