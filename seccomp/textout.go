package seccomp

import (
	"slices"
	"strings"
)

// The width of the lines that Text writes, and what names get of it however much else the
// statement says.
const (
	lineWidth = 90
	nameWidth = 40
)

// Text writes a profile in the text form, see [ParseText], which makes of it a profile that
// decides alike. Rules that differ in one value are written as one statement, and a rule
// that can never hold isn't written. What [Profile.Validate] refuses the text form can't say.
func (p *Profile) Text() string {
	var b strings.Builder
	b.WriteString("default " + p.Default.String() + "\n")
	if len(p.Rules) > 0 {
		b.WriteByte('\n')
	}
	for _, l := range p.lines() {
		l.write(&b)
	}
	return b.String()
}

// line is a statement to be written: a rule, or several that differ in the values that one
// argument has to be equal to.
type line struct {
	*Rule
	conds []condLine
}

// condLine is a condition that holds for each of some values.
type condLine struct {
	Cond
	values []uint64
}

func (p *Profile) lines() (all []line) {
	for i := range p.Rules {
		l := line{Rule: &p.Rules[i]}
		for _, c := range l.Conds {
			l.conds = append(l.conds, condLine{c, []uint64{c.Value}})
		}
		if len(l.Names) == 0 || slices.ContainsFunc(l.Conds, Cond.never) {
			continue
		}
		for all = append(all, l); len(all) > 1 && all[len(all)-2].join(l); l = all[len(all)-1] {
			all = all[:len(all)-1]
		}
	}
	return all
}

// never tells of a condition that no argument meets.
func (c Cond) never() bool { return c.Op == MaskedEqual && c.Value&^c.Mask != 0 }

// mostWays keeps lines readable, and what they say far from what the parser takes.
const mostWays = 64

// join takes the values of the next line in, if nothing else is different. Since both give
// the same action it makes no difference in which order their combinations are tried.
func (l *line) join(next line) bool {
	if !l.alike(next.Rule) || len(l.conds) != len(next.conds) {
		return false
	}
	differs, ways := -1, 1
	for i := range l.conds {
		a, b := &l.conds[i], &next.conds[i]
		switch {
		case a.Arg != b.Arg || a.Op != b.Op || a.Mask != b.Mask:
			return false
		case slices.Equal(a.values, b.values):
			ways *= len(a.values)
		case differs >= 0 || a.Op != Equal && a.Op != MaskedEqual:
			return false
		default:
			differs = i
			ways *= len(a.values) + len(b.values)
		}
	}
	if differs >= 0 && ways <= mostWays {
		l.conds[differs].values = append(l.conds[differs].values, next.conds[differs].values...)
	}
	return differs >= 0 && ways <= mostWays
}

// alike tells whether two rules differ in nothing but conditions.
func (r *Rule) alike(s *Rule) bool {
	return r.Action == s.Action && slices.Equal(r.Names, s.Names) && r.Only.equal(&s.Only) && r.Except.equal(&s.Except)
}

func (s *Scope) equal(t *Scope) bool {
	return s.Caps == t.Caps && s.Since == t.Since && slices.Equal(s.Arches, t.Arches)
}

// write repeats the statement for as many lines as its names take.
func (l *line) write(b *strings.Builder) {
	head, tail := l.Action.String(), l.tail()
	room := max(lineWidth-len(head)-len(tail), nameWidth)
	for names := l.Names; len(names) > 0; {
		b.WriteString(head)
		n, used := 0, 0
		for n == 0 || n < len(names) && used+1+len(names[n]) <= room {
			used += 1 + len(names[n])
			n++
		}
		for _, name := range names[:n] {
			b.WriteString(" " + name)
		}
		b.WriteString(tail + "\n")
		names = names[n:]
	}
}
