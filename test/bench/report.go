package main

import (
	"fmt"
	"io"
	"strings"
)

type report struct {
	machine [][]string
	tables  []table
	rounds  int
	smoke   bool   // too few rounds to judge anything
	more    bool   // the second half, which goes behind the first
	only    string // the one part this is about, if it is
}

const preface = `# Benchmark

` + "`make bench`" + ` writes this file. Contestants run interleaved, %d rounds; a ratio is the median, over the
rounds, of a time divided by that of the first row in the same round. Times of other machines
differ: compare ratios.

`

// writeReport writes everything as markdown: the bars first, because they are the answer.
func writeReport(w io.Writer, r report) {
	bars := "bars, as ratios to bwrap"
	switch {
	case r.only != "":
		bars = "bars for " + r.only
	case r.more:
		section(w, "with cgroups", "Beside a systemd user manager, in namespaces of its own, without controllers.")
		bars = "bars for cgroups"
	default:
		fmt.Fprintf(w, preface, r.rounds)
	}
	if !r.smoke {
		section(w, bars, "")
		writeRows(w, []string{"what", "must be", "aim", "measured", "verdict"}, barRows(r.tables))
	}
	for _, t := range r.tables {
		section(w, t.Title, t.Note)
		writeRows(w, t.Columns, t.Rows)
	}
	if !r.more || r.only != "" {
		section(w, "machine", "")
		writeRows(w, []string{"", ""}, r.machine)
	}
}

func section(w io.Writer, title, note string) {
	fmt.Fprintf(w, "## %s%s\n\n", strings.ToUpper(title[:1]), title[1:])
	if note != "" {
		fmt.Fprintf(w, "%s\n\n", note)
	}
}

func barRows(tables []table) (rows [][]string) {
	for _, t := range tables {
		for _, b := range t.Bars {
			rows = append(rows, barRow(b))
		}
	}
	return rows
}

func barRow(b bar) []string {
	sign := "≤"
	if b.AtLeast {
		sign = "≥"
	}
	aim := "-"
	if b.Aim != 0 {
		aim = fmt.Sprintf("%s %.2f", sign, b.Aim)
	}
	row := []string{b.What, fmt.Sprintf("%s %.2f", sign, b.Must), aim}
	switch {
	case b.Unknown:
		return append(row, "-", "not measured")
	case b.Aim != 0 && b.met(b.Aim):
		return append(row, fmt.Sprintf("%.3f", b.Got), "met, and the aim")
	case b.met(b.Must):
		return append(row, fmt.Sprintf("%.3f", b.Got), "met")
	}
	return append(row, fmt.Sprintf("%.3f", b.Got), "**missed**")
}

func writeRows(w io.Writer, columns []string, rows [][]string) {
	line := func(cells []string) { fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | ")) }
	line(columns)
	line(strings.Split(strings.Repeat("---,", len(columns)-1)+"---", ","))
	for _, row := range rows {
		line(row)
	}
	fmt.Fprintln(w)
}
