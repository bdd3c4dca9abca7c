package userns

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

func TestCheckProject(t *testing.T) {
	const (
		fine    = ""
		home    = "it holds everything you own (/home/u)"
		machine = "it belongs to the whole machine, not to one project"
		nothing = "it is not a place for files of yours"
	)
	for dir, want := range map[string]string{
		"/home/u/p": fine, "/home/u/a/b": fine, "/srv/x": fine, "/tmp/x": fine, "/var/tmp/x": fine, "/mnt/x": fine,
		"/opt/x": fine, "/data": fine, "/home/user": fine, "/home/other": fine, "/usr/src/x": fine, "/developer": fine,
		"/home/u": home, "/home/u/": home, "/home": home, "/": home, "/home/u/p/..": home,
		"/tmp": machine, "/var/tmp": machine, "/usr": machine, "/etc": machine, "/srv": machine, "/root": machine,
		"/mnt": machine, "/media": machine, "/opt": machine, "/var": machine, "/boot": machine, "/bin": machine,
		"/dev": nothing, "/dev/shm/x": nothing, "/proc/self": nothing, "/sys": nothing, "/run/user/1000": nothing, "/run": nothing,
	} {
		err := testHost().CheckProject(dir)
		got := fine
		if err != nil {
			got = err.(*Error).Why
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", dir, got, want)
		}
		if err != nil && (err.(*Error).Err != unix.EPERM || !strings.Contains(err.(*Error).Fix, "--no-project")) {
			t.Errorf("%s: %v, fix %q", dir, err, err.(*Error).Fix)
		}
	}
}

func TestCheckProjectWithoutAHome(t *testing.T) {
	h := testHost()
	for _, homes := range [][]string{nil, {"/"}, {"/", "/nonexistent"}} {
		h.Homes = homes
		if err := h.CheckProject("/srv/x"); err != nil {
			t.Errorf("%q: %v", homes, err)
		}
		if err := h.CheckProject("/"); err == nil {
			t.Errorf("%q: / was taken", homes)
		}
	}
}

func TestCurrentProject(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	odd := filepath.Join(dir, "new\nline \xff")
	if err := os.Mkdir(odd, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(odd, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{odd, filepath.Join(dir, "link")} {
		t.Chdir(to)
		if got, err := CurrentProject(); got != odd || err != nil {
			t.Errorf("in %q: got %q, %v", to, got, err)
		}
	}
	if err := os.Remove(odd); err != nil {
		t.Fatal(err)
	}
	got, err := CurrentProject()
	want := "error: open the current directory: no such file or directory\ncause: it has been removed\n" +
		"fix:   change to a directory that exists, or name one with --project\nerrno: ENOENT\n"
	if diff := cmp.Diff(want, said(err)); diff != "" || got != "" {
		t.Errorf("removed: got %q (-want +got):\n%s", got, diff)
	}
}
