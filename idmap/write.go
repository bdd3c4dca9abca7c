package idmap

import (
	"context"
	"strconv"
)

// Write has newuidmap and newgidmap write the maps of the namespace of a
// process. A nil map is left alone; for a map that needs no helper, see
// [Map.NeedsHelper]. The error is [HelperError], or [MapError] for a map that
// the kernel would refuse.
//
// The process must be a child of the caller that has not been waited for: the
// helpers take a pid, and only that keeps it from being used again. (They take
// fd:N, a descriptor of /proc/PID, since shadow 4.14, but can't be asked for
// their version.) It must run with the caller's uid and primary gid.
//
// newgidmap denies setgroups to the namespace unless an extent is granted by
// /etc/subgid, since dropping a group may add rights (CVE-2018-7169).
func Write(ctx context.Context, pid int, uids, gids Map) error {
	return systemDirs.write(ctx, pid, uids, gids)
}

func (d dirs) write(ctx context.Context, pid int, uids, gids Map) error {
	if uids != nil {
		if err := d.writeMap(ctx, UIDs, pid, uids); err != nil {
			return err
		}
	}
	if gids != nil {
		return d.writeMap(ctx, GIDs, pid, gids)
	}
	return nil
}

func (d dirs) writeMap(ctx context.Context, k Kind, pid int, m Map) error {
	if err := m.check(); err != nil {
		return err
	}
	path := d.find(k.helper())
	if path == "" {
		return diagnose(&facts{kind: k, pid: pid})
	}
	cmd, stderr := command(ctx, path, m.args(pid)...)
	if err := cmd.Run(); err != nil {
		f := probe(k, pid, path)
		f.said, f.ended, f.cancelled = stderr.String(), err, ctx.Err()
		return diagnose(f)
	}
	return nil
}

// args gives pid inner outer count, inner outer count, …
func (m Map) args(pid int) []string {
	args := append(make([]string, 0, 1+3*len(m)), strconv.Itoa(pid))
	for _, e := range m {
		for _, n := range [...]uint32{e.Inner, e.Outer, e.Count} {
			args = append(args, strconv.FormatUint(uint64(n), 10))
		}
	}
	return args
}

// CheckHelper tells before there is any namespace what would keep newuidmap or
// newgidmap from working here: the [HelperError] of Write, or nil.
func CheckHelper(k Kind) error { return systemDirs.check(k) }

func (d dirs) check(k Kind) error {
	f := &facts{kind: k}
	if path := d.find(k.helper()); path != "" {
		f = probe(k, 0, path)
	}
	if reason := f.standing(); reason != Unexplained {
		return f.report(reason)
	}
	return nil
}
