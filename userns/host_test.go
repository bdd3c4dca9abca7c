package userns

import (
	"flag"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"snug/idmap"
	"snug/userns/rootfs"
)

var update = flag.Bool("update", false, "rewrite testdata")

// golden compares got with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		os.MkdirAll(filepath.Dir(file), 0o755)
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; -update rewrites):\n%s", file, diff)
	}
}

// disk is a host's files: what a path is, or "-> " and what the link says, or "= " and
// what the file does. Links lead to a path without links.
type disk map[string]string

func newDisk(lines string) disk {
	d := disk{"/": "dir"}
	for name := range strings.FieldsSeq(strings.ReplaceAll(lines, " -> ", "->")) {
		name, to, link := strings.Cut(name, "->")
		what := "file"
		switch {
		case link:
			what = "-> " + to
		case strings.HasSuffix(name, "/"):
			name, what = path.Clean(name), "dir"
		}
		for dir := path.Dir(name); d[dir] == ""; dir = path.Dir(dir) {
			d[dir] = "dir"
		}
		d[name] = what
	}
	return d
}

func (d disk) Lstat(name string) rootfs.Kind {
	switch what := d[path.Clean(name)]; {
	case what == "":
		return rootfs.Missing
	case what == "dir":
		return rootfs.Directory
	case what == "file" || strings.HasPrefix(what, "= "):
		return rootfs.File
	}
	return rootfs.Symlink
}

func (d disk) Text(name string) string {
	text, _ := strings.CutPrefix(d[name], "= ")
	if text == d[name] {
		return ""
	}
	return text
}

func (d disk) Directories(dir string) (names []string) {
	entries, _ := d.ReadDir(dir)
	for _, e := range entries {
		if e.Kind == rootfs.Directory {
			names = append(names, e.Name)
		}
	}
	return names
}

// Writable: what is below a directory of that name isn't.
func (d disk) Writable(dir string) bool { return !strings.Contains(dir+"/", "/readonly/") }

func (d disk) Stat(name string) (rootfs.Kind, error) {
	name = path.Clean(name)
	if to := d.Readlink(name); to != "" {
		name = to
	}
	if d[name] == "" {
		return rootfs.Missing, unix.ENOENT
	}
	return d.Lstat(name), nil
}

func (d disk) Readlink(name string) string {
	to, _ := strings.CutPrefix(d[name], "-> ")
	if to == d[name] {
		return ""
	}
	return to
}

func (d disk) ReadDir(dir string) (entries []rootfs.Entry, err error) {
	switch d[dir] {
	case "":
		return nil, unix.ENOENT
	case "dir":
	default:
		return nil, unix.ENOTDIR
	}
	for _, name := range slices.Sorted(maps.Keys(d)) {
		if name != "/" && path.Dir(name) == dir {
			entries = append(entries, rootfs.Entry{Name: path.Base(name), Kind: d.Lstat(name)})
		}
	}
	return entries, nil
}

// testHost is an ordinary user on an ordinary machine.
func testHost() *Host {
	return &Host{
		UID: 1000, GID: 1001, User: "u", Homes: []string{"/home/u"},
		Env: []string{"PATH=/home/u/bin:/usr/bin:/bin", "HOME=/home/u", "LANG=C", "GITHUB_TOKEN=ghp_x"},
		Files: newDisk(`
			/bin -> /usr/bin
			/etc/resolv.conf -> /run/systemd/resolve/stub-resolv.conf
			/home/u/p/.git/hooks/ /home/u/p/.git/config /home/u/p/.envrc /home/u/worktree/.git /home/u/.ssh/
			/proc/sys/
			/run/systemd/resolve/stub-resolv.conf
			/srv/rootfs/bin/sh /srv/rootfs/var/tmp/
			/usr/bin/true /var/tmp/`),
		Limits:  map[string]uint64{"core": Unlimited, "nproc": 63000},
		SubUIDs: []idmap.Range{{Start: 100000, Count: 65536}},
		SubGIDs: []idmap.Range{{Start: 200000, Count: 65536}},

		LandlockABI: 7,
	}
}
