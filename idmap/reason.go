package idmap

// Reason is why newuidmap or newgidmap could not write a map.
type Reason int

const (
	Unexplained        Reason = iota // see HelperError.Stderr
	HelperMissing                    // it is not installed
	HelperUnprivileged               // neither set-user-id root nor with file capabilities
	HelperNosuid                     // its file system gives no privilege
	NoNewPrivs                       // the caller can't gain privilege any more
	CapabilityBounded                // the caller's bounding set lacks the capability
	RangeRefused                     // the map has ids that are not granted
	GrantFileMissing                 // without /etc/subuid, newuidmap refuses everything
	NoAccount                        // the caller's uid has no user name
	TargetForeign                    // the target, or the caller, runs with other ids than the account's
	TargetGone                       // the target ended
	TargetUndumpable                 // the target's /proc entry belongs to root
	AlreadyWritten                   // a map can be written only once
	Cancelled                        // the caller's context ended
)

// standing finds what keeps the helper from gaining its privilege, whatever it
// is asked to do. The order is that of the repairs: a helper without
// privilege stays without it also on another mount or in another process.
func (f *facts) standing() Reason {
	switch {
	case f.path == "":
		return HelperMissing
	case f.nested() || !f.caps && (!f.setuid || f.owner != 0):
		return HelperUnprivileged
	case f.nosuid:
		return HelperNosuid
	case f.noNewPrivs:
		return NoNewPrivs
	case !f.unbounded:
		return CapabilityBounded
	}
	return Unexplained
}

// reason chooses the cause of a failure. What the helper checks by itself, it
// says clearly, and that comes first; what the kernel refuses it can only pass
// on as an errno, and there the facts decide.
func (f *facts) reason() Reason {
	switch {
	case f.path == "":
		return HelperMissing
	case f.cancelled != nil:
		return Cancelled
	case f.gone:
		return TargetGone
	case f.says("Cannot determine your user name"):
		return NoAccount
	case f.says("is owned by a different user"):
		return TargetForeign
	case f.says(") not allowed") && !f.nested():
		return RangeRefused
	case f.said == "" && f.noFile && f.module == "":
		// newuidmap 4.13 ends without a word if it cannot open the file, also
		// for a map of nothing but the own id.
		return GrantFileMissing
	case f.denied() || f.nested():
		return f.deniedBy()
	}
	return Unexplained
}

// deniedBy has the map that is written already first: the kernel refuses the
// second write whatever the privilege.
func (f *facts) deniedBy() Reason {
	if f.written {
		return AlreadyWritten
	}
	if reason := f.standing(); reason != Unexplained {
		return reason
	}
	if f.says("Permission denied") && f.mapOwner != f.uid {
		return TargetUndumpable
	}
	return Unexplained
}
