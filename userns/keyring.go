package userns

import (
	"slices"

	"golang.org/x/sys/unix"

	"snug/seccomp"
	"snug/userns/internal/launch"
)

const keyringStep = "leave the caller's keyring"

// keyring gives the command a session keyring of its own, empty, where calls about keys may
// get past the filter: a session keyring is inherited over fork, execve and user namespaces
// alike, and whoever has it has the keys in it (keyrings(7)). The kernel itself gives each
// user namespace its own user keyrings (since Linux 5.3, commit 0f44e4d976f9).
//
// Not under the default filters, which refuse the calls: a keyring counts against a quota of
// 200 for each user (kernel.keys.maxkeys), and five hundred sandboxes may be wanted.
func (c *compiler) keyring() {
	if !reachesKeys(c.plan) {
		return
	}
	c.Step(keyringStep, "")
	c.Add(unix.SYS_KEYCTL, launch.Int(unix.KEYCTL_JOIN_SESSION_KEYRING), launch.Int(0)).
		Tolerate(unix.ENOSYS). // a kernel without keys
		Tolerate(unix.EPERM)   // a filter around snug, as docker's, refuses it to all that is inside as well
}

// reachesKeys takes every filter but the default ones for one that lets calls about keys pass:
// what a condition on arguments comes to isn't looked into.
func reachesKeys(p *Plan) bool {
	if p.Filter == nil || p.Supervisor != nil {
		return true
	}
	code := p.Filter.Raw()
	for _, v := range []seccomp.Variant{seccomp.Strict, seccomp.Userns} {
		if f, ok := seccomp.Default(v, seccomp.Native()); ok && slices.Equal(f.Raw(), code) {
			return false
		}
	}
	return true
}
