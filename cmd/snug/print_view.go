package main

import (
	"path"
	"slices"
	"strings"

	"snug/userns"
	"snug/userns/rootfs"
)

// thing is one place of a view, as other programs talk of it: they make mount points by
// themselves, and can't bind what is inside already.
type thing struct {
	what thingKind
	at   string // absolute, inside
	step *rootfs.Step
	mode uint32 // of a private directory
}

type thingKind uint8

const (
	private    thingKind = iota // a directory of the sandbox's own
	shown                       // a place of the host's
	link                        // a symlink
	small                       // a tmpfs of its own
	kernels                     // proc, sysfs or devpts
	readOnly                    // a part of what is there already
	noDir                       // covered by an empty directory
	noFile                      // covered by an empty file
	standard                    // one of the nodes and links that everybody makes in /dev
	twice                       // a second place of a private directory
	fileOwn                     // an empty file of the sandbox's own
	keptAbsent                  // nothing, and nothing can be made there
	keptLink                    // a symlink that stays as it is
	notAThing  thingKind = 255
)

// things lists what a view consists of, in its order.
func things(p *userns.Plan) (list []thing) {
	var holds []thing                // that stand together
	own := map[string]*rootfs.Step{} // private directories and files, by path
	for i := range p.View {
		s := &p.View[i]
		t := thing{at: "/" + s.Path, step: s, mode: s.Mode}
		if removed(p.View[i+1:], s.Path) { // it is there only while others are made
			continue
		}
		switch s.Op {
		case rootfs.OpMkdir, rootfs.OpMkfile:
			if mounted(p.View[i+1:], s.Path) {
				continue
			}
			if own[s.Path] = s; s.Op == rootfs.OpMkfile {
				t.what = fileOwn
			}
		case rootfs.OpSymlink:
			t.what = link
		case rootfs.OpTmpfs:
			t.what = small
		case rootfs.OpProc, rootfs.OpSysfs, rootfs.OpDevpts:
			t.what = kernels
		case rootfs.OpBind:
			t.what = shown
			if s.Inner {
				t.what, t.mode = innerKind(s, own)
			}
		case rootfs.OpHold:
			t.what, t.step = held(p, s)
		case rootfs.OpRemove:
			continue
		}
		if hasDevpts(p) && isStandard(&t) {
			t.what = standard
		}
		if s.Op == rootfs.OpHold {
			holds = append(holds, t)
			continue
		}
		list, holds = append(append(list, parentsFirst(holds)...), t), nil
	}
	return append(list, parentsFirst(holds)...)
}

// parentsFirst sorts what is held. snug shows a name once more with all that is mounted below
// it, in any order; others bind what is outside, which would cover that.
func parentsFirst(holds []thing) []thing {
	slices.SortStableFunc(holds, func(a, b thing) int { return strings.Compare(a.at, b.at) })
	return holds
}

func mounted(later []rootfs.Step, at string) bool {
	return slices.ContainsFunc(later, func(s rootfs.Step) bool {
		return s.Path == at && s.Op != rootfs.OpMkdir && s.Op != rootfs.OpMkfile
	})
}

func removed(later []rootfs.Step, at string) bool {
	return slices.ContainsFunc(later, func(s rootfs.Step) bool { return s.Path == at && s.Op == rootfs.OpRemove })
}

// held says how others can be told of a name that stays as it is: what is there is bound on
// itself, by its path outside.
func held(p *userns.Plan, s *rootfs.Step) (thingKind, *rootfs.Step) {
	switch s.Hold {
	case rootfs.HoldHidden:
		return noFile, s
	case rootfs.HoldAbsent:
		return keptAbsent, s
	case rootfs.HoldLink:
		return keptLink, s
	}
	outside := outsideOf(p, s.Path)
	switch {
	case outside == "":
		return notAThing, s
	case isPlaceholder(p, outside): // nothing is there yet
		return keptAbsent, s
	}
	// Whatever it is, nothing is mounted below it: that is what File tells the runtimes.
	return shown, &rootfs.Step{Op: rootfs.OpBind, Path: s.Path, Source: outside, ReadOnly: s.ReadOnly, File: true}
}

// isPlaceholder says whether a name outside is one that snug makes for the time of a sandbox.
func isPlaceholder(p *userns.Plan, outside string) bool {
	return slices.ContainsFunc(p.Placeholders, func(h userns.Placeholder) bool { return path.Join(p.Project, h.Name) == outside })
}

// outsideOf is what is seen at a path inside, by its path outside; "" if nothing of the host's is.
func outsideOf(p *userns.Plan, at string) (source string) {
	longest := -1
	for i := range p.View {
		s := &p.View[i]
		if s.Op == rootfs.OpBind && !s.Inner && len(s.Path) >= longest && rootfs.Within("/"+at, "/"+s.Path) {
			longest, source = len(s.Path), path.Join(s.Source, strings.TrimPrefix(at, s.Path))
		}
	}
	return source
}

// unheld says which names of the project others leave to be made or replaced.
func unheld(list []thing) string {
	var names []string
	for i := range list {
		if what := list[i].what; what == keptAbsent || what == keptLink {
			names = append(names, list[i].at)
		}
	}
	if names == nil {
		return ""
	}
	return "in the project these can be made or replaced, and may make something run outside later: " + strings.Join(names, " ")
}

// innerKind says what a bind of something inside is for.
func innerKind(s *rootfs.Step, own map[string]*rootfs.Step) (thingKind, uint32) {
	source := own[s.Source]
	switch {
	case s.Source == s.Path && s.ReadOnly:
		return readOnly, 0
	case source == nil && s.ReadOnly:
		return noDir, 0
	case source == nil:
		return notAThing, 0
	case source.Op == rootfs.OpMkfile:
		return noFile, 0
	}
	return twice, source.Mode
}

// hasDevpts says whether /dev is the usual one.
func hasDevpts(p *userns.Plan) bool {
	return slices.ContainsFunc(p.View, func(s rootfs.Step) bool { return s.Op == rootfs.OpDevpts && s.Path == "dev/pts" })
}

// isStandard says whether it is what every program that makes a /dev puts there.
func isStandard(t *thing) bool {
	name, ok := strings.CutPrefix(t.at, "/dev/")
	switch {
	case !ok:
		return false
	case t.what == shown:
		return slices.Contains([]string{"null", "zero", "full", "random", "urandom", "tty"}, name) && t.step.Source == t.at && t.step.Devices
	case t.what == link:
		return t.step.Link == devLink(name)
	}
	return t.what == kernels && name == "pts" || t.what == private && name == "shm"
}

// devLink is where a link of /dev leads.
func devLink(name string) string {
	switch name {
	case "fd":
		return "/proc/self/fd"
	case "stdin":
		return "/proc/self/fd/0"
	case "stdout":
		return "/proc/self/fd/1"
	case "stderr":
		return "/proc/self/fd/2"
	case "ptmx":
		return "pts/ptmx"
	}
	return ""
}

// needed says whether a private directory has to be made: the others are only on the way
// to what is mounted in them, which makes them as well.
func needed(list []thing, i int) bool {
	t := &list[i]
	if t.mode != 0o755 || path.Dir(t.at) == "/" {
		return true
	}
	for j := range list {
		if strings.HasPrefix(list[j].at, t.at+"/") {
			return false
		}
	}
	return true
}
