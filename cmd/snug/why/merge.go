package why

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// Path is one line of a report: a file, or a directory for several files in it.
type Path struct {
	Path     string
	State    State
	Count    int  // of the paths it stands for
	Changes  bool // some were to be written, made or removed
	Times    uint64
	Programs []string
	// Allow is the flag that would open it, and nothing more.
	Allow string
	// About says what it is, if that is known. Decision says that to open it is one: a
	// secret, or a way to more than files.
	About    string
	Decision bool

	noise bool
}

// Paths lists what was in the way when the command has ended, what matters most first; more
// says that there were so many that some were forgotten.
func (w *Witness) Paths() (list []Path, more bool) {
	return w.paths(host{})
}

func (w *Witness) paths(o outside) (list []Path, more bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []*file
	for _, f := range w.files {
		if w.caused(f, o) {
			all = append(all, f)
		}
	}
	slices.SortFunc(all, func(x, y *file) int { return cmp.Or(cmp.Compare(x.state, y.state), strings.Compare(x.path, y.path)) })
	groups := map[string][]*file{}
	var order []string
	for _, f := range all {
		key := string('0'+byte(f.state)) + w.group(f)
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], f)
	}
	for _, key := range order {
		list = append(list, w.line(groups[key], o))
	}
	slices.SortStableFunc(list, func(x, y Path) int {
		return cmp.Or(rank(x)-rank(y), cmp.Compare(y.Times, x.Times))
	})
	return list, w.more
}

// rank puts last what programs look for as a matter of course.
func rank(p Path) int {
	if p.noise {
		return 1
	}
	return 0
}

// shelves are directories of a home that hold something of everybody's: what is common to
// several files is a directory in them at most.
var shelves = []string{".config", ".cache", ".local", ".local/share", ".local/state", ".local/lib", ".var", ".var/app"}

// group is the directory within which files may become one line.
func (w *Witness) group(f *file) string {
	p := w.View.Place(f.path)
	if f.state == Guarded {
		return p.At
	}
	if f.state == ReadOnly && strings.Count(p.At, "/") > 1 {
		return p.At // what somebody chose to show
	}
	rest := names(strings.TrimPrefix(f.path, p.At))
	deep := 1
	for _, home := range w.View.Homes {
		for within(f.path, home) && p.At == home && deep < len(rest) && slices.Contains(shelves, path.Join(rest[:deep]...)) {
			deep++
		}
	}
	return path.Join(p.At, path.Join(rest[:min(deep, len(rest))]...))
}

// line makes one of files of one group.
func (w *Witness) line(files []*file, o outside) Path {
	p := Path{State: files[0].state, Path: files[0].path}
	for _, f := range files {
		p.Path = common(p.Path, f.path)
		p.Count++
		p.Times += f.times
		p.Changes = p.Changes || f.changes
		for _, who := range f.programs {
			if !slices.Contains(p.Programs, who) && len(p.Programs) < mostPrograms {
				p.Programs = append(p.Programs, who)
			}
		}
	}
	w.advise(&p, files, o)
	return p
}

// common is the directory that two paths have in common, or one of them.
func common(a, b string) string {
	for !within(b, a) {
		a = path.Dir(a)
	}
	return a
}
