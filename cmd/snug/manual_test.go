package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// testManual is what the grammar gives now.
func testManual(t *testing.T) (app *kong.Node, pages []manualPage) {
	t.Helper()
	k, err := newParser(new(grammar))
	if err != nil {
		t.Fatal(err)
	}
	return k.Model.Node, manual(k.Model.Node, "2026-11-27", "1.0")
}

// Every page has the sections that people look for, in the order that man-pages(7) gives.
func TestManualSections(t *testing.T) {
	app, pages := testManual(t)
	want := []string{"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES", "SEE ALSO"}
	for _, p := range pages {
		var got []string
		for _, m := range regexp.MustCompile(`(?m)^\.SH (.*)$`).FindAllStringSubmatch(p.text, -1) {
			if slices.Contains(want, m[1]) {
				got = append(got, m[1])
			}
		}
		missing := slices.DeleteFunc(slices.Clone(want), func(s string) bool { return slices.Contains(got, s) })
		if !slices.IsSortedFunc(got, func(a, b string) int { return slices.Index(want, a) - slices.Index(want, b) }) ||
			len(missing) > 0 && !slices.Equal(missing, []string{"EXAMPLES"}) {
			t.Errorf("%s: sections %q", p.name, got)
		}
	}
	for _, c := range app.Children {
		i := slices.IndexFunc(pages, func(p manualPage) bool { return p.name == "snug-"+c.Name })
		if (i >= 0) == c.Hidden {
			t.Errorf("%s: hidden %v, page %v", c.Name, c.Hidden, i >= 0)
		}
		if i < 0 {
			continue
		}
		for _, f := range c.Flags {
			if shown := strings.Contains(pages[i].text, bold("--"+f.Name)); shown == f.Hidden {
				t.Errorf("%s: --%s is hidden %v and shown %v", c.Name, f.Name, f.Hidden, shown)
			}
		}
	}
}

func TestManualPage(t *testing.T) {
	_, pages := testManual(t)
	for _, p := range pages {
		if p.name == "snug-freeze" { // a short one, which few changes of the grammar change
			golden(t, "snug-freeze.1", p.text)
		}
	}
}

// What a page says is what was meant: nothing of it is a request of roff's.
func TestRoffEscape(t *testing.T) {
	r := newRoff("x", "2026-11-27", "1")
	r.text(".so /etc/passwd 'x \\fB -- `a` ~^")
	r.block(helpBlock{".sy touch x\n'ab", true})
	for line := range strings.Lines(r.String()) {
		for _, bad := range []string{".so", ".sy", "'", `\fB`} {
			if strings.HasPrefix(line, bad) {
				t.Errorf("%q begins a line", bad)
			}
		}
	}
}

// The programs that read pages have nothing to say about them.
func TestManualIsClean(t *testing.T) {
	_, pages := testManual(t)
	linters := [][]string{{"groff", "-man", "-ww", "-z", "-Tutf8"}, {"mandoc", "-Tlint"}}
	for _, l := range linters {
		t.Run(l[0], func(t *testing.T) {
			if _, err := exec.LookPath(l[0]); err != nil {
				t.Skip(err)
			}
			for _, p := range pages {
				file := filepath.Join(t.TempDir(), p.name+".1")
				if err := os.WriteFile(file, []byte(p.text), 0o644); err != nil {
					t.Fatal(err)
				}
				if out, err := exec.Command(l[0], append(l[1:], file)...).CombinedOutput(); err != nil || len(out) > 0 {
					t.Errorf("%s: %v\n%s", l[0], err, out)
				}
			}
		})
	}
}

// A directory that isn't there is an error, and so is none.
func TestWriteManual(t *testing.T) {
	for _, args := range [][]string{{"__man"}, {"__man", "/nonexistent"}} {
		if status, _, stderr := captured(t, args...); status != 125 || !strings.HasPrefix(stderr, "snug: error: ") {
			t.Errorf("%q: got %d, %s", args, status, stderr)
		}
	}
	dir := t.TempDir()
	t.Setenv("SOURCE_DATE_EPOCH", "0")
	if status, stdout, stderr := captured(t, "__man", dir); status != 0 || stdout+stderr != "" {
		t.Fatalf("got %d, %s%s", status, stdout, stderr)
	}
	b, err := os.ReadFile(filepath.Join(dir, "snug.1"))
	if err != nil || !strings.Contains(string(b), "\n.TH SNUG 1 1970-01-01 ") {
		t.Errorf("%v, %.100s", err, b)
	}
}
