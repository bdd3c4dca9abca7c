package cgroupv2

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

func TestParseMountinfo(t *testing.T) {
	const (
		unified = "25 30 0:22 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n"
		hybrid  = "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n"
		v1      = "33 31 0:30 / /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory\n"
		part    = `50 31 0:22 /user.slice /mnt/a\040b rw - cgroup2 none rw` + "\n"
	)
	for name, c := range map[string]struct {
		text string
		want hierarchy
		ok   bool
	}{
		"unified":        {v1 + unified, hierarchy{"/sys/fs/cgroup", "/", true}, true},
		"hybrid":         {v1 + hybrid, hierarchy{"/sys/fs/cgroup/unified", "/", false}, true},
		"the usual wins": {part + unified, hierarchy{"/sys/fs/cgroup", "/", true}, true},
		"only a part":    {part, hierarchy{"/mnt/a b", "/user.slice", false}, true},
		"only v1":        {v1, hierarchy{}, false},
		"nonsense":       {"x\n - cgroup2\n1 2 3 / / rw - cgroup2 x", hierarchy{}, false},
		"empty":          {"", hierarchy{}, false},
	} {
		got, ok := parseMountinfo(c.text)
		if ok != c.ok || got != c.want {
			t.Errorf("%s: got %+v, %v", name, got, ok)
		}
	}
}

func FuzzMountinfo(f *testing.F) {
	f.Add("25 30 0:22 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n")
	f.Add(`1 2 3 /\040\0 /\777 rw - cgroup2 x y`)
	f.Fuzz(func(t *testing.T, text string) {
		if h, ok := parseMountinfo(text); ok != (h != hierarchy{}) && ok {
			t.Errorf("%q: %+v, %v", text, h, ok)
		}
	})
}

func TestParseCgroup(t *testing.T) {
	for text, want := range map[string]string{
		"0::/user.slice/x\n":                "/user.slice/x",
		"8:pids:/\n1:cpu:/\n0::/here\n":     "/here",
		"0::/a:b::c\n":                      "/a:b::c",
		"0::/../../other\n":                 "/../../other",
		"12:cpuset:/0::/trap\n0::/really\n": "/really",
	} {
		if got, err := parseCgroup(text); got != want || err != nil {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}
	if _, err := parseCgroup("0::/gone (deleted)\n"); !errors.Is(err, unix.ENODEV) {
		t.Errorf("deleted: %v", err)
	}
	_, err := parseCgroup("8:pids:/\n")
	wants(t, err, ErrNoCgroup)
}

func TestDirOfCgroup(t *testing.T) {
	whole, part := hierarchy{mount: "/sys/fs/cgroup", root: "/"}, hierarchy{mount: "/c", root: "/user.slice"}
	for _, c := range []struct {
		h      hierarchy
		cgroup string
		want   string
	}{
		{whole, "/", "/sys/fs/cgroup"}, {whole, "/a/b", "/sys/fs/cgroup/a/b"},
		{part, "/user.slice", "/c"}, {part, "/user.slice/x", "/c/x"},
		// Not in the mount, or not below it.
		{part, "/user.slicer/x", ""}, {part, "/system.slice", ""}, {whole, "/../x", ""}, {part, "/user.slice/../x", ""},
	} {
		if got, ok := c.h.dir(c.cgroup); got != c.want || ok != (c.want != "") {
			t.Errorf("%s in %+v: got %q, %v", c.cgroup, c.h, got, ok)
		}
	}
}

func TestCommonAncestor(t *testing.T) {
	for _, c := range [][3]string{
		{"/a/b/c", "/a/b/d", "/a/b"}, {"/a", "/a", "/a"}, {"/a", "/a/b", "/a"}, {"/a", "/ab", "/"}, {"/", "/x", "/"}, {"/x/y", "/", "/"},
	} {
		if got := commonAncestor(c[0], c[1]); got != c[2] {
			t.Errorf("%s and %s: got %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

// What systemd manages is not touched unless it says that it is delegated.
func TestDelegated(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", dir)
	if err := os.MkdirAll(dir+"/systemd/transient", 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"yes.scope": "[Scope]\nDelegate=yes\n", "no.scope": "[Scope]\nDelegate=no\n", "plain.service": "[Service]\nExecStart=x\n",
		"some.service": "[Service]\nDelegate=cpu memory\n", "twice.service": "[Service]\nDelegate=yes\nDelegate=false\n",
	} {
		if err := os.WriteFile(dir+"/systemd/transient/"+name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	h := hierarchy{mount: t.TempDir(), root: "/"}
	const app = "/user.slice/user-1000.slice/user@1000.service/app.slice/"
	for cgroup, want := range map[string]bool{
		"/": true, "/mine": true, "/mine/deeper": true, // nobody's machine
		app + "yes.scope": true, app + "some.service": true, app + "no.scope": false, app + "plain.service": false,
		app + "twice.service": false, app + "unknown.service": false,
		// Who made a cgroup below a unit was allowed to.
		app + "plain.service/shell": true, app + "yes.scope/a/b": true,
		// Slices are the manager's.
		"/user.slice": false, app[:len(app)-1]: false, "/user.slice/mine": false, "/user.slice/user-1000.slice/session-3.scope": false,
		"/system.slice/ssh.service": false,
	} {
		if got := h.delegated(cgroup); got != want {
			t.Errorf("%s: %v", cgroup, got)
		}
	}
}

func TestNames(t *testing.T) {
	for what, want := range map[string]string{
		"make": "make", "/usr/bin/make": "make", "./a b;c$(d)": "a_b_c__d", "ü\x00\n": "sandbox", "": "sandbox", "..": "sandbox", "-rf": "rf",
		"a-7-b": "a_7_b", "g++": "g",
	} {
		name := nameOf(what)
		pid, ok := ownerOf(name + ".scope")
		if !ok || pid != os.Getpid() {
			t.Errorf("%q: %s is %d's, %v", what, name, pid, ok)
		}
		if base, _ := filepath.Match("snug-"+want+"-[0-9]*", name); !base {
			t.Errorf("%q: got %s, want snug-%s-PID", what, name, want)
		}
		if second, _ := ownerOf(name + "-2"); second != os.Getpid() {
			t.Errorf("%s-2 is %d's", name, second)
		}
	}
	for _, name := range []string{"snug", "snug-", "snug-make", "snug-make-x.scope", "other-make-12.scope", "snug-make--1"} {
		if pid, ok := ownerOf(name); ok && name != "snug-make--1" {
			t.Errorf("%s is %d's", name, pid)
		}
	}
}

func TestMatch(t *testing.T) {
	trees := []string{"/c/snug-make-12.scope", "/c/snug-make-123.scope", "/c/snug-sh-45", "/c/snug-12-99"}
	for id, want := range map[string][]string{
		"make-12": {"/c/snug-make-12.scope"}, "snug-make-12.scope": {"/c/snug-make-12.scope"}, "snug-sh-45": {"/c/snug-sh-45"},
		"sh": {"/c/snug-sh-45"}, "45": {"/c/snug-sh-45"}, "123": {"/c/snug-make-123.scope"}, "make-123": {"/c/snug-make-123.scope"},
		"x": nil, "1": nil, "": nil, "99": {"/c/snug-12-99"},
	} {
		got, err := match(trees, id)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", id, err, diff)
		}
	}
	_, err := match(trees, "make")
	wants(t, err, unix.EINVAL, "make-12, make-123")
}
