package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"snug/idmap"
	"snug/userns"
	"snug/userns/caps"
	"snug/userns/landlock"
	"snug/userns/rootfs"
)

// testPlan has something in every field.
func testPlan() *userns.Plan {
	return &userns.Plan{
		Args:  []string{"make", "two words", "", "a'b", "\xff"},
		Paths: []string{"/usr/bin/make", "/bin/make"},
		Env:   []string{"PATH=/usr/bin:/bin", "A=\xff"},
		Dir:   "/home/u/p",
		UIDs:  idmap.Map{{Inner: 0, Outer: 1000, Count: 1}, {Inner: 1, Outer: 100000, Count: 65536}},
		GIDs:  idmap.Single(0, 1000), HelpUIDs: true,
		Caps: caps.Set(1 << unix.CAP_KILL), Share: userns.ShareNet, Hostname: "box",
		View: []rootfs.Step{
			{Op: rootfs.OpMkdir, Path: "usr", Mode: 0o755, Fresh: true},
			{Op: rootfs.OpBind, Path: "usr", Source: "/usr", ReadOnly: true, Fresh: true},
			{Op: rootfs.OpSymlink, Path: "bin", Link: "usr/bin", Fresh: true},
			{Op: rootfs.OpMkdir, Path: "tmp", Mode: 0o1777, Fresh: true},
			{Op: rootfs.OpMkdir, Path: "home/u/p", Mode: 0o755, Fresh: true},
			{Op: rootfs.OpBind, Path: "home/u/p", Source: "/home/u/p", Fresh: true},
			{Op: rootfs.OpMkfile, Path: "dev/null", Mode: 0o444, Fresh: true},
			{Op: rootfs.OpBind, Path: "dev/null", Source: "/dev/null", Devices: true, NoExec: true, Fresh: true},
			{Op: rootfs.OpBind, Path: "data", Source: "/srv/\xff"},
			{Op: rootfs.OpTmpfs, Path: "cache", Mode: 0o755, Size: "1m"},
			{Op: rootfs.OpProc, Path: "proc", Fresh: true},
			{Op: rootfs.OpBind, Path: "var/tmp", Source: "tmp", Inner: true},
		},
		Landlock: landlock.Domain{ABI: 7, Files: landlock.Files(7), Scope: landlock.Scopes(7),
			Rules: []landlock.Rule{{Allow: landlock.Read}, {Path: "home", Allow: landlock.Files(7)}, {Path: "x\xff", Allow: landlock.Write}},
			Bare:  []string{"home/u/p/.git/hooks"},
			Lacks: []landlock.Lack{{What: landlock.LackSignals, Why: "why", Fix: "fix"}}},
		TmpfsSize: "25%",
		Rlimits:   []userns.Rlimit{{Name: "core", Soft: 1, Hard: 1}, {Name: "nofile", Soft: 64, Hard: userns.Unlimited}, {Name: "as", Soft: userns.Unlimited, Hard: userns.Unlimited}},
		Timeout:   90 * time.Second, StopTimeout: time.Second, StopSignal: unix.SIGINT,
		Withheld: []string{"GITHUB_TOKEN", "SSH_AUTH_SOCK"},
	}
}

func TestDryRun(t *testing.T) {
	var b strings.Builder
	if err := describePlan(&b, testPlan()); err != nil {
		t.Fatal(err)
	}
	golden(t, "dry-run.txt", b.String())
}

func TestDryRunJSON(t *testing.T) {
	b, err := json.MarshalIndent(planDocument(testPlan()), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "dry-run.json", string(b)+"\n")
}

// What is not enforced is said, with its cause once.
func TestLandlockInWords(t *testing.T) {
	var all strings.Builder
	row := func(what, how string) { all.WriteString(what + ": " + how + "\n") }
	because := func(whats ...string) (list []landlock.Lack) {
		for _, what := range whats {
			list = append(list, landlock.Lack{What: what, Why: "the cause", Fix: "the fix"})
		}
		return list
	}
	for _, d := range []landlock.Domain{
		{Lacks: because(landlock.LackFiles, landlock.LackSockets, landlock.LackSignals)},
		{ABI: 2, Files: landlock.Files(2), Rules: []landlock.Rule{{Path: "tmp", Allow: landlock.Files(2)}}, Lacks: because(landlock.LackSockets, landlock.LackSignals)},
		{ABI: 7, Scope: landlock.Scopes(7), Lacks: because(landlock.LackFiles)},
	} {
		describeLandlock(row, &d)
		tellPlan(&all, &userns.Plan{Landlock: d})
	}
	golden(t, "landlock.txt", all.String())
}

// An empty list is a list in JSON, too.
func TestDryRunJSONOfNothing(t *testing.T) {
	b, err := json.Marshal(planDocument(&userns.Plan{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"command", "candidates", "capabilities", "env", "env_withheld", "rlimits", "view"} {
		if strings.Contains(string(b), `"`+field+`":null`) {
			t.Errorf("%s is null", field)
		}
	}
}
