package userns

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"snug/userns/rootfs"
)

func listed(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func planned(dir string) *Plan {
	return &Plan{Project: dir, Placeholders: []Placeholder{
		{Name: ".idea"}, {Name: ".git/hooks", File: true}, {Name: ".git/commondir", File: true, Text: ".\n"}}}
}

func TestReserve(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	one, err := planned(dir).reserve(true)
	if err != nil {
		t.Fatal(err)
	}
	two, err := planned(dir).reserve(false)
	if err != nil {
		t.Fatal(err)
	}
	f := &files{}
	f.known = map[string]rootfs.Kind{}
	for _, name := range []string{".idea", ".git/hooks", ".git/commondir"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
		if f.Lstat(filepath.Join(dir, name)) != 0 {
			t.Errorf("%s counts as there", name)
		}
	}
	if text, _ := os.ReadFile(filepath.Join(dir, ".git/commondir")); string(text) != ".\n" {
		t.Errorf("commondir says %q", text)
	}
	one.release()
	if got := listed(t, dir); len(got) != 2 {
		t.Errorf("after one of two: got %q", got)
	}
	two.release()
	if got := append(listed(t, dir), listed(t, filepath.Join(dir, ".git"))...); len(got) != 1 {
		t.Errorf("after both: got %q", got)
	}
}

// What somebody else made in the meantime is neither shown as missing nor removed.
func TestReserveWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{".git", ".idea"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := planned(dir).reserve(false); !errors.Is(err, unix.EEXIST) {
		t.Errorf("got %v", err)
	}
	if got := append(listed(t, dir), listed(t, filepath.Join(dir, ".git"))...); len(got) != 2 {
		t.Errorf("got %q", got)
	}
}

// A link on the way leads nowhere.
func TestReserveThroughALink(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	if err := os.Symlink(other, filepath.Join(dir, ".git")); err != nil {
		t.Fatal(err)
	}
	if _, err := planned(dir).reserve(false); !errors.Is(err, unix.ELOOP) && !errors.Is(err, unix.EXDEV) {
		t.Errorf("got %v", err)
	}
	if got := listed(t, other); got != nil {
		t.Errorf("made %q elsewhere", got)
	}
	if got := listed(t, dir); len(got) != 1 {
		t.Errorf("left %q", got)
	}
}

func TestProjectIsLeftAsItWas(t *testing.T) {
	for _, args := range [][]string{{"true"}, {"false"}, {"no-such-command"}, {"sh", "-c", "mkdir .vscode || kill -KILL $$"}} {
		dir := t.TempDir()
		Run(context.Background(), &Spec{Args: args, Project: dir})
		if got := listed(t, dir); got != nil {
			t.Errorf("%q: left %q", args, got)
		}
	}
}

// Many at once in one project: each is held to its end, and the last one cleans up.
func TestManyInOneProject(t *testing.T) {
	dir := t.TempDir()
	done := make(chan error)
	const many = 24
	for range many {
		go func() {
			done <- Run(context.Background(), &Spec{Args: []string{"sh", "-c", "mkdir .vscode .idea .git && echo made"}, Project: dir})
		}()
	}
	for range many {
		var exit *ExitError
		if err := <-done; !errors.As(err, &exit) || exit.ExitCode() != 1 {
			t.Errorf("got %v", err)
		}
	}
	if got := listed(t, dir); got != nil {
		t.Errorf("left %q", got)
	}
}
