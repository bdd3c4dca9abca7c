package userns

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// exported lists the exported names of the package in dir, with fields and methods of Cmd.
func exported(t *testing.T, dir string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	add := func(name string) {
		if ast.IsExported(name) {
			names[name] = true
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(dir, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range f.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil || receiver(d) == "Cmd" {
					add(d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch s := spec.(type) {
					case *ast.ValueSpec:
						for _, n := range s.Names {
							add(n.Name)
						}
					case *ast.TypeSpec:
						add(s.Name.Name)
						fields(s, add)
					}
				}
			}
		}
	}
	return names
}

func receiver(d *ast.FuncDecl) string {
	of := d.Recv.List[0].Type
	if star, ok := of.(*ast.StarExpr); ok {
		of = star.X
	}
	name, _ := of.(*ast.Ident)
	if name == nil {
		return ""
	}
	return name.Name
}

func fields(s *ast.TypeSpec, add func(string)) {
	if of, ok := s.Type.(*ast.StructType); ok && s.Name.Name == "Cmd" {
		for _, f := range of.Fields.List {
			for _, n := range f.Names {
				add(n.Name)
			}
		}
	}
}

// TestComparedWithExec sees that the documentation leaves out no name of os/exec, and has
// none on the left that isn't there.
func TestComparedWithExec(t *testing.T) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	theirs := exported(t, filepath.Join(strings.TrimSpace(string(root)), "src/os/exec"))
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "# For those who know os/exec")
	table, _, _ = strings.Cut(table, "# For those who know go-landlock")
	word := regexp.MustCompile(`[A-Z][A-Za-z]+`)
	for line := range strings.Lines(table) {
		row, ok := strings.CutPrefix(line, "//\t")
		if !ok {
			continue
		}
		for _, name := range word.FindAllString(row[:min(28, len(row))], -1) {
			if name != "Cmd" && !theirs[name] {
				t.Errorf("os/exec has no %s", name)
			}
			delete(theirs, name)
		}
	}
	delete(theirs, "Cmd")
	if len(theirs) > 0 {
		t.Errorf("not compared: %v", slices.Sorted(maps.Keys(theirs)))
	}
}
