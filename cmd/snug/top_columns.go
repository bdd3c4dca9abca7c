package main

import (
	"strings"

	"snug/cgroupv2"
)

// topColumn is a column of the table. Where there is no room for all, those of the highest
// rank are left out; where there is more, those that may grow get it, one after the other.
type topColumn struct {
	title string
	rank  int
	wide  int
	most  int  // how wide it may become
	right bool // aligned
	words func(*sample) string
	share func(*topView, *sample) (share float64, known bool) // of a bar, instead
}

const topName, topCommand = 24, 1 << 10

var topColumns = []topColumn{
	{title: "NAME", rank: 0, wide: 12, most: topName, words: func(s *sample) string { return s.Name }},
	{title: "", rank: 5, wide: 4, most: 20, share: (*topView).cpuShare},
	{title: "CPU", rank: 1, wide: 5, right: true, words: (*sample).cpuWords},
	{title: "", rank: 3, wide: 4, most: 20, share: (*topView).memoryShare},
	{title: "MEMORY", rank: 2, wide: 11, right: true, words: (*sample).memoryWords},
	{title: "", rank: 7, wide: 4, most: 20, share: func(_ *topView, s *sample) (float64, bool) { return s.worstStall() / 100, s.Pressure != nil }},
	{title: "WAIT", rank: 4, wide: 4, right: true, words: (*sample).worstWords},
	{title: "PIDS", rank: 6, wide: 5, right: true, words: (*sample).processWords},
	{title: "COMMAND", rank: 8, wide: 10, most: topCommand, words: func(s *sample) string { return clipped(s.Command) }},
}

// columns are those for which there is room, and how wide they are.
func (v *topView) columns() (columns []topColumn) {
	left := v.wide + 1 // the first needs no space before it
	for rank := range topColumns {
		for _, c := range topColumns {
			if c.rank == rank {
				left -= c.wide + 1
			}
		}
		if left < 0 && rank > 0 {
			break
		}
		columns = columns[:0]
		for _, c := range topColumns {
			if c.rank <= rank {
				columns = append(columns, c)
			}
		}
	}
	left = v.wide + 1
	for _, c := range columns {
		left -= c.wide + 1
	}
	grow(columns, left)
	return columns
}

// grow gives away columns of the screen until there are none, or nobody wants one. Fewer than
// none are taken from the first, which is the only one then.
func grow(columns []topColumn, left int) {
	if left < 0 {
		columns[0].wide = max(columns[0].wide+left, 0)
	}
	for given := true; given && left > 0; {
		given = false
		for i := range columns {
			if c := &columns[i]; c.wide < c.most && left > 0 {
				c.wide++
				left--
				given = true
			}
		}
	}
}

func (v *topView) header(columns []topColumn) string {
	var cells []string
	for i := range columns {
		cells = append(cells, columns[i].pad(columns[i].title))
	}
	return strings.TrimRight(strings.Join(cells, " "), " ")
}

func (v *topView) line(columns []topColumn, s *sample) string {
	var cells []string
	for i := range columns {
		c := &columns[i]
		if c.share == nil {
			cells = append(cells, c.pad(c.words(s)))
			continue
		}
		share, known := c.share(v, s)
		if !known {
			cells = append(cells, c.pad(""))
			continue
		}
		cells = append(cells, v.painted(bar(share, c.wide), share))
	}
	return strings.TrimRight(strings.Join(cells, " "), " ")
}

// pad makes words as wide as the column.
func (c *topColumn) pad(words string) string {
	words = fitText(words, c.wide)
	space := strings.Repeat(" ", max(c.wide-len([]rune(words)), 0))
	switch {
	case c.most == topCommand:
		return words // the last; what is wide was counted so
	case c.right:
		return space + words
	}
	return words + space
}

// painted is a bar in the colour of how near the end is.
func (v *topView) painted(bar string, share float64) string {
	const green, yellow, red = "\x1b[32m", "\x1b[33m", "\x1b[31m"
	colour := green
	switch {
	case !v.paint:
		return bar
	case share >= 0.8:
		colour = red
	case share >= 0.5:
		colour = yellow
	}
	return colour + bar + "\x1b[0m"
}

// cpuShare is of all CPUs of the machine.
func (v *topView) cpuShare(s *sample) (float64, bool) {
	return orZero(s.CPUs) / float64(max(v.cpus, 1)), s.CPUs != nil
}

// memoryShare is of the limit, and of the machine's memory where there is none.
func (v *topView) memoryShare(s *sample) (float64, bool) {
	whole := v.memory
	if s.MemoryLimit != nil {
		whole = *s.MemoryLimit
	}
	return float64(s.memoryNow()) / float64(max(whole, 1)), s.Usage != nil
}

func (s *sample) worstWords() string {
	if s.Pressure == nil {
		return unknownWord
	}
	return percentWords(s.worstStall() / 100)
}

func (s *sample) processWords() string {
	only := sample{row: s.row}
	return only.pidsWords()
}

// stallOf is in percent.
func stallOf(p *cgroupv2.Pressure) float64 {
	if p == nil {
		return 0
	}
	return p.Some.Avg10
}
