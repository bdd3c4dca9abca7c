package idmap

import (
	"context"
	"errors"
	"testing"

	"golang.org/x/sys/unix"
)

// The texts of every cause, word by word: they are what a user has in hand.
func TestHelperErrorTexts(t *testing.T) {
	for _, c := range []struct {
		facts *facts
		errno error
		want  texts
	}{
		{sound(missing), unix.ENOENT, texts{
			"write uid_map of process 4242: newuidmap is not installed",
			"a map of more than your own id is written by newuidmap, which is not in /usr/bin, /bin, /usr/sbin, /sbin, /usr/local/bin",
			"as root: apt-get install uidmap, or: dnf install shadow-utils",
		}},
		{sound(plain, saying(saysDenied)), unix.EPERM, texts{
			"write uid_map of process 4242: newuidmap has no privilege",
			"/usr/bin/newuidmap is neither set-user-id nor has file capabilities",
			"as root: chmod u+s /usr/bin/newuidmap, or: setcap cap_setuid+ep /usr/bin/newuidmap",
		}},
		{sound(asGroups, plain, saying(saysDenied)), unix.EPERM, texts{
			"write gid_map of process 4242: newgidmap has no privilege",
			"/usr/bin/newgidmap is neither set-user-id nor has file capabilities",
			"as root: chmod u+s /usr/bin/newgidmap, or: setcap cap_setgid+ep /usr/bin/newgidmap",
		}},
		{sound(ownedByUser, saying(saysDenied)), unix.EPERM, texts{
			"write uid_map of process 4242: newuidmap has no privilege",
			"/usr/bin/newuidmap is set-user-id, but to uid 1000 instead of root",
			"as root: chown root /usr/bin/newuidmap && chmod u+s /usr/bin/newuidmap",
		}},
		{sound(nested, saying(saysDenied)), unix.EPERM, texts{
			"write uid_map of process 4242: newuidmap has no privilege",
			"/usr/bin/newuidmap belongs to a user outside of this user namespace: this process runs in a sandbox or container already",
			"start from outside, or map only your own id",
		}},
		{sound(onNosuid, saying(saysDenied)), unix.EPERM, texts{
			"write uid_map of process 4242: newuidmap lies on a nosuid mount",
			"the file system of /usr/bin/newuidmap is mounted nosuid, so the kernel gives the program no privilege",
			"as root: mount -o remount,suid $(findmnt -n -o TARGET -T /usr/bin/newuidmap)",
		}},
		{sound(underNNP, saying(saysDenied)), unix.EPERM, texts{
			"write uid_map of process 4242: newuidmap can gain no privilege under no_new_privs",
			"this process is under no_new_privs, so set-user-id programs such as newuidmap run without privilege",
			"it cannot be taken back: start from a process without it (systemd: NoNewPrivileges=no; docker: without --security-opt no-new-privileges), or map only your own id",
		}},
		{sound(bounded, saying(saysDenied)), unix.EPERM, texts{
			"write uid_map of process 4242: newuidmap can't gain cap_setuid",
			"the capability bounding set of this process lacks cap_setuid, as in some containers",
			"start the container with --cap-add SETUID --cap-add SETGID, or add cap_setuid to CapabilityBoundingSet= of the systemd unit",
		}},
		{sound(saying(saysRange)), unix.EPERM, texts{
			"write uid_map of process 4242: uids 200000-200009 are not granted",
			"/etc/subuid does not grant uids 200000-200009 to uid 1000",
			"map other ids, or as root, if 200000-200009 are nobody's: usermod --add-subuids 200000-200009 $(id -un 1000)",
		}},
		{sound(asGroups, saying("newgidmap: gid range [0-1) -> [200000-200001) not allowed")), unix.EPERM, texts{
			"write gid_map of process 4242: gids 200000-200000 are not granted",
			"/etc/subgid does not grant gids 200000-200000 to uid 1000",
			"map other ids, or as root, if 200000-200000 are nobody's: usermod --add-subgids 200000-200000 $(id -un 1000)",
		}},
		{sound(viaPlugin, saying(saysRange)), unix.EPERM, texts{
			"write uid_map of process 4242: uids 200000-200009 are not granted",
			`/etc/nsswitch.conf has subordinate ids come from "sss", which does not grant uids 200000-200009`,
			`ask whoever manages "sss" to grant them`,
		}},
		{sound(saying("newuidmap: uid range [0-2) -> [1000-1002) not allowed")), unix.EPERM, texts{
			"write uid_map of process 4242: uids 1000-1001 are not granted",
			"/etc/subuid does not grant uids 1000-1001 to uid 1000",
			"map your own uid 1000 in an extent by itself",
		}},
		{sound(saying("newuidmap: uid range [0-1) -> [0-1) not allowed")), unix.EPERM, texts{
			"write uid_map of process 4242: uids 0-0 are not granted",
			"/etc/subuid does not grant uids 0-0 to uid 1000",
			"map other ids; those below 100000 are for the accounts of this machine",
		}},
		{sound(saying("newuidmap: (some other words) not allowed")), unix.EPERM, texts{
			"write uid_map of process 4242: some uids of the map are not granted",
			"/etc/subuid does not grant some uids of the map to uid 1000",
			"see what is granted: getsubids $(id -un)",
		}},
		{sound(noFile), unix.ENOENT, texts{
			"write uid_map of process 4242: /etc/subuid does not exist",
			"without /etc/subuid, newuidmap refuses every map",
			"as root: touch /etc/subuid /etc/subgid && usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $(id -un 1000)",
		}},
		{sound(saying(saysNoName)), nil, texts{
			"write uid_map of process 4242: the caller's uid has no user name",
			"uid 1000 is not in the user database, and ids are granted to names",
			"as root: useradd --uid 1000 NAME",
		}},
		{sound(saying(saysForeign)), unix.EPERM, texts{
			"write uid_map of process 4242: the uid or gid in use is not the account's",
			`newuidmap wants itself and the process to run with the uid and primary gid of your account: "` + saysForeign + `"`,
			"run newgrp without arguments to return to your primary group, or as root: echo GRANT_AUX_GROUP_SUBIDS yes >> /etc/login.defs",
		}},
		{sound(goneTarget), unix.ESRCH, texts{
			"write uid_map of process 4242: no such process",
			"process 4242 ended before its map was written",
			"look at how the process ended",
		}},
		{sound(undumpable, saying(saysNoOpen)), unix.EACCES, texts{
			"write uid_map of process 4242: permission denied",
			"process 4242 is not dumpable, so /proc/4242/uid_map belongs to uid 0",
			"have the process call prctl(PR_SET_DUMPABLE, 0) only after its maps are written",
		}},
		{sound(written, saying(saysDenied)), unix.EPERM, texts{
			"write uid_map of process 4242: it was written before",
			"the kernel takes one write of uid_map for each user namespace",
			"write the map of each new user namespace once",
		}},
		{sound(timedOut), context.DeadlineExceeded, texts{
			"write uid_map of process 4242: newuidmap: context deadline exceeded",
			"newuidmap was stopped before it ended by itself; it may have waited for the user database",
			"allow more time, or see whether the user database answers: getent passwd 1000",
		}},
		{sound(saying(saysInvalid)), unix.EINVAL, texts{
			"write uid_map of process 4242: newuidmap says \"newuidmap: write to uid_map failed: Invalid argument\"",
			"/usr/bin/newuidmap refused the map for a reason of its own",
			"see newuidmap(1) and user_namespaces(7)",
		}},
		{sound(saying("\x1b]0;evil\a")), nil, texts{
			`write uid_map of process 4242: newuidmap says "\x1b]0;evil\a"`,
			"/usr/bin/newuidmap refused the map for a reason of its own",
			"see newuidmap(1) and user_namespaces(7)",
		}},
		{sound(badBinary), unix.ENOEXEC, texts{
			"write uid_map of process 4242: newuidmap: exec format error",
			"the kernel does not start /usr/bin/newuidmap",
			"as root: apt-get install --reinstall uidmap, or: dnf reinstall shadow-utils",
		}},
		{sound(), nil, texts{
			"write uid_map of process 4242: newuidmap: exit status 1",
			"/usr/bin/newuidmap ended without saying why",
			"see that the program works: /usr/bin/newuidmap",
		}},
	} {
		e := diagnose(c.facts)
		checkTexts(t, e, c.want)
		if e.Unwrap() != c.errno {
			t.Errorf("%s: unwraps to %v, want %v", e, e.Unwrap(), c.errno)
		}
	}
}

// CheckHelper has no process to name.
func TestHelperErrorWithoutTarget(t *testing.T) {
	e := sound(underNNP, untargeted).report(NoNewPrivs)
	if got := e.Error(); got != "write uid_map: newuidmap can gain no privilege under no_new_privs" {
		t.Error(got)
	}
}

// An error that somebody else composed has texts as well.
func TestHelperErrorZero(t *testing.T) {
	for reason := Unexplained; reason <= Cancelled; reason++ {
		got := textsOf(t, &HelperError{Reason: reason, PID: 1})
		if got.Error == "" || got.Cause == "" || got.Hint == "" {
			t.Errorf("reason %d: %v", reason, got)
		}
	}
}

func TestHelperErrorIs(t *testing.T) {
	var err error = diagnose(sound(underNNP, saying(saysDenied)))
	e, ok := errors.AsType[*HelperError](err)
	if !ok || e.Reason != NoNewPrivs || e.Kind != UIDs || e.PID != 4242 || e.Stderr != saysDenied {
		t.Errorf("got %+v", e)
	}
	if !errors.Is(err, unix.EPERM) {
		t.Error("errno is lost")
	}
}
