package main

import (
	"path"
	"strconv"
	"strings"

	"snug/idmap"
	"snug/seccomp"
	"snug/userns"
	"snug/userns/rootfs"
)

// bundle is a plan for crun and runc: config.json, and what has to stand in its root,
// which on disk is empty but for that.
type bundle struct {
	config ociConfig
	dirs   []ociDir    // of the root
	files  []string    // empty ones, to mount on
	links  [][2]string // path and target
	lacks  []string
}

// ociDir is a mount point. Its mode is that of the private directory to be mounted on it:
// runc gives a tmpfs the mode of what it covers.
type ociDir struct {
	path string // relative
	mode uint32
}

// ociRootfs is the root's name in a bundle.
const ociRootfs = "rootfs"

// ociOf translates a plan. profile is what the filter was compiled from, nil for none.
// exact says that the ids have to be the plan's even if runc can't have them.
func ociOf(p *userns.Plan, profile *seccomp.Profile, exact bool) (*bundle, error) {
	names := append([]string{}, p.Caps.Names()...)
	b := &bundle{config: ociConfig{
		Version: "1.0.2", Hostname: ociHostname(p),
		Root: ociRoot{Path: ociRootfs, ReadOnly: true},
		Process: ociProcess{Args: p.Args, Env: p.Env, Cwd: p.Dir, NoNewPrivs: true,
			Caps: ociCaps{Bounding: names, Effective: names, Permitted: names, Inheritable: []string{}, Ambient: []string{}}},
		Linux: ociLinux{Propagation: "rprivate"},
	}}
	if p.Ambient {
		b.config.Process.Caps.Inheritable, b.config.Process.Caps.Ambient = names, names
	}
	b.ids(p, exact)
	for _, n := range p.Namespaces() {
		b.config.Linux.Namespaces = append(b.config.Linux.Namespaces, ociNamespace{ociNamespaceName(n)})
	}
	for _, l := range p.Rlimits {
		b.config.Process.Rlimits = append(b.config.Process.Rlimits, ociRlimit{"RLIMIT_" + strings.ToUpper(l.Name), l.Soft, l.Hard})
	}
	b.view(p)
	b.limits(p)
	if profile != nil {
		text, err := profile.JSON()
		if err != nil {
			return nil, err
		}
		b.config.Linux.Seccomp = text
	}
	b.lack(p)
	return b, nil
}

func ociHostname(p *userns.Plan) string {
	if p.Share&userns.ShareUTS != 0 {
		return ""
	}
	return p.Hostname
}

// ociNamespaceName is the specification's name for one of /proc/PID/ns.
func ociNamespaceName(n string) string {
	switch n {
	case "mnt":
		return "mount"
	case "net":
		return "network"
	}
	return n
}

// ids: runc insists on a mapping of id 0 (HostRootUID, libcontainer/configs), so who is
// nobody special inside is root there, without a capability, unless that was refused.
func (b *bundle) ids(p *userns.Plan, exact bool) {
	uids, gids := p.UIDs, p.GIDs
	b.config.Process.User = ociUser{ownID(uids), ownID(gids)}
	if !exact && onlySelf(uids) && onlySelf(gids) {
		uids, gids = idmap.Single(0, uids[0].Outer), idmap.Single(0, gids[0].Outer)
		b.config.Process.User = ociUser{}
		b.lacks = append(b.lacks, "the command's ids are 0 inside, with the plan's capabilities: runc can't do without them (for crun, -c keeps your own)")
	} else if _, root := uids.ToOuter(0); !root {
		b.lacks = append(b.lacks, "runc can't run it, for it needs a mapping of id 0; crun can")
	}
	b.config.Linux.UIDs, b.config.Linux.GIDs = extentsOCI(uids), extentsOCI(gids)
}

// onlySelf says whether one id is mapped, and not to root.
func onlySelf(m idmap.Map) bool { return len(m) == 1 && m[0].Count == 1 && m[0].Inner != 0 }

func extentsOCI(m idmap.Map) (list []ociExtent) {
	for _, e := range m {
		list = append(list, ociExtent(e))
	}
	return list
}

