package cgroupv2

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// What can be found out without making anything, for a report about the machine. Where
// [Open] and [Tree.NewLeaf] would fail, the errors are theirs.

// Mounted says where cgroup v2 is mounted, and which controllers cgroup v1 keeps from it.
func Mounted() (at string, version1 []string, err error) {
	h, err := findHierarchy()
	for _, c := range delegatable {
		if on, _ := byVersion1(c); on {
			version1 = append(version1, c)
		}
	}
	return h.mount, version1, err
}

// Manager says on which socket a systemd manager answers that a scope can be asked of, by
// connecting to it and hanging up. ctx bounds the handshake, too. One that is about to be
// started anew is not waited for.
func Manager(ctx context.Context) (socket string, err error) {
	m, tried, err := dialEach(ctx, environment())
	if err != nil {
		return "", err
	}
	if m == nil {
		return "", noManager(tried)
	}
	defer m.close()
	return m.at.socket, nil
}

// Lingers says whether the manager of a user runs without a login, as loginctl(1) can have
// it, and whether that can be told at all.
func Lingers(user string) (yes, known bool) { return lingers("/", user) }

// lingers looks for the mark that logind keeps. It makes the directory for the first user
// who lingers; on a machine that systemd didn't boot there is nothing to tell
// (sd_booted(3)).
func lingers(root, user string) (yes, known bool) {
	if user == "" || strings.Contains(user, "/") || unix.Access(root+"/run/systemd/system", unix.F_OK) != nil {
		return false, false
	}
	err := unix.Access(root+"/var/lib/systemd/linger/"+user, unix.F_OK)
	return err == nil, err == nil || err == unix.ENOENT
}

// Delegatable lists the controllers that limits need.
func Delegatable() []string { return slices.Clone(delegatable) }

// Lacks says why leaves of the tree can't have a controller, or nil if they can.
func (t *Tree) Lacks(controller string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	missing, err := t.enable([]string{controller})
	if err == nil && len(missing) > 0 {
		err = Undelegated(controller)
	}
	return err
}

// Undelegated is an error about a controller that is not there for the caller.
func Undelegated(controller string) error {
	return withoutController(controller, "use the controller", controller, "")
}
