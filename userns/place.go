package userns

import (
	"path"
	"strings"

	"snug/userns/rootfs"
)

// Place is what a sandbox shows at a path.
type Place struct {
	// At is the part of the view that the path belongs to: that path, or one above it.
	At string
	// Host is the path outside of what is there, "" if it is nothing of the host's: then a
	// file of the host's at that path is hidden.
	Host     string
	ReadOnly bool
	// Guard is the name in the project, as [Spec.AllowWrite] takes it, by which that is held
	// as it is.
	Guard string
	// Absent says that a link to nothing stands there: what is there outside is hidden, or
	// nothing of that name can be made.
	Absent bool
	// Kernel says that it belongs to a file system of the kernel's, /proc or /sys.
	Kernel bool
}

// Place tells what the command sees at a path inside, which is absolute, clean and without
// symbolic links on its way. It looks at the plan only: whether there is a file is another
// question.
func (p *Plan) Place(file string) Place {
	var s *rootfs.Step
	for i := range p.View {
		if at := &p.View[i]; rootfs.Within(file, "/"+at.Path) && (s == nil || len(at.Path) >= len(s.Path)) {
			s = at
		}
	}
	if s == nil {
		return Place{At: "/"}
	}
	place := Place{At: "/" + s.Path}
	rest := strings.TrimPrefix(file, place.At)
	switch {
	case s.Hold == rootfs.HoldHidden:
		place.Absent = true
	case s.Op == rootfs.OpHold:
		name := strings.TrimPrefix(strings.TrimPrefix(s.Path, s.Source), "/")
		place.Host, place.ReadOnly, place.Absent = path.Join(p.Project, name, rest), s.ReadOnly, s.Hold == rootfs.HoldAbsent
		if s.ReadOnly || rest == "" {
			place.Guard = name
		}
	case s.Op == rootfs.OpBind && (s.Inner && s.ReadOnly || s.Source == "/proc" || s.Source == "/sys"),
		s.Op == rootfs.OpProc || s.Op == rootfs.OpSysfs || s.Op == rootfs.OpDevpts:
		place.Kernel = true
	case s.Op == rootfs.OpBind && !s.Inner:
		place.Host, place.ReadOnly = path.Join("/", s.Source, rest), s.ReadOnly
	}
	return place
}
