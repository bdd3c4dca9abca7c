package userns

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"snug/idmap"
	"snug/seccomp"
	"snug/seccomp/notify"
	"snug/userns/landlock"
	"snug/userns/rootfs"
)

// text is a plan for a golden file.
func (p *Plan) text() string {
	var b strings.Builder
	row := func(name string, value any) { fmt.Fprintf(&b, "%-12s %v\n", name, value) }
	list := func(name string, values []string) { row(name, fmt.Sprintf("%q", values)) }
	list("args", p.Args)
	list("paths", p.Paths)
	list("env", p.Env)
	list("withheld", p.Withheld)
	row("dir", p.Dir)
	row("uids", fmt.Sprintf("%v helped=%v", p.UIDs, p.HelpUIDs))
	row("gids", fmt.Sprintf("%v helped=%v", p.GIDs, p.HelpGIDs))
	row("caps", fmt.Sprintf("%v ambient=%v", p.Caps.Names(), p.Ambient))
	list("namespaces", p.Namespaces())
	row("hostname", p.Hostname)
	row("nested", p.NestedUsers)
	row("filtered", p.Filter != nil)
	if p.FilterFlags != 0 {
		row("flags", fmt.Sprintf("%#x, supervised=%v", p.FilterFlags, p.Supervisor != nil))
	}
	row("tmpfs", p.TmpfsSize)
	for _, r := range p.Rlimits {
		row("limit", fmt.Sprintf("%s %d %d", r.Name, r.Soft, r.Hard))
	}
	if p.Terminal != nil {
		row("terminal", fmt.Sprintf("%dx%d, errors too: %v", p.Terminal.Cols, p.Terminal.Rows, p.TerminalErr))
	}
	row("as pid 1", p.AsPid1)
	row("time", fmt.Sprintf("%v, then %v and after %v kill", p.Timeout, p.StopSignal, p.StopTimeout))
	row("landlock", fmt.Sprintf("ABI %d, files %v, scopes %v", p.Landlock.ABI, p.Landlock.Files.Names(), p.Landlock.Scope.Names()))
	for _, r := range p.Landlock.Rules {
		row("rule", "/"+r.Path+" "+strings.Join(short(r.Allow, p.Landlock.Files), " "))
	}
	list("bare", p.Landlock.Bare)
	for _, lack := range p.Landlock.Lacks {
		row("lack", lack.What+": "+lack.Why)
	}
	for _, s := range p.View {
		step, _ := json.Marshal(s)
		row("view", string(step))
	}
	return b.String()
}

// short names the rights of a rule; all of them are "all".
func short(a, all landlock.Access) []string {
	if a == all {
		return []string{"all"}
	}
	return a.Names()
}

