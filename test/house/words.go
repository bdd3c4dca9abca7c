package house

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
)

// packagesDocumented: three lines can't explain a design, but one line never does.
func packagesDocumented(t *tree) (problems []string) {
	for _, p := range t.pkgs {
		if lines := docLines(p); lines < 3 {
			problems = append(problems, fmt.Sprintf("%s: its package comment has %d lines", p.path, lines))
		}
	}
	return problems
}

func docLines(p *pkg) (most int) {
	for _, s := range p.files {
		lines := 0
		for line := range strings.Lines(s.ast.Doc.Text()) {
			if strings.TrimSpace(line) != "" {
				lines++
			}
		}
		most = max(most, lines)
	}
	return most
}

func namesDocumented(t *tree) (problems []string) {
	t.eachGo(func(p *pkg, s *source) {
		if s.tests || s.ast.Name.Name == "main" || ast.IsGenerated(s.ast) {
			return
		}
		for _, d := range s.ast.Decls {
			for _, name := range undocumented(d) {
				problems = append(problems, s.at(name.Pos(), "%s has no comment", name.Name))
			}
		}
	})
	return problems
}

// fromInterface names the methods an interface of the standard library explains once for
// all; a comment above each could only repeat it.
var fromInterface = []string{"Error", "Unwrap", "Is", "String"}

// undocumented lists the exported names of a declaration that have no comment.
func undocumented(d ast.Decl) []*ast.Ident {
	switch d := d.(type) {
	case *ast.FuncDecl:
		explained := d.Doc != nil || d.Recv != nil && slices.Contains(fromInterface, d.Name.Name)
		if !explained && d.Name.IsExported() && exportedReceiver(d) {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		var names []*ast.Ident
		for _, spec := range d.Specs {
			names = append(names, undocumentedSpec(d, spec)...)
		}
		return names
	}
	return nil
}

// undocumentedSpec looks at one type, or at one line of constants or variables: there the
// comment of the group speaks for the line.
func undocumentedSpec(d *ast.GenDecl, spec ast.Spec) (names []*ast.Ident) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if spec.Doc == nil && spec.Comment == nil && (d.Doc == nil || d.Lparen.IsValid()) {
			names = append(names, spec.Name)
		}
	case *ast.ValueSpec:
		if spec.Doc == nil && spec.Comment == nil && d.Doc == nil {
			names = spec.Names
		}
	}
	var exported []*ast.Ident
	for _, n := range names {
		if n.IsExported() {
			exported = append(exported, n)
		}
	}
	return exported
}

// exportedReceiver: methods of an unexported type appear in no documentation.
func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	exported := true
	ast.Inspect(f.Recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			exported = id.IsExported()
			return false
		}
		_, isList := n.(*ast.IndexListExpr)
		_, isIndex := n.(*ast.IndexExpr)
		_, isStar := n.(*ast.StarExpr)
		_, isParen := n.(*ast.ParenExpr)
		return isList || isIndex || isStar || isParen
	})
	return exported
}
