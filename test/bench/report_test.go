package main

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func TestBars(t *testing.T) {
	below := bar{What: "time", Must: 0.9, Aim: 0.75}
	above := bar{What: "rate", Must: 2, AtLeast: true}
	for _, tt := range []struct {
		bar  bar
		want string
	}{
		{below.got(0.7), "met, and the aim"},
		{below.got(0.8), "met"},
		{below.got(0.91), "**missed**"},
		{below.got(math.NaN()), "not measured"},
		{above.got(2.1), "met"},
		{above.got(1.9), "**missed**"},
	} {
		if got := barRow(tt.bar)[4]; got != tt.want {
			t.Errorf("%+v: got %s, want %s", tt.bar, got, tt.want)
		}
	}
}

func TestReport(t *testing.T) {
	r := report{
		machine: [][]string{{"cpu", "abacus"}},
		tables: []table{{Title: "first part", Note: "A note.", Columns: []string{"what", "us"},
			Rows: [][]string{{"bwrap", "12"}}, Bars: []bar{{What: "first part", Must: 0.9, Got: 0.5}}}},
		rounds: 7,
	}
	var full, smoke strings.Builder
	writeReport(&full, r)
	r.smoke = true
	writeReport(&smoke, r)
	for _, want := range []string{"7 rounds", "| first part | ≤ 0.90 | - | 0.500 | met |\n",
		"## First part\n\nA note.\n\n| what | us |\n| --- | --- |\n| bwrap | 12 |\n", "| cpu | abacus |"} {
		if !strings.Contains(full.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, &full)
		}
	}
	if strings.Contains(smoke.String(), "0.500") {
		t.Error("a smoke run judges bars")
	}
}

func TestContestantsEndWithTheTarget(t *testing.T) {
	f := field{snug: "/bin/snug", dir: "/some/project"}
	for _, c := range []contestant{f.snugRun(mapAuto, "/t", "a"), f.bwrap(fakeRoot, "/t", "a"), f.unshare(self, "/t", "a"), bare("/t", "a")} {
		if !slices.Equal(c.argv[len(c.argv)-2:], []string{"/t", "a"}) {
			t.Errorf("%s: %q", c.name, c.argv)
		}
	}
	if got := f.bwrap(self, "/t").argv; !slices.Contains(got, "--disable-userns") || !slices.Contains(got, "--seccomp") {
		t.Errorf("bwrap isolates less than snug: %q", got)
	}
}

func TestKibibytes(t *testing.T) {
	text := []byte("Rss:   12 kB\nPss:    7 kB\n")
	if got, err := kibibytes(text, "Pss:"); err != nil || got != 7 {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := kibibytes(text, "Slab:"); err == nil {
		t.Error("a missing line is no error")
	}
}
