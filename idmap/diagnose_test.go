package idmap

import (
	"context"
	"errors"
	"testing"

	"golang.org/x/sys/unix"
)

// What newuidmap says: 4.13, as seen.
const (
	saysDenied  = "newuidmap: write to uid_map failed: Operation not permitted"
	saysNoOpen  = "newuidmap: open of uid_map failed: Permission denied"
	saysInvalid = "newuidmap: write to uid_map failed: Invalid argument"
	saysRange   = "newuidmap: uid range [1-11) -> [200000-200010) not allowed"
	saysNoName  = "newuidmap: Cannot determine your user name."
	saysForeign = "newuidmap: Target process 7 is owned by a different user: uid:1000 pw_uid:1000 st_uid:1000, gid:100 pw_gid:1000 st_gid:100"
)

// sound are the facts when nothing stands in the way, changed by change.
func sound(change ...func(*facts)) *facts {
	f := &facts{
		pid: 4242, uid: 1000, mapOwner: 1000, path: "/usr/bin/newuidmap",
		setuid: true, unbounded: true, ended: errors.New("exit status 1"),
	}
	for _, c := range change {
		c(f)
	}
	return f
}

func saying(s string) func(*facts) { return func(f *facts) { f.said = s } }

// Changes to sound facts.
var (
	asGroups    = func(f *facts) { f.kind, f.path = GIDs, "/usr/bin/newgidmap" }
	missing     = func(f *facts) { f.path, f.setuid, f.ended = "", false, nil }
	plain       = func(f *facts) { f.setuid = false }
	withCaps    = func(f *facts) { f.setuid, f.caps = false, true }
	ownedByUser = func(f *facts) { f.owner = 1000 }
	nested      = func(f *facts) { f.owner = 65534 }
	onNosuid    = func(f *facts) { f.nosuid = true }
	underNNP    = func(f *facts) { f.noNewPrivs = true }
	bounded     = func(f *facts) { f.unbounded = false }
	goneTarget  = func(f *facts) { f.gone = true }
	written     = func(f *facts) { f.written = true }
	undumpable  = func(f *facts) { f.mapOwner = 0 }
	noFile      = func(f *facts) { f.noFile, f.free = true, Range{100000, 65536} }
	viaPlugin   = func(f *facts) { f.module = "sss" }
	timedOut    = func(f *facts) { f.cancelled = context.DeadlineExceeded }
	badBinary   = func(f *facts) { f.ended = unix.ENOEXEC }
	untargeted  = func(f *facts) { f.pid, f.ended = 0, nil }
)

func TestReason(t *testing.T) {
	for _, c := range []struct {
		name  string
		facts *facts
		want  Reason
	}{
		{"no helper", sound(missing), HelperMissing},
		{"no helper, whatever else", sound(missing, underNNP, noFile), HelperMissing},
		{"plain file", sound(plain, saying(saysDenied)), HelperUnprivileged},
		{"plain file, newer shadow", sound(plain, saying("newuidmap: Could not set caps")), HelperUnprivileged},
		{"set-user-id to a user", sound(ownedByUser, saying(saysDenied)), HelperUnprivileged},
		{"root is not mapped", sound(nested, saying(saysDenied)), HelperUnprivileged},
		{"root is not mapped, nor the grant's owner", sound(nested, saying(saysRange)), HelperUnprivileged},
		{"root is not mapped, file capabilities", sound(nested, withCaps, saying(saysDenied)), HelperUnprivileged},
		{"a plain file would not work anywhere", sound(plain, underNNP, onNosuid, saying(saysDenied)), HelperUnprivileged},
		{"nosuid", sound(onNosuid, saying(saysDenied)), HelperNosuid},
		{"no_new_privs", sound(underNNP, saying(saysDenied)), NoNewPrivs},
		{"no_new_privs, file capabilities", sound(withCaps, underNNP, saying(saysDenied)), NoNewPrivs},
		{"bounding set", sound(bounded, saying(saysDenied)), CapabilityBounded},
		{"bounding set is empty", sound(bounded, saying(saysNoOpen)), CapabilityBounded},
		{"range", sound(saying(saysRange)), RangeRefused},
		{"range, also under no_new_privs", sound(underNNP, saying(saysRange)), RangeRefused},
		{"no grant file", sound(noFile), GrantFileMissing},
		{"no grant file, but a plug-in", sound(noFile, viaPlugin), Unexplained},
		{"no grant file, but another message", sound(noFile, saying(saysInvalid)), Unexplained},
		{"no account", sound(saying(saysNoName)), NoAccount},
		{"another group", sound(saying(saysForeign)), TargetForeign},
		{"gone", sound(goneTarget, saying("newuidmap: Could not open proc directory for target 4242")), TargetGone},
		{"gone in the middle", sound(goneTarget, saying(saysDenied), underNNP), TargetGone},
		{"second write", sound(written, saying(saysDenied)), AlreadyWritten},
		{"second write, under no_new_privs", sound(written, underNNP, saying(saysDenied)), AlreadyWritten},
		{"not dumpable", sound(undumpable, saying(saysNoOpen)), TargetUndumpable},
		{"not dumpable, but privilege is what lacks", sound(undumpable, underNNP, saying(saysNoOpen)), NoNewPrivs},
		{"cancelled", sound(timedOut), Cancelled},
		{"denied without a reason", sound(saying(saysDenied)), Unexplained},
		{"invalid", sound(saying(saysInvalid)), Unexplained},
		{"invalid, no_new_privs is innocent", sound(underNNP, saying(saysInvalid)), Unexplained},
		{"does not start", sound(badBinary), Unexplained},
		{"no words", sound(), Unexplained},
		{"no words, for it could not read the grants", sound(underNNP), NoNewPrivs},
		{"does not start, no_new_privs is innocent", sound(badBinary, underNNP), Unexplained},
		{"cannot read the grants, but there is no file", sound(noFile, underNNP), GrantFileMissing},
	} {
		if got := c.facts.reason(); got != c.want {
			t.Errorf("%s: reason %d, want %d", c.name, got, c.want)
		}
	}
}

func TestStanding(t *testing.T) {
	for _, c := range []struct {
		name  string
		facts *facts
		want  Reason
	}{
		{"set-user-id", sound(), Unexplained},
		{"file capabilities", sound(withCaps), Unexplained},
		{"file capabilities of a user's file", sound(withCaps, ownedByUser), Unexplained},
		{"no helper", sound(missing), HelperMissing},
		{"plain", sound(plain), HelperUnprivileged},
		{"nosuid", sound(onNosuid), HelperNosuid},
		{"no_new_privs", sound(underNNP), NoNewPrivs},
		{"bounding set", sound(bounded), CapabilityBounded},
	} {
		if got := c.facts.standing(); got != c.want {
			t.Errorf("%s: reason %d, want %d", c.name, got, c.want)
		}
	}
}
