package house

import (
	"go/ast"
	"slices"
)

// eachFunc calls f for every function declaration.
func (t *tree) eachFunc(f func(*pkg, *source, *ast.FuncDecl)) {
	t.eachGo(func(p *pkg, s *source) {
		for _, d := range s.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				f(p, s, fn)
			}
		}
	})
}

// The uses of init: stage is where a re-executed child takes over, before any main; entry
// begins while the runtime keeps the main goroutine on its thread.
const (
	stage = "userns/internal/launch/stage.go"
	entry = "cmd/snug/main.go"
)

func noInit(t *tree) (problems []string) {
	t.eachFunc(func(_ *pkg, s *source, fn *ast.FuncDecl) {
		if fn.Recv == nil && fn.Name.Name == "init" && s.path != stage && s.path != entry {
			problems = append(problems, s.at(fn.Pos(), "func init"))
		}
	})
	return problems
}

func panicsAreBugs(t *tree) (problems []string) {
	helpers := []string{"bug", "impossible"}
	t.eachFunc(func(_ *pkg, s *source, fn *ast.FuncDecl) {
		if s.tests || slices.Contains(helpers, fn.Name.Name) {
			return
		}
		ast.Inspect(fn, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && isIdent(call.Fun, "panic") {
				problems = append(problems, s.at(call.Pos(), "%s panics", fn.Name.Name))
			}
			return true
		})
	})
	return problems
}

// onlyCommandExits: a library that ends the process takes the decision from its caller.
func onlyCommandExits(t *tree) (problems []string) {
	t.eachGo(func(p *pkg, s *source) {
		_, name := room(p.path)
		if s.tests || name == "cmd/snug" || name == "userns/internal/launch" {
			return
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && endsProcess(sel) {
				problems = append(problems, s.at(sel.Pos(), "%s ends the process", p.path))
			}
			return true
		})
	})
	return problems
}

func endsProcess(sel *ast.SelectorExpr) bool {
	switch sel.Sel.Name {
	case "Exit":
		return isIdent(sel.X, "os") || isIdent(sel.X, "syscall") || isIdent(sel.X, "unix")
	case "Fatal", "Fatalf", "Fatalln":
		return isIdent(sel.X, "log")
	}
	return false
}

func isIdent(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}
