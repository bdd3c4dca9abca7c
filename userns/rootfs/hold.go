package rootfs

import (
	"path"
	"slices"
)

// Guard is a name in the project that stays as it is, relative to it. No directory on
// the way to it is a symlink.
type Guard struct {
	Name string
	Hold Hold
}

// Hold is how a name is held. Each is a mount on the name itself, which can't be
// renamed, removed or replaced then (EBUSY).
type Hold string

// The holds.
const (
	HoldFile   Hold = "read-only" // what is there, read-only
	HoldPlace  Hold = "in place"  // a directory stays where it is; what is in it can change
	HoldLink   Hold = "link"      // a symlink stays that one
	HoldAbsent Hold = "absent"    // nothing is there, and nothing can be made there
	HoldHidden Hold = "hidden"    // the same, of a file that is there outside
)

// held is where a link lies while it is mounted wherever nothing is to be: a link to
// nothing, so that all who look find nothing, and none can make something.
const (
	held   = ".held"
	heldTo = "/proc/protected-by-snug"
)

// holds come when all else is in its place, and show what they hold once more, at the
// same place: nothing is looked up outside, where a name may have become a link to
// something else since it was looked at.
func (a *arranger) holds() (steps []Step) {
	// One on another of the same name would be on the link itself, which can't be removed then.
	steps = once(append(a.hidden(), a.guards()...))
	for i := range steps {
		if steps[i].Link != "" {
			link := Step{Op: OpSymlink, Path: held, Link: heldTo, Fresh: true}
			return append(append([]Step{link}, steps...), Step{Op: OpRemove, Path: held, Fresh: true})
		}
	}
	return steps
}

// once are the steps without another for the same place.
func once(steps []Step) (list []Step) {
	for _, s := range steps {
		if !slices.ContainsFunc(list, func(o Step) bool { return o.Path == s.Path }) {
			list = append(list, s)
		}
	}
	return list
}

// hidden are the concealed files that are still to be seen.
func (a *arranger) hidden() (steps []Step) {
	for _, c := range a.concealed {
		dir, name := a.tree.canonical(path.Dir(c.place))[1:], path.Base(c.place)
		if place := path.Join(dir, name); a.shown(place) == c.file {
			steps = append(steps, Step{Op: OpHold, Path: place, Source: dir, Hold: HoldHidden, Link: held, ReadOnly: true})
		}
	}
	return steps
}

// shown is the file of the host that is seen at p, or "".
func (a *arranger) shown(p string) (source string) {
	at := a.tree.root
	for _, part := range split(p) {
		if at != nil {
			at = at.child(part)
		}
		switch {
		case at == nil && source == "":
			return ""
		case at == nil || at.kind == through:
			source = path.Join(source, part)
		case at.kind == bound && !at.inner:
			source = a.real(at.source)
		case at.kind == ours:
			source = ""
		default:
			return ""
		}
	}
	return source
}

func (a *arranger) guards() (steps []Step) {
	if a.Project == "" {
		return nil
	}
	project := a.tree.canonical(a.Project)[1:]
	for _, g := range a.Guards {
		if a.isProjects(project, g.Name) {
			s := Step{Op: OpHold, Path: path.Join(project, g.Name), Source: project, Hold: g.Hold, ReadOnly: g.Hold != HoldPlace}
			if g.Hold == HoldAbsent {
				s.Link = held
			}
			steps = append(steps, s)
		}
	}
	return steps
}

// isProjects says whether name is still the project's own: nothing that the user asked
// for is mounted on it or above it.
func (a *arranger) isProjects(project, name string) bool {
	at := a.tree.placed(project)
	if at == nil || at.kind != bound || at.source != a.Project {
		return false
	}
	for _, part := range split(name) {
		if at = at.child(part); at == nil {
			return true
		}
		if at.kind != through {
			return false
		}
	}
	return true
}
