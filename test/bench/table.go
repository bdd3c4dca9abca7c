package main

import (
	"fmt"
	"math"
)

// table is one part of the report. It travels as JSON from the process that measured.
type table struct {
	Title   string
	Note    string
	Columns []string
	Rows    [][]string
	Bars    []bar
	Failed  bool // a contestant did not do what it should
}

// bar is a promise about one figure.
type bar struct {
	What      string
	Must, Aim float64 // an Aim of 0: none beyond the promise
	AtLeast   bool    // larger is better
	Got       float64
	Unknown   bool // nothing was measured; JSON knows no NaN
}

// met judges a figure against a bound.
func (b bar) met(bound float64) bool {
	switch {
	case b.Unknown:
		return false
	case b.AtLeast:
		return b.Got >= bound
	}
	return b.Got <= bound
}

// got makes a bar with its figure.
func (b bar) got(figure float64) bar {
	if math.IsNaN(figure) {
		b.Unknown = true
		return b
	}
	b.Got = figure
	return b
}

// timeTable lays out the result of interleaved runs; the first one is the reference.
func timeTable(title, note string, all []*series) table {
	t := table{Title: title, Note: note,
		Columns: []string{"what", "min", "p25", "median", "p75", "p95", "ratio", "failed"}}
	for _, s := range all {
		t.Rows = append(t.Rows, timeRow(s, all[0]))
		t.Failed = t.Failed || s.failed > 0 || s.broken != nil
		if s.left != nil {
			t.Note += fmt.Sprintf(" %s is left out: %v.", s.name, s.left)
		}
	}
	return t
}

func timeRow(s, reference *series) []string {
	row := []string{s.name}
	us := good(s.us)
	if s.left != nil || len(us) == 0 {
		row = append(row, "-", "-", "-", "-", "-", "-")
	} else {
		for _, q := range []float64{0, 0.25, 0.5, 0.75, 0.95} {
			row = append(row, fmt.Sprintf("%.0f", quantile(us, q)))
		}
		row = append(row, fmt.Sprintf("%.3f", s.ratio(reference)))
	}
	return append(row, verdict(s))
}

func verdict(s *series) string {
	switch {
	case s.left != nil:
		return "left out"
	case s.failed > 0 || s.broken != nil:
		return fmt.Sprintf("FAILED (%d)", max(s.failed, 1))
	}
	return "0"
}
