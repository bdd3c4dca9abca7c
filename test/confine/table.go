//go:build peers

package confine

import (
	"fmt"
	"io"
	"slices"

	"snug/test/confine/check"
)

// A table has a row for each check and a column for each contestant.
type table struct {
	names   []string
	columns map[string]outcomes // a contestant that can't take part has none
	absent  []string            // why
}

// add puts outcomes into a column, in which snug's ways are one: it is as open as
// the most open of them.
func (t *table) add(name string, found outcomes) {
	if t.columns == nil {
		t.columns = map[string]outcomes{}
	}
	if !slices.Contains(t.names, name) {
		t.names = append(t.names, name)
		t.columns[name] = outcomes{}
	}
	for row, o := range found {
		if t.columns[name][row].verdict != "open" {
			t.columns[name][row] = o
		}
	}
}

// cell is what stands in the table.
func (t *table) cell(name string, row *check.Check) string {
	verdict := t.columns[name][row.Name].verdict
	switch {
	case verdict == "" || verdict == "none":
		return "-"
	case row.Severity == check.Needed:
		return map[string]string{"closed": "works", "open": "fails"}[verdict]
	}
	return verdict
}

// problems are the rows that mustn't be open for snug: the grave ones, and those
// that a peer closes.
func (t *table) problems() (list []string) {
	for _, row := range rows() {
		if o := t.columns[t.names[0]][row.Name]; o.verdict == "open" {
			for _, peer := range t.names[1:] {
				if t.columns[peer][row.Name].verdict == "closed" {
					list = append(list, fmt.Sprintf("%s is open, and %s closes it: %s", row.Name, peer, o.what))
				}
			}
			if row.Severity == check.Critical || row.Severity == check.High {
				list = append(list, fmt.Sprintf("%s is open, and %s: %s", row.Name, row.Severity, o.what))
			}
		}
	}
	return list
}

// print writes the table, 100 columns wide at most.
func (t *table) print(w io.Writer) {
	for _, why := range t.absent {
		fmt.Fprintln(w, "not asked:", why)
	}
	line := func(cells ...any) { fmt.Fprintf(w, "%-27.27s %-40.40s %-8s %-6s %-6s %s\n", cells...) }
	cells := func(row *check.Check, first ...any) []any {
		for _, name := range t.names {
			first = append(first, t.cell(name, row))
		}
		return first
	}
	head := []any{"row", "what it stands against", "severity"}
	for _, name := range t.names {
		head = append(head, name)
	}
	line(head...)
	for _, row := range rows() {
		line(cells(&row, row.Name, row.Threat, row.Severity)...)
	}
	t.sum(w)
}

// sum counts, for each contestant.
func (t *table) sum(w io.Writer) {
	fmt.Fprintln(w)
	for _, name := range t.names {
		count := map[string]int{}
		for _, row := range rows() {
			count[t.cell(name, &row)]++
		}
		fmt.Fprintf(w, "%-8s %2d closed, %2d open; of what is needed %2d work, %2d fail\n",
			name, count["closed"], count["open"], count["works"], count["fails"])
	}
}
