package idmap

import "fmt"

// hint says what to do.
func (f *facts) hint(reason Reason) string {
	capability, _ := f.kind.capability()
	switch reason {
	case HelperMissing:
		return "as root: apt-get install uidmap, or: dnf install shadow-utils"
	case HelperUnprivileged:
		return f.privilege()
	case HelperNosuid:
		return "as root: mount -o remount,suid $(findmnt -n -o TARGET -T " + f.path + ")"
	case NoNewPrivs:
		return "it cannot be taken back: start from a process without it (systemd: NoNewPrivileges=no; docker: without --security-opt no-new-privileges), or map only your own id"
	case CapabilityBounded:
		return "start the container with --cap-add SETUID --cap-add SETGID, or add " + capability + " to CapabilityBoundingSet= of the systemd unit"
	case RangeRefused:
		return f.grant()
	case GrantFileMissing:
		return "as root: " + usermod(true, f.free, User{UID: f.uid}.login(), UIDs, GIDs)
	case NoAccount:
		return fmt.Sprintf("as root: useradd --uid %d NAME", f.uid)
	case TargetForeign:
		return "run newgrp without arguments to return to your primary group, or as root: echo GRANT_AUX_GROUP_SUBIDS yes >> /etc/login.defs"
	case TargetGone:
		return "look at how the process ended"
	case TargetUndumpable:
		return "have the process call prctl(PR_SET_DUMPABLE, 0) only after its maps are written"
	case AlreadyWritten:
		return "write the map of each new user namespace once"
	case Cancelled:
		return fmt.Sprintf("allow more time, or see whether the user database answers: getent passwd %d", f.uid)
	}
	return f.byHand()
}

func (f *facts) privilege() string {
	capability, _ := f.kind.capability()
	switch {
	case f.nested():
		return "start from outside, or map only your own id"
	case !f.setuid:
		return fmt.Sprintf("as root: chmod u+s %s, or: setcap %s+ep %s", f.path, capability, f.path)
	}
	return fmt.Sprintf("as root: chown root %s && chmod u+s %s", f.path, f.path)
}

func (f *facts) grant() string {
	r, ok := f.refusedRange()
	switch {
	case f.module != "":
		return fmt.Sprintf("ask whoever manages %q to grant them", f.module)
	case !ok:
		return "see what is granted: getsubids $(id -un)"
	case f.kind == UIDs && r.Start <= f.uid && f.uid-r.Start < r.Count:
		return fmt.Sprintf("map your own uid %d in an extent by itself", f.uid)
	case r.Start < firstSubordinate:
		return fmt.Sprintf("map other ids; those below %d are for the accounts of this machine", firstSubordinate)
	}
	return fmt.Sprintf("map other ids, or as root, if %s are nobody's: %s", r, usermod(false, r, User{UID: f.uid}.login(), f.kind))
}

func (f *facts) byHand() string {
	switch {
	case f.said != "":
		return "see newuidmap(1) and user_namespaces(7)"
	case f.unstartable():
		return "as root: apt-get install --reinstall uidmap, or: dnf reinstall shadow-utils"
	}
	return "see that the program works: " + f.path
}
