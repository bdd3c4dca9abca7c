package idmap

import "fmt"

// short ends the message of the error.
func (f *facts) short(reason Reason) string {
	helper := f.kind.helper()
	capability, _ := f.kind.capability()
	switch reason {
	case HelperMissing:
		return helper + " is not installed"
	case HelperUnprivileged:
		return helper + " has no privilege"
	case HelperNosuid:
		return helper + " lies on a nosuid mount"
	case NoNewPrivs:
		return helper + " can gain no privilege under no_new_privs"
	case CapabilityBounded:
		return helper + " can't gain " + capability
	case RangeRefused:
		return f.refused() + " are not granted"
	case GrantFileMissing:
		return f.kind.file() + " does not exist"
	case NoAccount:
		return "the caller's uid has no user name"
	case TargetForeign:
		return "the uid or gid in use is not the account's"
	case TargetGone:
		return "no such process"
	case TargetUndumpable:
		return "permission denied"
	case AlreadyWritten:
		return "it was written before"
	case Cancelled:
		return fmt.Sprintf("%s: %v", helper, f.cancelled)
	}
	return f.raw()
}

// raw is all there is to tell about a failure without a name.
func (f *facts) raw() string {
	helper := f.kind.helper()
	switch {
	case f.said != "":
		return helper + " says " + quote(f.said)
	case f.ended != nil:
		return helper + ": " + errnoOf(f.ended).Error()
	}
	return helper + " failed"
}
