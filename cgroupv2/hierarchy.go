package cgroupv2

import (
	"cmp"
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// hierarchy is the machine's cgroup v2 tree as this process sees it.
type hierarchy struct {
	mount      string // where it is mounted
	root       string // which cgroup is the root of that mount, from this process's namespace
	nsdelegate bool   // cgroup namespaces are borders (cgroup-v2.rst, "nsdelegate")
}

// findHierarchy looks for a mount of cgroup v2. The usual places come first: a process
// may see several, of which some are bind mounts of a part.
func findHierarchy() (hierarchy, error) {
	text, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return hierarchy{}, &Error{Do: "look for cgroup v2", Err: ErrNoCgroup,
			Why: "/proc is not mounted, so nobody can tell where it is", Fix: "mount -t proc proc /proc, as root"}
	}
	h, ok := parseMountinfo(string(text))
	if !ok {
		return h, &Error{Do: "look for cgroup v2", Err: ErrNoCgroup,
			Why: "it is not mounted: this machine uses cgroup v1 only, or hides the tree",
			Fix: "boot with systemd.unified_cgroup_hierarchy=1; in a container, mount it: -v /sys/fs/cgroup:/sys/fs/cgroup:rw with a cgroup namespace"}
	}
	return h, nil
}

// parseMountinfo picks the mount to use; see proc(5) for the fields.
func parseMountinfo(text string) (best hierarchy, ok bool) {
	for line := range strings.Lines(text) {
		before, after, found := strings.Cut(strings.TrimSuffix(line, "\n"), " - ")
		f, g := strings.Fields(before), strings.Fields(after)
		if !found || len(f) < 6 || len(g) < 3 || g[0] != "cgroup2" {
			continue
		}
		h := hierarchy{mount: unescape(f[4]), root: unescape(f[3])}
		for option := range strings.SplitSeq(g[2], ",") {
			h.nsdelegate = h.nsdelegate || option == "nsdelegate"
		}
		if !ok || usual(h.mount) > usual(best.mount) {
			best, ok = h, true
		}
	}
	return best, ok
}

func usual(mount string) int {
	switch mount {
	case "/sys/fs/cgroup":
		return 2
	case "/sys/fs/cgroup/unified":
		return 1
	}
	return 0
}

// unescape undoes the octal escapes of mountinfo.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// of is the cgroup of a process, as /proc/PID/cgroup names it. On a hybrid machine the
// file has lines of cgroup v1, too: only 0:: is ours.
func (h hierarchy) of(pid int) (string, error) {
	name := "self"
	if pid != 0 {
		name = strconv.Itoa(pid)
	}
	text, err := os.ReadFile("/proc/" + name + "/cgroup")
	if err != nil {
		return "", err
	}
	return parseCgroup(string(text))
}

func parseCgroup(text string) (string, error) {
	for line := range strings.Lines(text) {
		if p, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "0::"); ok {
			if p, gone := strings.CutSuffix(p, " (deleted)"); gone {
				return p, unix.ENODEV
			}
			return p, nil
		}
	}
	return "", &Error{Do: "find the process's cgroup", Err: ErrNoCgroup,
		Why: "the process is in no cgroup of version 2", Fix: "boot with systemd.unified_cgroup_hierarchy=1"}
}

// dir is the directory of a cgroup, or false if it is outside of what is mounted.
func (h hierarchy) dir(cgroup string) (string, bool) {
	rest, ok := strings.CutPrefix(cgroup, strings.TrimSuffix(h.root, "/"))
	if !ok || strings.Contains(rest, "/..") || rest != "" && rest[0] != '/' {
		return "", false
	}
	return path.Join(h.mount, rest), true
}

// commonAncestor is the deepest cgroup that both paths are in.
func commonAncestor(a, b string) string {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(as) && n < len(bs) && as[n] == bs[n] {
		n++
	}
	return cmp.Or(strings.Join(as[:n], "/"), "/")
}

// mayMigrate says whether this process could put one that is in cgroup from into
// cgroup to: the kernel asks for write permission on cgroup.procs of what they have in
// common (cgroup_procs_write_permission, kernel/cgroup/cgroup.c), for clone3 with
// CLONE_INTO_CGROUP as well.
func (h hierarchy) mayMigrate(from, to string) bool {
	common, ok := h.dir(commonAncestor(from, to))
	return ok && writable(common+"/cgroup.procs")
}

// writable asks with the effective ids, as the kernel will.
func writable(file string) bool {
	return unix.Faccessat2(unix.AT_FDCWD, file, unix.W_OK, unix.AT_EACCESS) == nil
}
