package userns

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"snug/userns/rootfs"
)

// guarded are the guards of the project /p, a word each, without what isn't there at its top.
func guarded(files string, texts map[string]string, spec *Spec) (list []string, err error) {
	d := newDisk("/p/ " + files)
	for name, text := range texts {
		d[name] = "= " + text
	}
	h := testHost()
	h.Files = d
	spec.Project = "/p"
	p := &Plan{}
	err = resolveGuards(p, spec, h)
	for _, g := range p.guards {
		if g.Hold != "absent" {
			list = append(list, strings.ReplaceAll(string(g.Hold), " ", "-")+":"+g.Name)
		}
	}
	return list, err
}

func TestGuards(t *testing.T) {
	git := "in-place:.git read-only:.git/config read-only:.git/hooks read-only:.git/commondir"
	for _, c := range []struct {
		name, files string
		texts       map[string]string
		want        string
	}{
		{"nothing", "/p/main.go", nil, ""},
		{"a repository", "/p/.git/hooks/ /p/.git/config /p/.gitmodules", nil, "read-only:.gitmodules " + git},
		{"without anything", "/p/.git/HEAD", nil, git},
		{"a worktree's file", "/p/.git", map[string]string{"/p/.git": "gitdir: /elsewhere/.git/worktrees/p\n"}, "read-only:.git"},
		{"a worktree's own configuration", "/p/.git/config.worktree /p/.git/config /p/.git/hooks/", nil, git[:len(git)-len(" read-only:.git/commondir")] +
			" read-only:.git/config.worktree read-only:.git/commondir"},
		{"which could be made", "/p/.git/config /p/.git/hooks/", map[string]string{"/p/.git/config": "[extensions]\n\tworktreeConfig = true\n"},
			git[:len(git)-len(" read-only:.git/commondir")] + " read-only:.git/config.worktree read-only:.git/commondir"},
		{"editors and agents", "/p/.vscode/ /p/.envrc /p/.claude/ /p/.mcp.json /p/.gitignore", nil,
			"read-only:.envrc read-only:.vscode read-only:.claude read-only:.mcp.json"},
		{"a link out of it", "/p/.vscode -> /home/u/shared", nil, "link:.vscode"},
		{"a link in it", "/p/.vscode -> conf/vscode /p/conf/vscode/", nil, "link:.vscode read-only:conf/vscode"},
		{"a link to .git", "/p/.git -> real /p/real/config /p/real/hooks/", nil, "in-place:real read-only:real/config read-only:real/hooks read-only:real/commondir link:.git"},
		{"an included file", "/p/.git/config /p/.git/hooks/ /p/inc /p/deeper/", map[string]string{
			"/p/.git/config": "[Include]\n path = ../inc ; comment\n[includeIf \"gitdir:x]\"]\n path = \"/p/more\"\n[include]\n path = ~/x\n",
			"/p/inc":         "[include]\n\tpath = deeper/one\n", "/p/deeper/one": "[include]\npath = one\n"},
			git[:len(git)-len(" read-only:.git/commondir")] + " read-only:.git/commondir read-only:inc read-only:deeper/one read-only:more"},
		{"hooks elsewhere", "/p/.git/config /p/.git/hooks/ /p/tools/hooks/", map[string]string{"/p/.git/config": "[core]\n\thooksPath = tools/hooks\n"},
			git[:len(git)-len(" read-only:.git/commondir")] + " read-only:.git/commondir read-only:tools/hooks"},
		{"a submodule", "/p/.git/config /p/.git/hooks/ /p/.git/modules/a/b/config /p/.git/modules/a/b/hooks/ /p/x/y/z/.git", map[string]string{
			"/p/.gitmodules": "[submodule \"a/b\"]\n\tpath = x/y/z\n\turl = u\n", "/p/x/y/z/.git": "gitdir: ../../../.git/modules/a/b\n"},
			"read-only:.gitmodules " + git + " in-place:.git/modules in-place:.git/modules/a in-place:.git/modules/a/b read-only:.git/modules/a/b/config " +
				"read-only:.git/modules/a/b/hooks read-only:.git/modules/a/b/commondir read-only:x/y/z/.git"},
		{"worktrees elsewhere", "/p/.git/config /p/.git/hooks/ /p/.git/worktrees/w/gitdir /p/.git/worktrees/w/commondir /p/.git/worktrees/w/HEAD", nil,
			git + " in-place:.git/worktrees in-place:.git/worktrees/w read-only:.git/worktrees/w/commondir read-only:.git/worktrees/w/gitdir"},
		{"others below it", "/p/a/.git/config /p/a/.git/hooks/ /p/b/c/.git /p/node_modules/x/.git/ /p/d/e/f/.git/", nil,
			"in-place:a/.git read-only:a/.git/config read-only:a/.git/hooks read-only:a/.git/commondir read-only:b/c/.git"},
		{"hostile paths", "/p/.git/config /p/.git/hooks/ /p/out -> /home/u /home/u/.ssh/.git/", map[string]string{
			"/p/.gitmodules": "[submodule \"a\"]\npath = out/.ssh\n[submodule \"b\"]\npath = ../../home/u/.ssh\n[submodule \"c\"]\npath = .\n",
			"/p/.git/config": "[include]\npath=../out/x\n[include]\npath=..\n[core]\nhooksPath=/home/u/.ssh\n", "/p/.git/commondir": "../../home/u"},
			"read-only:.gitmodules in-place:.git read-only:.git/commondir"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := guarded(c.files, c.texts, &Spec{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Fields(c.want), got); diff != "" && len(got)+len(c.want) > 0 {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAllowWrite(t *testing.T) {
	files := "/p/.git/config /p/.git/hooks/ /p/.vscode/"
	for _, c := range []struct {
		allow []string
		want  string
	}{
		{[]string{".git"}, "read-only:.vscode"},
		{[]string{"/p/.git/hooks/", "./.vscode"}, "in-place:.git read-only:.git/config read-only:.git/commondir"},
		{[]string{"."}, ""},
		{[]string{"/p"}, ""},
		{[]string{".idea"}, "read-only:.vscode in-place:.git read-only:.git/config read-only:.git/hooks read-only:.git/commondir"}, // one that isn't there
	} {
		got, err := guarded(files, nil, &Spec{AllowWrite: c.allow})
		if err != nil {
			t.Errorf("%q: %v", c.allow, err)
		}
		if want := strings.Fields(c.want); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%q: got %q, want %q", c.allow, got, want)
		}
	}
	for _, name := range []string{"main.go", "..", "/", "/home/u/.ssh", "", ".gi"} {
		if got, err := guarded(files, nil, &Spec{AllowWrite: []string{name}}); err == nil {
			t.Errorf("%q was taken: %q", name, got)
		}
	}
}

// What the caller can't make, nobody inside can, unless there are more ids.
func TestPlaceholders(t *testing.T) {
	d := newDisk("/readonly/p/main.go /q/.git/config /q/.git/hooks/ /q/.vscode/")
	h := testHost()
	h.Files = d
	p := &Plan{}
	if err := resolveGuards(p, &Spec{Project: "/readonly/p"}, h); err != nil || len(p.Placeholders) > 0 {
		t.Errorf("got %v, %v", p.Placeholders, err)
	}
	p = &Plan{HelpUIDs: true}
	if err := resolveGuards(p, &Spec{Project: "/readonly/p"}, h); err == nil {
		t.Error("more ids: no error")
	}
	if err := resolveGuards(p, &Spec{Project: "/readonly/p", AllowWrite: []string{"."}}, h); err != nil {
		t.Errorf("more ids, allowed: %v", err)
	}
	p = &Plan{}
	if err := resolveGuards(p, &Spec{Project: "/q"}, h); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, place := range p.Placeholders {
		got = append(got, place.Name)
	}
	want := strings.Fields(".gitmodules .envrc .idea .devcontainer .cursor .claude .codex .gemini .mcp.json .husky .snug.toml .git/commondir")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := resolveGuards(&Plan{}, &Spec{AllowWrite: []string{".git"}}, h); err == nil {
		t.Error("without a project: no error")
	}
}

func TestParseGitConfig(t *testing.T) {
	text := "[core]\n\tA = 1 # x\n[remote \"or]ig#in\"]\n\turl = \"a # b\" ; c\n; k = v\n[a.b] c = d\\\n  e\\\\f\\\"\nflag\n[x"
	want := []gitValue{{"core", "a", "1"}, {"remote", "url", "a # b"}, {"a", "c", `d  e\f"`}}
	if diff := cmp.Diff(want, parseGitConfig(text), cmp.AllowUnexported(gitValue{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzParseGitConfig(f *testing.F) {
	for _, s := range []string{"[a \"b\"]\nc=d", "[", "\\\n\\", "=\"\\", "[a]]=", "[\"]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { parseGitConfig(s) })
}

// What is looked up for it before every sandbox: in this repository.
func BenchmarkGuards(b *testing.B) {
	dir, err := filepath.Abs("..")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		h := &Host{Files: &files{known: map[string]rootfs.Kind{}}}
		if err := resolveGuards(&Plan{}, &Spec{Project: dir}, h); err != nil {
			b.Fatal(err)
		}
	}
}