// specs are wishes of every kind. What they come to is in testdata.
func specs() map[string]*Spec {
	command := []string{"make", "all"}
	return map[string]*Spec{
		"nothing":  {Args: command},
		"project":  {Args: command, Project: "/home/u/p"},
		"worktree": {Args: command, Project: "/home/u/worktree/", ProjectReadOnly: true, Dir: "/usr/../tmp"},
		"root":     {Args: command, IDs: MapRoot, AddCaps: []string{"net_admin"}, DropCaps: []string{"CAP_CHOWN"}},
		"auto":     {Args: command, IDs: MapAuto},
		"terminal": {Args: command, Terminal: &Terminal{Rows: 24, Cols: 80}},
		"report":   {Args: command, Supervisor: &notify.Refusals{}, SeccompLog: true},
		"custom": {Args: command, IDs: MapIDs, UIDs: idmap.Map{{Inner: 0, Outer: 1000, Count: 1}, {Inner: 1, Outer: 100000, Count: 10}},
			DropCaps: []string{"ALL"}, AddCaps: []string{"kill"}},
		"custom groups": {Args: command, IDs: MapIDs, GIDs: idmap.Map{{Inner: 5, Outer: 1001, Count: 1}}},
		"caps":          {Args: command, AddCaps: []string{"net_raw", "CAP_SYS_PTRACE"}},
		"share":         {Args: command, Share: ShareNet | SharePID | ShareIPC | ShareUTS | ShareCgroup, AllowUserns: true},
		"share net":     {Args: command, Share: ShareNet},
		"limits": {Args: command, PIDs: -1, Rlimits: []Rlimit{{"nofile", 64, 128}, {"cpu", 10, Unlimited}}, TmpfsSize: "1g",
			Timeout: time.Minute, StopSignal: unix.SIGINT, StopTimeout: time.Second},
		"rootfs": {Args: []string{"/bin/sh"}, Root: "/srv/rootfs/.", RootWritable: true, IDs: MapRoot, Hostname: "box"},
		"mounts": {Args: command, AsPid1: true, Mounts: []rootfs.Mount{
			{Source: "/usr/./bin/", Target: "/tmp//bin", ReadOnly: true, Flag: "--ro-bind"},
			{Kind: rootfs.Tmpfs, Target: "/var/../cache", Size: "1m", Flag: "--tmpfs"},
			{Kind: rootfs.Link, Source: "../x", Target: "/tmp/l", Flag: "--symlink"},
			{Kind: rootfs.Dir, Target: "/tmp/d", Flag: "--dir"},
			{Source: "/gone", Target: "/tmp/gone", Optional: true, Flag: "--bind-try"},
		}},
		"second wall": {Args: command, Share: ShareNet, Project: "/srv/rootfs", Mounts: []rootfs.Mount{
			{Source: "/home/u/.ssh", Target: "/home/u/.ssh", ReadOnly: true, Flag: "--ro"},
			{Source: "/etc/resolv.conf", Target: "/usr/bin/true", Flag: "--bind"},
			{Source: "/srv", Target: "/tmp/srv", Flag: "--bind"},
			{Source: "/srv/rootfs/bin", Target: "/usr/bin/dev", Devices: true, ReadOnly: true, Flag: "--dev-bind"},
			{Kind: rootfs.Tmpfs, Target: "/var/cache", Flag: "--tmpfs"},
			{Kind: rootfs.Dir, Target: "/usr/made/deep", Flag: "--dir"},
			{Source: "/srv", Target: "/var/cache/srv", ReadOnly: true, Flag: "--ro-bind"},
		}},
		"no landlock":    {Args: command, Landlock: NoLandlock},
		"host root":      {Args: command, Mounts: []rootfs.Mount{{Source: "/", Target: "/tmp/host", ReadOnly: true, Flag: "--ro-bind"}}},
		"environment":    {Args: command, Env: []string{"A=1", "PATH=/opt/bin:/bin", "TOKEN=x"}, SetEnv: []string{"B=2", "A=3", "TOKEN"}},
		"no environment": {Args: []string{"./run"}, Env: []string{}},
	}
}

func TestResolve(t *testing.T) {
	for name, spec := range specs() {
		t.Run(name, func(t *testing.T) {
			p, err := Resolve(spec, testHost())
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "resolve/"+strings.ReplaceAll(name, " ", "-")+".txt", p.text())
		})
	}
}

// collected compares what was collected.
var collected = cmp.Comparer(func(a, b *notify.Refusals) bool { return cmp.Equal(a.List(), b.List()) })

// The same question gets the same answer, and nobody's data is changed by it.
func TestResolveIsPure(t *testing.T) {
	unchanged := specs()
	for name, spec := range specs() {
		h := testHost()
		first, err := Resolve(spec, h)
		if err != nil {
			t.Fatal(err)
		}
		second, _ := Resolve(spec, h)
		if diff := cmp.Diff(first, second, cmp.AllowUnexported(Plan{}, seccomp.Filter{}), collected); diff != "" {
			t.Errorf("%s: a second time (-first +second):\n%s", name, diff)
		}
		if diff := cmp.Diff(testHost(), h); diff != "" {
			t.Errorf("%s: the host (-before +after):\n%s", name, diff)
		}
		if diff := cmp.Diff(unchanged[name], spec, collected); diff != "" {
			t.Errorf("%s: the spec (-before +after):\n%s", name, diff)
		}
	}
}

// A plan doesn't change when the spec or the host does later.
func TestPlanIsItsOwn(t *testing.T) {
	spec, h := specs()["environment"], testHost()
	p, err := Resolve(spec, h)
	if err != nil {
		t.Fatal(err)
	}
	before := p.text()
	spec.Env[0], spec.SetEnv[0] = "A=x", "B=x"
	h.Env[0], h.Homes[0] = "x", "/x"
	if diff := cmp.Diff(before, p.text()); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

func TestNamespaces(t *testing.T) {
	for share, want := range map[Share]string{
		0: "user mnt pid ipc uts cgroup net", ShareNet: "user mnt pid ipc uts cgroup", SharePID: "user mnt ipc uts cgroup net",
		ShareIPC | ShareUTS: "user mnt pid cgroup net", ShareCgroup: "user mnt pid ipc uts net",
	} {
		p := &Plan{Share: share}
		if got := strings.Join(p.Namespaces(), " "); got != want {
			t.Errorf("%b: got %s, want %s", share, got, want)
		}
		p.HelpUIDs = true
		if p.cloneFlags()&^p.namespaceFlags() != 0 || p.cloneFlags()&unix.CLONE_NEWUSER == 0 {
			t.Errorf("%b: clone flags %#x, namespaces %#x", share, p.cloneFlags(), p.namespaceFlags())
		}
	}
}
