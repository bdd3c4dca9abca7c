package house

import (
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strings"
)

func filesAreShort(t *tree) (problems []string) {
	t.eachGo(func(_ *pkg, s *source) {
		lines := strings.Count(s.text, "\n")
		if lines > 400 && !ast.IsGenerated(s.ast) {
			problems = append(problems, fmt.Sprintf("%s: %d lines", s.path, lines))
		}
	})
	return problems
}

// namesSaySomething: such a name is a drawer for whatever has no place.
func namesSaySomething(t *tree) (problems []string) {
	drawers := []string{"util", "utils", "common", "types", "pkg", "misc", "helpers"}
	for _, p := range t.pkgs {
		for part := range strings.SplitSeq(p.path, "/") {
			if slices.Contains(drawers, part) {
				problems = append(problems, fmt.Sprintf("%s: %q says nothing", p.path, part))
			}
		}
	}
	return problems
}

// later finds notes to do something some day. The words are split, or this line would
// be found as well.
var later = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)

func nothingPutOff(t *tree) (problems []string) {
	for _, s := range t.files {
		if !isCode(s) {
			continue
		}
		number := 0
		for line := range strings.Lines(s.text) {
			number++
			if word := later.FindString(line); word != "" {
				problems = append(problems, fmt.Sprintf("%s:%d: %s", s.path, number, word))
			}
		}
	}
	return problems
}

func isCode(s *source) bool {
	return slices.Contains([]string{".go", ".s", ".sh"}, path.Ext(s.path)) ||
		path.Base(s.path) == "Makefile" || strings.HasPrefix(s.text, "#!")
}

func topLevelIsPlan(t *tree) (problems []string) {
	plan := []string{"cmd", "userns", "idmap", "cgroupv2", "seccomp", "test",
		"go.mod", "go.sum", "Makefile", "README.md", "LICENSE"}
	var odd []string
	for _, s := range t.files {
		first, _, _ := strings.Cut(s.path, "/")
		if !slices.Contains(plan, first) && !strings.HasPrefix(first, ".") {
			odd = append(odd, first+": is not in the plan")
		}
	}
	return slices.Compact(odd)
}
