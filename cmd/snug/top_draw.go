package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// topView is what is on the screen of snug top, and nothing that has to do with how it comes
// there: a function of what was measured, of the size, and of what was typed.
type topView struct {
	rows    []sample
	wide    int // in columns
	high    int // in lines
	by      int // the order: an index of orders
	reverse bool
	from    int  // the first that is shown
	paint   bool // in colours
	cpus    int
	memory  uint64 // of the machine, in bytes
	problem string
}

// orders are what can be sorted by, each with its key.
var orders = []struct {
	name string
	key  byte
	cmp  func(a, b *sample) int
}{
	{"cpu", 'c', func(a, b *sample) int { return cmp.Compare(orZero(b.CPUs), orZero(a.CPUs)) }},
	{"memory", 'm', func(a, b *sample) int { return cmp.Compare(b.memoryNow(), a.memoryNow()) }},
	{"pressure", 'p', func(a, b *sample) int { return cmp.Compare(b.worstStall(), a.worstStall()) }},
	{"name", 'n', func(a, b *sample) int { return strings.Compare(a.Name, b.Name) }},
}

func orZero(f *float64) float64 {
	if f == nil {
		return 0
	}
	return *f
}

func (s *sample) memoryNow() uint64 {
	if s.Usage == nil {
		return 0
	}
	return s.Usage.Memory
}

// worstStall is the largest share of time in which some process waited for something.
func (s *sample) worstStall() (worst float64) {
	if s.Pressure == nil {
		return 0
	}
	for _, p := range []float64{stallOf(s.Pressure.CPU), stallOf(s.Pressure.Memory), stallOf(s.Pressure.IO)} {
		worst = max(worst, p)
	}
	return worst
}

// sorted are the rows in their order, equal ones by name.
func (v *topView) sorted() []sample {
	rows := slices.Clone(v.rows)
	slices.SortStableFunc(rows, func(a, b sample) int {
		order := cmp.Or(orders[v.by].cmp(&a, &b), strings.Compare(a.Name, b.Name))
		if v.reverse {
			return -order
		}
		return order
	})
	return rows
}

// draw gives at most v.high lines of at most v.wide columns.
func (v *topView) draw() []string {
	lines := []string{fitText(v.summary(), v.wide)}
	columns := v.columns()
	lines = append(lines, v.header(columns))
	room := max(v.high-3, 0) // but for the two above and the keys below
	v.from = max(min(v.from, len(v.rows)-room), 0)
	rows := v.sorted()[v.from:]
	for i := range rows[:min(room, len(rows))] {
		lines = append(lines, v.line(columns, &rows[i]))
	}
	if len(rows) == 0 && room > 0 {
		lines = append(lines, fitText("No sandbox runs. Start one: snug run -d -- CMD", v.wide))
	}
	for len(lines) < v.high-1 {
		lines = append(lines, "")
	}
	lines = append(lines, fitText("q quit  c m p n sort  < > by column  r reverse", v.wide))
	return lines[:min(len(lines), max(v.high, 0))]
}

func (v *topView) summary() string {
	if v.problem != "" {
		return "snug top: " + v.problem
	}
	var cpus float64
	var memory uint64
	for i := range v.rows {
		cpus += orZero(v.rows[i].CPUs)
		memory += v.rows[i].memoryNow()
	}
	up := ""
	if v.reverse {
		up = ", reversed"
	}
	return fmt.Sprintf("snug top: %d running, by %s%s; cpu %s of %d, memory %s of %s", len(v.rows), orders[v.by].name, up,
		percentWords(cpus), v.cpus, shortSize(memory), shortSize(v.memory))
}

// fitText is text in a number of columns, or fewer. Nothing of it reaches the terminal as an
// order, and what may be shown twice as wide counts so: a line that wraps moves all others.
func fitText(s string, wide int) string {
	var b strings.Builder
	for _, r := range plain(s) {
		n := 1
		switch {
		case !unicode.IsPrint(r) || unicode.In(r, unicode.Mn, unicode.Me):
			r = '?' // what has no width, or turns the direction
		case r >= 0x1100:
			n = 2
		}
		if wide -= n; wide < 0 {
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}

// bar is a share of a number of characters: something is at least one.
func bar(share float64, wide int) string {
	n := min(int(share*float64(wide)+0.5), wide)
	if n <= 0 && share > 0 {
		n = 1
	}
	n = max(n, 0)
	return strings.Repeat("#", n) + strings.Repeat(".", wide-n)
}
