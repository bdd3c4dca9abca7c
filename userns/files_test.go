package userns

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"snug/userns/rootfs"
)

func newFiles() *files { return &files{known: map[string]rootfs.Kind{}} }

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, err := range []error{
		os.Mkdir(at("dir"), 0o755), os.WriteFile(at("file"), nil, 0o644), os.Symlink("dir", at("link")),
		os.Symlink("nowhere", at("broken")), os.Symlink("loop", at("loop")), unix.Mkfifo(at("fifo"), 0o600),
		os.WriteFile(at("odd \n\xff"), nil, 0o644),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if l, err := net.Listen("unix", at("socket")); err == nil {
		defer l.Close()
	}
	f := newFiles()
	for _, c := range []struct {
		name        string
		lstat, stat rootfs.Kind
		errno       error
		link        string
	}{
		{"dir", rootfs.Directory, rootfs.Directory, nil, ""},
		{"file", rootfs.File, rootfs.File, nil, ""},
		{"fifo", rootfs.File, rootfs.File, nil, ""},
		{"link", rootfs.Symlink, rootfs.Directory, nil, "dir"},
		{"broken", rootfs.Symlink, rootfs.Missing, unix.ENOENT, "nowhere"},
		{"loop", rootfs.Symlink, rootfs.Missing, unix.ELOOP, "loop"},
		{"gone", rootfs.Missing, rootfs.Missing, unix.ENOENT, ""},
		{"file/x", rootfs.Missing, rootfs.Missing, unix.ENOTDIR, ""},
		{"odd \n\xff", rootfs.File, rootfs.File, nil, ""},
	} {
		for range 2 { // the second time from memory
			if got := f.Lstat(at(c.name)); got != c.lstat {
				t.Errorf("Lstat(%q): got %d, want %d", c.name, got, c.lstat)
			}
			if got, err := f.Stat(at(c.name)); got != c.stat || err != c.errno {
				t.Errorf("Stat(%q): got %d, %v, want %d, %v", c.name, got, err, c.stat, c.errno)
			}
			if got := f.Readlink(at(c.name)); got != c.link {
				t.Errorf("Readlink(%q): got %q, want %q", c.name, got, c.link)
			}
		}
	}
	entries, err := f.ReadDir(dir)
	got := map[string]rootfs.Kind{}
	for _, e := range entries {
		got[e.Name] = e.Kind
	}
	delete(got, "socket")
	want := map[string]rootfs.Kind{"dir": rootfs.Directory, "file": rootfs.File, "fifo": rootfs.File, "link": rootfs.Symlink,
		"broken": rootfs.Symlink, "loop": rootfs.Symlink, "odd \n\xff": rootfs.File}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("ReadDir: %v (-want +got):\n%s", err, diff)
	}
	for name, want := range map[string]error{"gone": unix.ENOENT, "file": unix.ENOTDIR, "loop": unix.ELOOP} {
		if _, err := f.ReadDir(at(name)); err == nil || !strings.HasSuffix(err.Error(), want.Error()) {
			t.Errorf("ReadDir(%q): got %v, want %v", name, err, want)
		}
	}
}

func TestClosedDirectory(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root can enter every directory")
	}
	dir := filepath.Join(t.TempDir(), "closed")
	if err := os.Mkdir(dir, 0); err != nil {
		t.Fatal(err)
	}
	f := newFiles()
	if _, err := f.ReadDir(dir); err != unix.EACCES {
		t.Errorf("ReadDir: got %v, want EACCES", err)
	}
	if kind, err := f.Stat(dir + "/x"); kind != rootfs.Missing || err != unix.EACCES {
		t.Errorf("Stat below: got %d, %v, want EACCES", kind, err)
	}
	if got := f.Lstat(dir + "/x"); got != rootfs.Missing {
		t.Errorf("Lstat below: got %d", got)
	}
}

func TestGather(t *testing.T) {
	t.Setenv("HOME", "/home/of/env")
	h, err := Gather(&Spec{})
	if err != nil {
		t.Fatal(err)
	}
	if h.UID != uint32(os.Geteuid()) || h.GID != uint32(os.Getegid()) || len(h.Env) != len(os.Environ()) || h.SubUIDs != nil {
		t.Errorf("got %+v", h)
	}
	if len(h.Homes) == 0 || h.Homes[len(h.Homes)-1] != "/home/of/env" {
		t.Errorf("homes: got %q", h.Homes)
	}
	t.Setenv("HOME", "relative")
	if h, _ = Gather(&Spec{}); strings.Contains(strings.Join(h.Homes, " "), "relative") {
		t.Errorf("homes: got %q", h.Homes)
	}
}

func TestPasswd(t *testing.T) {
	if name, home := passwd(0); name != "root" || home == "" {
		t.Errorf("root: got %q, %q", name, home)
	}
	if name, home := passwd(4_000_000_000); name != "" || home != "" {
		t.Errorf("nobody: got %q, %q", name, home)
	}
}

func TestDirectories(t *testing.T) {
	dir := t.TempDir()
	want := []string{}
	for i := range 3000 {
		name := fmt.Sprintf("%0200d", i)
		if i%100 == 0 {
			want = append(want, name)
			must(t, os.Mkdir(filepath.Join(dir, name), 0o755))
			continue
		}
		must(t, os.WriteFile(filepath.Join(dir, name), nil, 0o644))
	}
	must(t, os.Symlink(dir, filepath.Join(dir, "link")))
	f := &files{known: map[string]rootfs.Kind{}}
	got := f.Directories(dir)
	if len(got) == 0 || len(got) > len(want) { // it doesn't read such a directory to the end
		t.Errorf("got %d of %d", len(got), len(want))
	}
	for _, name := range got {
		if !slices.Contains(want, name) {
			t.Errorf("%s is no directory", name)
		}
	}
	small := t.TempDir()
	for _, name := range []string{"b", "a", ".c", "\xff\n"} {
		must(t, os.Mkdir(filepath.Join(small, name), 0o755))
	}
	if got := slices.Sorted(slices.Values(f.Directories(small))); !slices.Equal(got, []string{".c", "a", "b", "\xff\n"}) {
		t.Errorf("got %q", got)
	}
	for _, name := range []string{dir + "/link", dir + "/" + fmt.Sprintf("%0200d", 1), "/nowhere"} {
		if got := f.Directories(name); got != nil {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

// What is looked into is a file, and not without end: a project may hold anything.
func TestText(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	must(t, os.WriteFile(at("text"), []byte("text"), 0o644))
	must(t, os.WriteFile(at("long"), make([]byte, 3<<20), 0o644))
	must(t, os.WriteFile(at("closed"), []byte("text"), 0))
	must(t, unix.Mkfifo(at("fifo"), 0o644))
	must(t, os.Symlink("text", at("link")))
	f := &files{}
	for name, want := range map[string]int{"text": 4, "long": longestText, "fifo": 0, "link": 0, "closed": 0, "none": 0, ".": 0} {
		if got := len(f.Text(at(name))); got != want && !(name == "closed" && os.Getuid() == 0) {
			t.Errorf("%s: %d bytes, want %d", name, got, want)
		}
	}
}
