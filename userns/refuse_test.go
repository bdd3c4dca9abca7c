package userns

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"snug/idmap"
	"snug/userns/rootfs"
)

// said is an error in full.
func said(err error) string {
	if err == nil {
		return "no error\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "error: %v\n", err)
	var c interface{ Cause() string }
	if errors.As(err, &c) {
		fmt.Fprintf(&b, "cause: %s\n", c.Cause())
	}
	var h interface{ Hint() string }
	if errors.As(err, &h) {
		fmt.Fprintf(&b, "fix:   %s\n", h.Hint())
	}
	var errno unix.Errno
	if errors.As(err, &errno) {
		fmt.Fprintf(&b, "errno: %s\n", unix.ErrnoName(errno))
	}
	var e *Error
	if errors.As(err, &e) && e.Code != SandboxFailed {
		fmt.Fprintf(&b, "code:  %d\n", e.Code)
	}
	return b.String()
}

// What no machine, or not this one, can grant.
func TestRefusals(t *testing.T) {
	x := []string{"x"}
	at := func(m rootfs.Mount) []rootfs.Mount { return []rootfs.Mount{m} }
	var all strings.Builder
	for _, c := range []struct {
		name string
		spec *Spec
	}{
		{"no command", &Spec{}},
		{"an empty command", &Spec{Args: []string{"", "x"}}},
		{"a name for a shared host", &Spec{Args: x, Share: ShareUTS, Hostname: "box"}},
		{"a long name", &Spec{Args: x, Hostname: strings.Repeat("h", 65)}},
		{"pid 1 of a shared pid namespace", &Spec{Args: x, AsPid1: true, Share: SharePID}},
		{"NUL in an argument", &Spec{Args: []string{"x", "a\x00b"}}},
		{"NUL in a variable", &Spec{Args: x, SetEnv: []string{"A=\x00"}}},
		{"NUL in a path", &Spec{Args: x, Mounts: at(rootfs.Mount{Source: "/\x00", Target: "/x"})}},
		{"NUL in a size", &Spec{Args: x, TmpfsSize: "1\x00"}},
		{"a relative target", &Spec{Args: x, Mounts: at(rootfs.Mount{Source: "/usr", Target: "usr", Flag: "--bind"})}},
		{"an empty target", &Spec{Args: x, Mounts: at(rootfs.Mount{Kind: rootfs.Tmpfs, Flag: "--tmpfs"})}},
		{"a relative source", &Spec{Args: x, Mounts: at(rootfs.Mount{Source: "../usr", Target: "/usr", Flag: "--bind"})}},
		{"a relative root", &Spec{Args: x, Root: "rootfs"}},
		{"a relative project", &Spec{Args: x, Project: "."}},
		{"a relative directory", &Spec{Args: x, Dir: "src"}},
		{"a missing root", &Spec{Args: x, Root: "/gone"}},
		{"a missing project", &Spec{Args: x, Project: "/home/u/gone"}},
		{"a file as the project", &Spec{Args: x, Project: "/home/u/p/.envrc"}},
		{"/ as the project", &Spec{Args: x, Project: "/home/.."}},
		{"a missing source", &Spec{Args: x, Mounts: at(rootfs.Mount{Source: "/gone", Target: "/gone", Flag: "--ro"})}},
		{"a directory over a file", &Spec{Args: x, Mounts: at(rootfs.Mount{Source: "/usr", Target: "/usr/bin/true", Flag: "--bind"})}},
		{"a file over a directory", &Spec{Args: x, Mounts: at(rootfs.Mount{Source: "/usr/bin/true", Target: "/srv", Flag: "--bind"})}},
		{"below a file", &Spec{Args: x, Mounts: at(rootfs.Mount{Kind: rootfs.Dir, Target: "/usr/bin/true/x", Flag: "--dir"})}},
		{"in the project, where it isn't", &Spec{Args: x, Project: "/home/u/p", Mounts: at(rootfs.Mount{Kind: rootfs.Tmpfs, Target: "/home/u/p/x", Flag: "--tmpfs"})}},
		{"the root as a target", &Spec{Args: x, Mounts: at(rootfs.Mount{Kind: rootfs.Tmpfs, Target: "/", Flag: "--tmpfs"})}},
		{"a loop of links", &Spec{Args: x, Mounts: []rootfs.Mount{{Kind: rootfs.Link, Source: "l", Target: "/tmp/l", Flag: "--symlink"}, {Kind: rootfs.Dir, Target: "/tmp/l/x", Flag: "--dir"}}}},
		{"an unknown capability", &Spec{Args: x, AddCaps: []string{"cap_magic"}}},
		{"an unknown capability to drop", &Spec{Args: x, DropCaps: []string{"magic"}}},
		{"the capability over mounts", &Spec{Args: x, IDs: MapRoot, AddCaps: []string{"sys_admin"}}},
		{"the capability over limits", &Spec{Args: x, AddCaps: []string{"sys_resource"}}},
		{"all capabilities", &Spec{Args: x, IDs: MapRoot, AddCaps: []string{"ALL"}}},
		{"a map without oneself", &Spec{Args: x, IDs: MapIDs, UIDs: idmap.Map{{Inner: 0, Outer: 100000, Count: 10}}}},
		{"a group map without one's own", &Spec{Args: x, IDs: MapIDs, GIDs: idmap.Map{{Inner: 0, Outer: 200000, Count: 10}}}},
		{"ids of others", &Spec{Args: x, IDs: MapIDs, UIDs: idmap.Map{{Inner: 0, Outer: 1000, Count: 1}, {Inner: 1, Outer: 1001, Count: 5}}}},
		{"no such limit", &Spec{Args: x, Rlimits: []Rlimit{{"files", 1, 1}}}},
		{"a soft limit above the hard", &Spec{Args: x, Rlimits: []Rlimit{{"nofile", 2, 1}}}},
		{"an empty PATH", &Spec{Args: x, Env: []string{"PATH="}}},
		{"no PATH", &Spec{Args: x, Env: []string{}}},
		{"a PATH of relative directories", &Spec{Args: x, SetEnv: []string{"PATH=:.:bin:../bin"}}},
	} {
		p, err := Resolve(c.spec, testHost())
		if err == nil || p != nil {
			t.Errorf("%s: no error", c.name)
		}
		if !strings.Contains(said(err), "\nfix:   ") || strings.Contains(said(err), "\nfix:   \n") {
			t.Errorf("%s: nothing is said about what to do: %v", c.name, err)
		}
		fmt.Fprintf(&all, "# %s\n%s\n", c.name, said(err))
	}
	golden(t, "refusals.txt", all.String())
}
