package cgroupv2

import (
	"context"
	"path"
	"strings"

	"golang.org/x/sys/unix"
)

// tidy ends scopes beside a process's own that are ours and that systemd has not ended:
// with nobody in them, and an owner who is no more. systemd starts a scope around
// processes that die in that moment, and then never hears that the scope is empty (seen
// on 252, when the owner is killed while systemd works). It is called when there is a
// connection anyway, and asks nothing if a look at the directory finds nothing.
func (m *manager) tidy(ctx context.Context, h hierarchy, pid int) {
	cgroup, err := h.of(pid)
	slice, ok := h.dir(path.Dir(cgroup))
	if err != nil || !ok {
		return
	}
	for _, name := range below(slice) {
		pid, ok := ownerOf(name)
		if !ok || !strings.HasSuffix(name, ".scope") || unix.Kill(pid, 0) != unix.ESRCH {
			continue
		}
		d, err := openDir(path.Join(slice, name))
		if err != nil {
			continue
		}
		if stale(d) {
			m.call(ctx, "StopUnit", nil, name, "replace")
		}
		d.close()
	}
}

// stale says whether nobody is in a cgroup, and it wasn't made a moment ago: its owner may
// be in another pid namespace, and about to fill it.
func stale(d dir) bool { return old(d) && !populated(d) }
