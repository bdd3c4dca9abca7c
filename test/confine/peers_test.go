//go:build peers

package confine

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"snug/test/confine/bait"
	"snug/test/script/built"
)

var tableFile = flag.String("table", "", "write the table to this file")

// TestPeers asks snug and its peers the same. What any of them closes, snug has
// to.
func TestPeers(t *testing.T) {
	built.NeedUser(t)
	var all table
	for _, c := range Snug {
		t.Run(c.Name, func(t *testing.T) { all.add("snug", ask(t, &c)) })
	}
	for _, c := range peers {
		t.Run(c.Name, func(t *testing.T) { compare(t, &all, &c) })
	}
	for _, problem := range all.problems() {
		t.Error(problem)
	}
	var b bytes.Buffer
	all.print(&b)
	if *tableFile != "" {
		must(t, os.WriteFile(*tableFile, b.Bytes(), 0o644))
	}
}

func compare(t *testing.T, all *table, c *Contestant) {
	if why := usable(c, &bait.Host{Home: t.TempDir(), Project: t.TempDir()}); why != nil {
		all.absent = append(all.absent, why.Error())
		all.add(c.Name, nil)
		return
	}
	all.add(c.Name, ask(t, c))
}

// TestProblems gives the table columns in which something is wrong.
func TestProblems(t *testing.T) {
	open, closed := outcome{"open", "something"}, outcome{verdict: "closed"}
	for _, test := range []struct {
		name        string
		row         string
		snug, other outcome
		problems    int
	}{
		{"all is well", "secrets", closed, open, 0},
		{"a leak that matters little", "proc-keys", open, open, 0},
		{"one that a peer closes", "proc-keys", open, closed, 1},
		{"one that matters", "secrets", open, open, 1},
		{"both", "secrets", open, closed, 2},
		{"a peer that can't say", "proc-keys", open, outcome{verdict: "none"}, 0},
	} {
		var all table
		all.add("snug", outcomes{test.row: closed})
		all.add("snug", outcomes{test.row: test.snug})
		all.add("snug", outcomes{test.row: closed})
		all.add("other", outcomes{test.row: test.other})
		if got := all.problems(); len(got) != test.problems {
			t.Errorf("%s: %q", test.name, got)
		}
	}
}

// TestWidth: the table is for a terminal, and nothing is cut off in it.
func TestWidth(t *testing.T) {
	var all table
	for _, name := range []string{"snug", "bwrap", "firejail"} {
		all.add(name, nil)
	}
	var b strings.Builder
	all.print(&b)
	for line := range strings.Lines(b.String()) {
		if len(line) > 101 {
			t.Errorf("%d columns: %s", len(line)-1, line)
		}
	}
	for _, c := range rows() {
		if !strings.Contains(b.String(), c.Name+" ") || !strings.Contains(b.String(), c.Threat+" ") || c.Want == "" {
			t.Errorf("%s is cut off, or wants nothing", c.Name)
		}
	}
}
