package faults

import (
	"context"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"snug/test/script/built"
)

// TestOddProjects takes projects that were made to break what looks at them:
// by hanging on a FIFO, by following a link, by a name that isn't printable.
// Nothing hangs, nothing outside changes, and the command runs.
func TestOddProjects(t *testing.T) {
	built.NeedUser(t)
	guarded := []string{".git/hooks", ".git/config", ".gitmodules", ".envrc", ".vscode", ".idea", ".claude", ".mcp.json", ".husky"}
	tests := []struct {
		name string
		make func(dir, outside string) error
	}{
		{"empty", func(string, string) error { return nil }},
		{"links to outside", func(dir, outside string) error {
			return forAll(guarded, dir, func(file string) error { return os.Symlink(outside, file) })
		}},
		{"links to the host's files", func(dir, _ string) error {
			return forAll(guarded, dir, func(file string) error { return os.Symlink("/etc/passwd", file) })
		}},
		{"links to nowhere", func(dir, _ string) error {
			return forAll(guarded, dir, func(file string) error { return os.Symlink("/no/where", file) })
		}},
		{"links to themselves", func(dir, _ string) error {
			return forAll(guarded, dir, func(file string) error { return os.Symlink(filepath.Base(file), file) })
		}},
		{"links to the project", func(dir, _ string) error {
			return forAll(guarded, dir, func(file string) error { return os.Symlink(dir, file) })
		}},
		{"FIFOs", func(dir, _ string) error {
			return forAll(guarded, dir, func(file string) error { return unix.Mkfifo(file, 0o644) })
		}},
		{"sockets", func(dir, _ string) error { return forAll(guarded, dir, listen) }},
		{"modes of nothing", func(dir, _ string) error {
			return forAll(guarded, dir, func(file string) error { return os.WriteFile(file, nil, 0) })
		}},
		{"directories for files", func(dir, _ string) error {
			return forAll(guarded, dir, func(file string) error { return os.Mkdir(file, 0o755) })
		}},
		{".git is a FIFO", func(dir, _ string) error { return unix.Mkfifo(filepath.Join(dir, ".git"), 0o644) }},
		{".git is a loop", func(dir, _ string) error { return os.Symlink(".git", filepath.Join(dir, ".git")) }},
		{".git is outside", func(dir, outside string) error { return os.Symlink(outside, filepath.Join(dir, ".git")) }},
		{".git can't be entered", func(dir, _ string) error { return os.Mkdir(filepath.Join(dir, ".git"), 0) }},
		{"odd names", func(dir, _ string) error {
			return forAll([]string{"a\nb", "\xff\xfe", "\x1b[31m", "-rf", " ", "%s%n", "$(touch x)", "`touch x`", strings.Repeat("n", 255)}, dir,
				func(file string) error { return os.WriteFile(file, nil, 0o644) })
		}},
		{"many files", func(dir, _ string) error {
			for i := range 3000 {
				if err := os.WriteFile(filepath.Join(dir, itoa(i)), nil, 0o644); err != nil {
					return err
				}
			}
			return nil
		}},
		{"deep", func(dir, _ string) error { return os.MkdirAll(dir+strings.Repeat("/d", 1500), 0o755) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			top := t.TempDir()
			dir, outside := filepath.Join(top, "project"), filepath.Join(top, "outside")
			must(t, os.Mkdir(dir, 0o755))
			must(t, os.Mkdir(outside, 0o755))
			must(t, test.make(dir, outside))
			before := names(top)
			for _, flag := range []string{"-c", "-r", "--map-auto"} {
				if out, err := runIn(dir, flag, "--", "sh", "-c", "touch new && rm new && echo ran"); err != nil || out != "ran\n" {
					t.Errorf("%s: %v: %s", flag, err, out)
				}
			}
			if after := names(top); !slices.Equal(before, after) {
				t.Errorf("before: %q\nafter: %q", before, after)
			}
		})
	}
}

// forAll makes something of each name, with the directories above it.
func forAll(list []string, dir string, make func(file string) error) error {
	for _, name := range list {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := make(file); err != nil {
			return err
		}
	}
	return nil
}

// listen leaves a socket; its path may be too long to bind from here.
func listen(file string) error {
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	defer os.Chdir(here)
	if err := os.Chdir(filepath.Dir(file)); err != nil {
		return err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Base(file)})
	if err != nil {
		return err
	}
	l.SetUnlinkOnClose(false)
	return l.Close()
}

// names are all files below dir that can be seen, with what they are.
func names(dir string) (list []string) {
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			list = append(list, path+" "+d.Type().String())
		}
		return nil
	})
	return list
}

// runIn runs snug there, for ten seconds at most.
func runIn(dir string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "snug", append([]string{"run"}, args...)...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestTooDeep: a current directory whose path is longer than the kernel's paths
// can be has no name to be opened by. That is said; another project can be had.
func TestTooDeep(t *testing.T) {
	built.NeedUser(t)
	top := t.TempDir()
	script := `
d=$(head -c 200 /dev/zero | tr '\0' d)
for i in $(seq 25); do mkdir $d && cd -P $d 2>/dev/null || cd $d; done
snug run -- true; echo status $?
snug run --project "$1" -- echo elsewhere; echo status $?`
	cmd := exec.Command("sh", "-c", script, "sh", top)
	cmd.Dir = top
	out, err := cmd.CombinedOutput()
	must(t, err)
	for _, want := range []string{"snug: error: open the current directory", "  cause: ", "  fix: ", "status 125", "elsewhere\nstatus 0"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
	exec.Command("rm", "-rf", top).Run() // too deep for Go as well
}
