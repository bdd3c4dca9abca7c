//go:build tools

package tools

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// A row is a tool and its work.
type row struct {
	name         string
	needs, flags []string
	want, ignore []*regexp.Regexp
	files        []txtar.File
}

// rows reads testdata.
func rows(t *testing.T) (all []row) {
	t.Helper()
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d tools in testdata: %v", len(names), err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := parse(string(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		r.name = strings.TrimSuffix(filepath.Base(name), ".txtar")
		all = append(all, r)
	}
	return all
}

func parse(text string) (r row, err error) {
	archive := txtar.Parse([]byte(text))
	for line := range strings.Lines(string(archive.Comment)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if err := r.take(line); err != nil {
			return r, err
		}
	}
	r.files = archive.Files
	if !r.has("run") || len(r.want) == 0 {
		return r, fmt.Errorf("a row needs a file named run and a line that begins with want")
	}
	return r, nil
}

// take reads a line of the head.
func (r *row) take(line string) error {
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "needs":
		r.needs = append(r.needs, strings.Fields(rest)...)
		return nil
	case "flags":
		r.flags = append(r.flags, strings.Fields(rest)...)
		return nil
	case "want", "ignore":
		re, err := regexp.Compile("(?m)" + rest)
		if word == "want" {
			r.want = append(r.want, re)
		} else {
			r.ignore = append(r.ignore, re)
		}
		return err
	}
	return fmt.Errorf("%q says nothing about a tool", line)
}

func (r *row) has(name string) bool {
	return slices.ContainsFunc(r.files, func(f txtar.File) bool { return f.Name == name })
}
