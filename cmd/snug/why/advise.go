package why

import (
	"path"
	"strings"
)

// target is what a flag has to name, inside and outside.
type target struct{ inner, outer string }

func (t target) up() target { return target{path.Dir(t.inner), path.Dir(t.outer)} }

// advise says what would open a line, and what that means.
func (w *Witness) advise(p *Path, files []*file, o outside) {
	t := w.target(p, files, o)
	w.describe(p, t.outer)
	what := Quote(t.outer)
	switch {
	case p.State == Guarded:
		p.About, p.Decision = "it makes something run outside later", true
		p.Allow = "--allow-write " + Quote(w.View.Place(t.inner).Guard)
	case w.wide(t.outer):
	case p.State == ReadOnly && t.inner != t.outer:
		p.Allow = "--bind " + what + " " + Quote(t.inner)
	case within(t.inner, "/dev"):
		p.Allow = "--dev-bind " + what + " " + what
	case p.Changes:
		p.Allow = "--rw " + what
	default:
		p.Allow = "--ro " + what
	}
}

// describe says what is known of something outside.
func (w *Witness) describe(p *Path, outer string) {
	homes := w.View.Homes
	if a := aboutPath(homes, outer); a != nil {
		p.About, p.Decision, p.noise = a.what, a.keeps, a.noise
	}
	if start := startOf(homes, outer); p.Changes && start != "" && !p.Decision {
		p.About, p.Decision = "it makes something run outside later", true
		if start != outer && within(start, outer) {
			p.About = "it holds " + path.Base(start) + ", which makes something run outside later"
		}
	}
}

// target finds what a flag has to name. What isn't there outside can't be shown, but the
// directory that it was to be made in; and a program is shown with its neighbours, some of
// which it is sure to need.
func (w *Witness) target(p *Path, files []*file, o outside) target {
	t := target{p.Path, p.Path}
	switch p.State {
	case Guarded:
		at := w.View.Place(p.Path).At
		return target{at, at}
	case ReadOnly:
		t.outer = w.View.Place(p.Path).Host
		if len(files) == 1 && files[0].makes {
			t = t.up()
		}
	case Hidden:
		if !p.Changes && strings.HasSuffix(path.Dir(p.Path), "bin") {
			t = t.up()
		}
	}
	for !o.exists(t.outer) && t.outer != "/" {
		t = t.up()
	}
	return t
}

// wide tells whether a flag for that would open a home, or all of them, or half a machine.
func (w *Witness) wide(outer string) bool {
	for _, home := range w.View.Homes {
		if within(home, outer) {
			return true
		}
	}
	return strings.Count(outer, "/") < 2 && outer != "/opt" && outer != "/srv"
}