func (b *bundle) view(p *userns.Plan) {
	list := things(p)
	if names := unheld(list); names != "" {
		b.lacks = append(b.lacks, names)
	}
	for i := range list {
		t := &list[i]
		if !b.pointless(t) && (t.what != private || needed(list, i)) {
			b.point(list[:i], t)
		}
		switch t.what {
		case private:
			if needed(list, i) {
				b.tmpfs(t.at, t.mode, p.TmpfsSize)
			}
		case twice:
			b.tmpfs(t.at, t.mode, p.TmpfsSize)
			b.lacks = append(b.lacks, t.at+" is a directory of its own, not the same as /"+t.step.Source)
		case small:
			size := t.step.Size
			if size == "" {
				size = p.TmpfsSize
			}
			b.tmpfs(t.at, t.mode, size)
		case shown:
			b.mount(t.at, "bind", t.step.Source, bindOptions(t.step)...)
		case link:
			b.link(list[:i], t)
		case kernels:
			b.kernels(t)
		case standard:
			if t.what == standard && t.step.Op == rootfs.OpDevpts {
				b.kernels(t)
			} else if t.at == "/dev/shm" {
				b.tmpfs(t.at, 0o1777, p.TmpfsSize)
			}
		case noDir, noFile:
			b.config.Linux.Masked = append(b.config.Linux.Masked, t.at)
		case readOnly:
			b.config.Linux.ReadOnly = append(b.config.Linux.ReadOnly, t.at)
		case notAThing:
			b.lacks = append(b.lacks, "it can't bind /"+t.step.Source+" of the sandbox itself on "+t.at)
		}
	}
}

func (b *bundle) mount(at, kind, source string, options ...string) {
	b.config.Mounts = append(b.config.Mounts, ociMount{at, kind, source, options})
}

func (b *bundle) tmpfs(at string, mode uint32, size string) {
	b.mount(at, "tmpfs", "tmpfs", "nosuid", "nodev", "mode="+strconv.FormatUint(uint64(mode), 8), "size="+size)
}

func (b *bundle) kernels(t *thing) {
	switch t.step.Op {
	case rootfs.OpProc:
		b.mount(t.at, "proc", "proc", "nosuid", "nodev", "noexec")
	case rootfs.OpSysfs:
		b.mount(t.at, "sysfs", "sysfs", "nosuid", "nodev", "noexec", "ro")
	default:
		b.mount(t.at, "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=620")
	}
}

// bindOptions count for all that is mounted below as well: they begin with r (runc 1.1, crun
// 1.4). Below a file there is nothing, and crun before 1.9 takes every such place for a
// directory (do_mounts, src/libcrun/linux.c).
func bindOptions(s *rootfs.Step) []string {
	all := "r"
	if s.File {
		all = ""
	}
	options := []string{all + "bind", all + "private", all + "nosuid"}
	for _, o := range []struct {
		on   bool
		name string
	}{{s.ReadOnly, "ro"}, {!s.Devices, "nodev"}, {s.NoExec, "noexec"}} {
		if o.on {
			options = append(options, all+o.name)
		}
	}
	return options
}

// pointless says whether nothing is mounted for it.
func (b *bundle) pointless(t *thing) bool {
	return t.what == link || t.what == standard || t.what == keptAbsent || t.what == keptLink
}

// point makes a mount point in the root itself. In what is mounted there the runtime does.
func (b *bundle) point(before []thing, t *thing) {
	switch {
	case t.what == noDir || t.what == noFile || t.what == readOnly || t.what == twice || mountedAbove(before, t.at):
	case t.step.Op == rootfs.OpBind && t.step.File:
		b.files = append(b.files, t.at[1:])
	default:
		dir := ociDir{t.at[1:], 0o755}
		if t.what == private || t.what == small {
			dir.mode = t.mode
		}
		b.dirs = append(b.dirs, dir)
	}
}

// link makes a symlink, which only the root itself can have: the format has none.
func (b *bundle) link(before []thing, t *thing) {
	if mountedAbove(before, t.at) {
		b.lacks = append(b.lacks, "there is no symlink "+t.at+" to "+t.step.Link)
		return
	}
	b.links = append(b.links, [2]string{t.at[1:], t.step.Link})
}

// mountedAbove says whether something will be mounted on a directory above at.
func mountedAbove(before []thing, at string) bool {
	for i := range before {
		if what := before[i].what; what != link && what != standard && what != keptAbsent && what != keptLink && before[i].at != at && rootfs.Within(at, before[i].at) && path.Clean(at) != "/" {
			return true
		}
	}
	return false
}
