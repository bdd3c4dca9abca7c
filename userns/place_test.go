package userns

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"snug/userns/rootfs"
)

// TestPlace asks the plan of a project what is where.
func TestPlace(t *testing.T) {
	p := &Plan{Project: "/home/u/p", View: []rootfs.Step{
		{Op: rootfs.OpBind, Path: "usr", Source: "/usr", ReadOnly: true},
		{Op: rootfs.OpMkdir, Path: "tmp"}, {Op: rootfs.OpMkdir, Path: "home"}, {Op: rootfs.OpMkdir, Path: "home/u"},
		{Op: rootfs.OpBind, Path: "home/u/p", Source: "/home/u/p"},
		{Op: rootfs.OpMkdir, Path: "in"}, {Op: rootfs.OpBind, Path: "in", Source: "/srv/data", ReadOnly: true},
		{Op: rootfs.OpProc, Path: "proc"}, {Op: rootfs.OpBind, Path: "proc/sys", Source: "proc/sys", Inner: true, ReadOnly: true},
		{Op: rootfs.OpBind, Path: "var/tmp", Source: "tmp", Inner: true},
		{Op: rootfs.OpHold, Path: "in/.netrc", Source: "in", Hold: rootfs.HoldHidden, ReadOnly: true},
		{Op: rootfs.OpHold, Path: "home/u/p/.git", Source: "home/u/p", Hold: rootfs.HoldPlace},
		{Op: rootfs.OpHold, Path: "home/u/p/.git/hooks", Source: "home/u/p", Hold: rootfs.HoldFile, ReadOnly: true},
		{Op: rootfs.OpHold, Path: "home/u/p/.idea", Source: "home/u/p", Hold: rootfs.HoldAbsent, ReadOnly: true},
	}}
	for path, want := range map[string]Place{
		"/":                          {At: "/"},
		"/nix":                       {At: "/"},
		"/usr":                       {At: "/usr", Host: "/usr", ReadOnly: true},
		"/usr/lib/x":                 {At: "/usr", Host: "/usr/lib/x", ReadOnly: true},
		"/usrx":                      {At: "/"},
		"/tmp/x":                     {At: "/tmp"},
		"/var/tmp/x":                 {At: "/var/tmp"},
		"/home/o/x":                  {At: "/home"},
		"/home/u/.ssh/id":            {At: "/home/u"},
		"/home/u/p":                  {At: "/home/u/p", Host: "/home/u/p"},
		"/home/u/p/main.c":           {At: "/home/u/p", Host: "/home/u/p/main.c"},
		"/home/u/p/.git":             {At: "/home/u/p/.git", Host: "/home/u/p/.git", Guard: ".git"},
		"/home/u/p/.git/HEAD":        {At: "/home/u/p/.git", Host: "/home/u/p/.git/HEAD"},
		"/home/u/p/.git/hooks/x":     {At: "/home/u/p/.git/hooks", Host: "/home/u/p/.git/hooks/x", ReadOnly: true, Guard: ".git/hooks"},
		"/home/u/p/.idea/x":          {At: "/home/u/p/.idea", Host: "/home/u/p/.idea/x", ReadOnly: true, Guard: ".idea", Absent: true},
		"/in/x":                      {At: "/in", Host: "/srv/data/x", ReadOnly: true},
		"/in/.netrc":                 {At: "/in/.netrc", Absent: true},
		"/proc/self/status":          {At: "/proc", Kernel: true},
		"/proc/sys/kernel/osrelease": {At: "/proc/sys", Kernel: true},
	} {
		if diff := cmp.Diff(want, p.Place(path)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

// TestPlaceOfAPlan: a plan of a plain run has the names that are held, and no file of the
// home.
func TestPlaceOfAPlan(t *testing.T) {
	p, err := Resolve(&Spec{Args: []string{"x"}, Project: "/home/u/p"}, testHost())
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Place("/home/u/p/.git/hooks/x"); got.Guard != ".git/hooks" || got.Host != "/home/u/p/.git/hooks/x" {
		t.Errorf("a hook: %+v", got)
	}
	if got := p.Place("/home/u/.ssh/id"); got.Host != "" || got.Kernel {
		t.Errorf("a key: %+v", got)
	}
}
