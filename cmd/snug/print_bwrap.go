package main

import (
	"strconv"

	"golang.org/x/sys/unix"

	"snug/idmap"
	"snug/userns"
	"snug/userns/rootfs"
)

// bwrapOf is a plan in the words of bubblewrap 0.8, which makes a sandbox of the same kind.
func bwrapOf(p *userns.Plan) *peer {
	b := &peer{title: "The same by bubblewrap, 0.8 or newer:", filter: filterBytes(p)}
	scopeFor(b, p)
	b.add("bwrap")
	for _, n := range p.Namespaces() {
		if n != "mnt" { // always
			b.add("--unshare-" + n)
		}
	}
	b.bwrapIDs(p)
	if p.Share&userns.ShareUTS == 0 {
		b.add("--hostname", p.Hostname)
	}
	if !p.NestedUsers {
		b.add("--disable-userns")
	}
	for _, name := range p.Caps.Names() {
		b.add("--cap-add", name)
	}
	b.bwrapView(p)
	b.add("--chdir", p.Dir)
	b.setenv(p)
	b.add("--new-session")
	b.add("--die-with-parent")
	if p.AsPid1 {
		b.add("--as-pid-1")
	}
	if b.filter != nil {
		b.add("--seccomp", filterFD)
	}
	b.add("--")
	b.wrapped(p)
	b.bwrapLacks(p)
	return b
}

// bwrapIDs: it maps one id.
func (b *peer) bwrapIDs(p *userns.Plan) {
	for _, m := range []struct {
		flag, what string
		ids        idmap.Map
	}{{"--uid", "user", p.UIDs}, {"--gid", "group", p.GIDs}} {
		if len(m.ids) == 0 {
			continue
		}
		b.add(m.flag, strconv.FormatUint(uint64(ownID(m.ids)), 10))
		b.lackIf(len(m.ids) > 1 || m.ids[0].Count > 1, "it maps one "+m.what+" id, your own; the plan maps "+m.ids.String()+" (inner:outer:count)")
	}
}

// ownID is what the caller is inside: a caller's id needs no grant, so it is a range of
// its own.
func ownID(m idmap.Map) uint32 {
	for _, e := range m {
		if e.Count == 1 {
			return e.Inner
		}
	}
	return m[0].Inner
}

func (b *peer) bwrapView(p *userns.Plan) {
	list := things(p)
	b.lackIf(unheld(list) != "", unheld(list))
	for i := range list {
		switch t := &list[i]; t.what {
		case private:
			if t.at == "/dev" && hasDevpts(p) {
				b.add("--dev", t.at)
			} else if needed(list, i) {
				b.bwrapDir("--dir", t.at, t.mode, "")
			}
		case twice:
			b.bwrapDir("--tmpfs", t.at, t.mode, "")
			b.lack(t.at + " is a directory of its own, not the same as /" + t.step.Source)
		case small:
			b.bwrapDir("--tmpfs", t.at, t.mode, tmpfsBytes(t.step.Size))
		case shown:
			b.bwrapBind(t)
		case link:
			b.add("--symlink", t.step.Link, t.at)
		case kernels:
			b.bwrapKernels(t)
		case noDir:
			b.add("--tmpfs", t.at)
			b.add("--remount-ro", t.at)
		case noFile:
			b.add("--dev-bind", "/dev/null", t.at)
		case readOnly: // --proc does it to the others
			b.lackIf(t.at == "/proc/fs", t.at+" stays as writable as it is")
		case notAThing:
			b.lack("it can't bind /" + t.step.Source + " of the sandbox itself on " + t.at)
		}
	}
	b.add("--chmod", "0555", "/") // last: until then it is made
}

func (b *peer) bwrapDir(flag, at string, mode uint32, size string) {
	var words []string
	if mode != 0o755 {
		words = append(words, "--perms", octal(mode))
	}
	if size != "" {
		words = append(words, "--size", size)
	}
	b.add(append(words, flag, at)...)
}

func (b *peer) bwrapBind(t *thing) {
	s := t.step
	switch {
	case s.Devices:
		b.add("--dev-bind", s.Source, t.at)
		if s.ReadOnly {
			b.add("--remount-ro", t.at)
			b.lack("what is mounted below " + t.at + " may be writable: it makes one mount read-only")
		}
	case s.ReadOnly:
		b.add("--ro-bind", s.Source, t.at)
	default:
		b.add("--bind", s.Source, t.at)
	}
	b.lackIf(s.NoExec, "programs in "+t.at+" can be run")
}

func (b *peer) bwrapKernels(t *thing) {
	switch t.step.Op {
	case rootfs.OpProc:
		b.add("--proc", t.at)
	case rootfs.OpSysfs:
		b.add("--ro-bind", "/sys", t.at)
		b.lack("it can't mount a sysfs: /sys shows the host's network devices")
	default:
		b.add("--dev", t.at)
	}
}

func (b *peer) bwrapLacks(p *userns.Plan) {
	b.lackIf(p.Landlock.ABI > 0, "it knows no Landlock: the mounts are the only wall")
	b.lack("the private directories are bounded by half of memory, not by " + p.TmpfsSize + ", and /dev is writable")
	b.lackIf(p.Terminal != nil, "it makes no terminal: the command has none to control (--new-session keeps it from the caller's, and with it goes job control)")
	b.lackIf(p.Supervisor != nil, "nobody says which calls were refused")
	b.lackIf(logged(p), "what is refused is not logged")
	b.lackIf(p.Caps != 0 && !(p.NestedUsers && rootInside(p)), "it puts the command into a second user namespace, in which its capabilities reach files but neither network nor host name")
	b.lackIf(p.Caps.Has(unix.CAP_DAC_OVERRIDE), "with CAP_DAC_OVERRIDE the command can make files in /, which go when it ends")
	b.lack("descriptors above 2 that the caller left open stay open, and signals to bwrap are not passed on")
}

// setenv starts from nothing: what a later caller's environment holds must not get in.
func (b *peer) setenv(p *userns.Plan) {
	b.add("--clearenv")
	for _, kv := range p.Env {
		key, value := cutVariable(kv)
		b.add("--setenv", key, value)
	}
}
