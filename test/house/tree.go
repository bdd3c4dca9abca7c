package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strings"
)

// source is one file of the repository; Go files come with their syntax.
type source struct {
	path  string // relative to the top, with slashes
	text  string
	set   *token.FileSet
	ast   *ast.File
	tests bool // a _test.go file, or anything in the test room
}

// pkg is one directory of Go files, all build constraints together: a rule holds for the
// code of every architecture, not only for this machine's.
type pkg struct {
	path  string
	files []*source
}

type tree struct {
	pkgs  []*pkg
	files []*source
}

// parseTree makes a tree of texts by path.
func parseTree(texts map[string]string) (*tree, error) {
	t := &tree{}
	byDir := map[string]*pkg{}
	for name, text := range texts {
		s := &source{path: name, text: text}
		t.files = append(t.files, s)
		if !strings.HasSuffix(name, ".go") || strings.Contains(name, "testdata/") {
			continue
		}
		if err := s.parse(); err != nil {
			return nil, err
		}
		dir := path.Dir(name)
		if byDir[dir] == nil {
			byDir[dir] = &pkg{path: dir}
			t.pkgs = append(t.pkgs, byDir[dir])
		}
		byDir[dir].files = append(byDir[dir].files, s)
	}
	t.sort()
	return t, nil
}

func (s *source) parse() (err error) {
	s.set = token.NewFileSet()
	s.ast, err = parser.ParseFile(s.set, s.path, s.text, parser.ParseComments|parser.SkipObjectResolution)
	s.tests = strings.HasSuffix(s.path, "_test.go") || strings.HasPrefix(s.path, "test/")
	return err
}

func (t *tree) sort() {
	byPath := func(a, b *source) int { return strings.Compare(a.path, b.path) }
	slices.SortFunc(t.files, byPath)
	slices.SortFunc(t.pkgs, func(a, b *pkg) int { return strings.Compare(a.path, b.path) })
	for _, p := range t.pkgs {
		slices.SortFunc(p.files, byPath)
	}
}

// eachGo calls f for every Go file.
func (t *tree) eachGo(f func(*pkg, *source)) {
	for _, p := range t.pkgs {
		for _, s := range p.files {
			f(p, s)
		}
	}
}

// at formats a problem with its place.
func (s *source) at(pos token.Pos, format string, args ...any) string {
	return fmt.Sprintf("%s:%d: %s", s.path, s.set.Position(pos).Line, fmt.Sprintf(format, args...))
}
