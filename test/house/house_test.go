package house

import (
	"strings"
	"testing"
)

func TestHouse(t *testing.T) {
	repo, err := load()
	if err != nil {
		t.Fatal(err)
	}
	if len(repo.pkgs) == 0 {
		t.Fatal("no package found")
	}
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			if problems := r.check(repo); len(problems) > 0 {
				t.Errorf("what to do: %s\n%s", r.fix, strings.Join(problems, "\n"))
			}
		})
	}
}

// TestGoListAgrees holds the drawing against the go command's own view: should the walk
// over the files ever miss a package, the rules would be kept by nobody.
func TestGoListAgrees(t *testing.T) {
	all, err := goList()
	if err != nil {
		t.Fatal(err)
	}
	repo, err := load()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, p := range repo.pkgs {
		seen[p.path] = true
	}
	for _, l := range all {
		from, _ := ours(l.ImportPath)
		if !seen[from] {
			t.Errorf("%s: known to go list only", l.ImportPath)
		}
		for _, path := range l.Imports {
			if to, ok := ours(path); ok && !mayImport(from, to) {
				t.Errorf("%s must not import %s", from, to)
			}
		}
	}
}
