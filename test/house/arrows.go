package house

import (
	"go/ast"
	"strconv"
	"strings"
)

// eachImport calls f for every import of every Go file.
func (t *tree) eachImport(f func(p *pkg, s *source, spec *ast.ImportSpec, path string)) {
	t.eachGo(func(p *pkg, s *source) {
		for _, spec := range s.ast.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				path = spec.Path.Value
			}
			f(p, s, spec, path)
		}
	})
}

// ours gives the directory of an import of this module.
func ours(importPath string) (dir string, ok bool) {
	return strings.CutPrefix(importPath, module+"/")
}

// mayImport is the drawing of the house: cmd/snug → userns → leaves → userns/internal,
// with cgroupv2 standing beside userns.
func mayImport(from, to string) bool {
	fromKind, fromRoom := room(from)
	toKind, toRoom := room(to)
	if fromRoom == toRoom {
		return true
	}
	switch fromKind {
	case testRoom:
		return true
	case command:
		return toKind == library || toKind == leaf || toKind == beside
	case library:
		return toKind == leaf || toKind == internal
	case leaf:
		return toKind == internal
	case internal:
		return toRoom == "userns/internal/sys"
	}
	return false
}

func arrowsPointDown(t *tree) (problems []string) {
	t.eachImport(func(p *pkg, s *source, spec *ast.ImportSpec, path string) {
		dir, ok := ours(path)
		if ok && !s.tests && !mayImport(p.path, dir) {
			problems = append(problems, s.at(spec.Pos(), "%s must not import %s", p.path, dir))
		}
	})
	return problems
}

func modulesStay(t *tree) (problems []string) {
	t.eachImport(func(p *pkg, s *source, spec *ast.ImportSpec, path string) {
		_, inModule := ours(path)
		first, _, _ := strings.Cut(path, "/")
		if inModule || path == module || !strings.Contains(first, ".") { // the standard library has no dot
			return
		}
		if _, name := room(p.path); !moduleAllowed(path, name, s.path, s.tests) {
			problems = append(problems, s.at(spec.Pos(), "%s may not import %s", p.path, path))
		}
	})
	return problems
}

func unsafeStays(t *tree) (problems []string) {
	t.eachImport(func(p *pkg, s *source, spec *ast.ImportSpec, path string) {
		_, name := room(p.path)
		home := name == "userns/internal/launch" || name == "userns/internal/sys"
		if path == "unsafe" && !home && !s.tests {
			problems = append(problems, s.at(spec.Pos(), "%s imports unsafe", p.path))
		}
	})
	return problems
}

func everyPackageHasRoom(t *tree) (problems []string) {
	for _, p := range t.pkgs {
		if k, _ := room(p.path); k == nowhere {
			problems = append(problems, p.path+": is in no room")
		}
	}
	return problems
}
