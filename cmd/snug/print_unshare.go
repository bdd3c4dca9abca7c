package main

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"snug/idmap"
	"snug/userns"
	"snug/userns/rootfs"
)

// unshareOf is a plan in the words of util-linux' unshare: namespaces and ids. setpriv,
// env, prlimit and timeout do what they can for the rest.
func unshareOf(p *userns.Plan) *peer {
	u := &peer{title: "The namespaces and ids of it by util-linux, 2.38 or newer:"}
	scopeFor(u, p)
	u.add("unshare")
	u.unshareIDs(p)
	u.add("--mount", "--propagation", "private")
	for _, n := range p.Namespaces() {
		if n != "user" && n != "mnt" && n != "pid" {
			u.add("--" + n)
		}
	}
	if p.Share&userns.SharePID == 0 {
		u.add("--pid", "--fork", "--kill-child=KILL")
		u.lackIf(!p.AsPid1, "the command is pid 1: nobody reaps orphans for it, and signals it has no handler for don't reach it")
	}
	for i := range p.View {
		if p.View[i].Op == rootfs.OpProc {
			u.add("--mount-proc=/" + p.View[i].Path)
		}
	}
	u.add("--wd=" + p.Dir)
	if p.Ambient {
		u.add("--keep-caps")
	}
	u.add("--")
	u.environment(p)
	u.privileges(p)
	u.wrapped(p)
	u.unshareLacks(p)
	return u
}

// unshareIDs says who the user is. Ranges are written OUTER,INNER,COUNT, which every
// version that has them reads.
func (u *peer) unshareIDs(p *userns.Plan) {
	u.add("--user")
	for _, m := range []struct {
		what string
		ids  idmap.Map
	}{{"user", p.UIDs}, {"group", p.GIDs}} {
		ranges := 0
		for _, e := range m.ids {
			// A range of one is the caller's own id: it needs no help.
			if e.Count == 1 {
				u.add("--map-" + m.what + "=" + strconv.FormatUint(uint64(e.Inner), 10))
				continue
			}
			ranges++
			u.add("--map-" + m.what + "s=" + commaed(e.Outer, e.Inner, e.Count))
		}
		u.lackIf(ranges > 1, "more than one range of "+m.what+" ids needs util-linux 2.39, where they are written inner:outer:count")
	}
}

func commaed(numbers ...uint32) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.FormatUint(uint64(n), 10)
	}
	return strings.Join(words, ",")
}

// privileges takes away what setpriv can. Only who has capabilities can bound them, and
// for all others no_new_privs does.
func (u *peer) privileges(p *userns.Plan) {
	words := []string{"setpriv", "--no-new-privs"}
	if rootInside(p) || p.Ambient {
		kept := []string{"-all"}
		for _, c := range p.Caps.Names() {
			kept = append(kept, "+"+strings.ToLower(strings.TrimPrefix(c, "CAP_")))
		}
		names := strings.Join(kept, ",")
		words = append(words, "--bounding-set="+names)
		if p.Ambient {
			words = append(words, "--inh-caps="+names, "--ambient-caps="+names)
		} else {
			words = append(words, "--inh-caps=-all")
		}
	}
	u.add(append(words, "--")...)
}

// rootInside says whether the command is root in its user namespace.
func rootInside(p *userns.Plan) bool {
	return len(p.UIDs) > 0 && p.UIDs[0].Inner == 0
}

func (u *peer) unshareLacks(p *userns.Plan) {
	u.lack("THERE IS NO VIEW: the command sees all your files and can write what you can, in your home, too")
	u.lackIf(!p.NestedUsers, "user namespaces inside are allowed")
	u.lackIf(ownFilter(p) != nil, "system calls are not filtered")
	u.lackIf(p.Landlock.ABI > 0, "it knows no Landlock")
	u.lackIf(p.Share&userns.ShareUTS == 0, "the host name stays "+"what it is outside; the name "+p.Hostname+" is not set")
	u.lackIf(p.Share&userns.ShareNet == 0, "lo stays down")
	u.lackIf(p.Share&userns.ShareNet == 0, "/sys is the host's")
	u.lackIf(p.Terminal != nil, "it makes no terminal: the command has the caller's, and can type into it where the kernel allows that (TIOCSTI)")
	u.lackIf(p.Supervisor != nil, "nobody says which calls were refused")
	u.lackIf(p.StopSignal != unix.SIGTERM && p.Timeout == 0, "nobody sends "+signalWord(p.StopSignal)+" for TERM")
	u.lack("descriptors above 2 that the caller left open stay open")
}
