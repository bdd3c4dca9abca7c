//go:build vm

package suite

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"snug/userns"
	"snug/userns/landlock"
	"snug/userns/rootfs"
)

// TestLandlock: the machine's kernel is 6.1, whose Landlock has ABI 2: files, but no
// truncation, no devices and no scopes.
func TestLandlock(t *testing.T) {
	user := shell(t, tester)
	plan := user.ok(t, "snug", "run", "--no-project", "--dry-run", "--", "true")
	for _, want := range []string{"(not held: truncate, ioctl_dev); ABI 2\n", "lacks", "a scope for abstract sockets, a scope for signals: Landlock of this kernel has no scopes (its ABI is 2)\n"} {
		if !strings.Contains(plan, want) {
			t.Errorf("the plan lacks %q:\n%s", want, plan)
		}
	}
	user.ok(t, "snug", "run", "--no-project", "--require", "landlock", "--", "true")
	if r := user.run(t, "snug", "run", "--no-project", "--require", "landlock", "--share-net", "--", "true"); r.Code != 125 || !strings.Contains(r.Err, "cause: Landlock of this kernel has no scopes") {
		t.Errorf("a scope that there is none of: %v", r)
	}
	script := "set -e; mkdir -p /tmp/a/b /tmp/c; echo 1 >/tmp/a/b/f; mv /tmp/a/b/f /tmp/c/g; ln /tmp/c/g /tmp/a/h; mv /tmp/c ~/d; truncate -s 0 ~/d/g; rm -r /tmp/a ~/d; echo 900 >/proc/self/oom_score_adj; stty -F /dev/ptmx >/dev/null; echo worked"
	for _, flags := range [][]string{{"-c"}, {"-r"}, {"--map-auto"}, {"--as-pid-1"}, {"--share-net", "--share-pid"}} {
		args := append(append([]string{"snug", "run", "--no-project"}, flags...), "--", "sh", "-c", script)
		if got := user.ok(t, args...); got != "worked" {
			t.Errorf("%q: got %q", flags, got)
		}
	}
	// A directory as a stream leads out of the mounts.
	out := user.ok(t, "sh", "-c", "mkdir -p way && echo found >way/out; snug run --no-project -- cat /proc/self/fd/0/out <way 2>&1; snug run --no-project --no-landlock -- cat /proc/self/fd/0/out <way; snug run --no-project -- cat /dev/stdin <way/out; rm -r way")
	if out != "cat: /proc/self/fd/0/out: Permission denied\nfound\nfound" {
		t.Errorf("a directory as a stream: got %q", out)
	}
	if r := user.run(t, "snug", "run", "--no-project", "--allow-userns", "--ro", "/opt/bin", "--", "snug", "run", "--no-project", "--", "echo", "nested"); strings.TrimSpace(r.Out) != "nested" {
		t.Errorf("a sandbox in a sandbox: %v", r)
	}
}

// TestLandlockAlone: what is mounted read-write, and has no rule, can't be written.
func TestLandlockAlone(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/f", []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	spec := &userns.Spec{
		Args:   []string{"sh", "-c", "echo x >/srv/f; true >/srv/new; mkdir /srv/d; rm -f /srv/f; mv /srv/f /srv/g; ln /srv/f /srv/l; cat /srv/f"},
		Mounts: []rootfs.Mount{{Source: dir, Target: "/srv"}},
	}
	host, err := userns.Gather(spec)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := userns.Resolve(spec, host)
	if err != nil {
		t.Fatal(err)
	}
	if plan.Landlock.ABI != 2 || plan.Landlock.Files != landlock.Files(2) || plan.Landlock.Scope != 0 {
		t.Errorf("got %+v", plan.Landlock)
	}
	plan.Landlock.Rules = slices.DeleteFunc(plan.Landlock.Rules, func(r landlock.Rule) bool { return r.Path == "srv" })
	var out, complaints bytes.Buffer
	sandbox, err := plan.Start(context.Background(), nil, &out, &complaints)
	if err == nil {
		err = sandbox.Wait()
	}
	if err != nil || out.String() != "old" || strings.Count(complaints.String(), "denied") != 6 {
		t.Errorf("%v, %q\n%s", err, &out, &complaints)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left: %v", entries)
	}
}
