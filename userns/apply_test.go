package userns

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"snug/userns/profile"
)

func stackOf(t *testing.T, texts ...string) (s profile.Stack) {
	t.Helper()
	for i, text := range texts {
		p, err := profile.Parse("p"+utoa(uint32(i)), "p.toml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		s = append(s, p)
	}
	return s
}

// What a Spec can't hold is said, and not passed over.
func TestApplyLeavesTheRest(t *testing.T) {
	s := stackOf(t, "memory = \"1G\"\nrequire = [\"landlock\", \"cgroup\"]\nseccomp = \"/some/file\"\ntimeout = 5\nshare-net = true\nenv = [\"A=1\"]\nro = [\"/etc\"]\nseccomp-add = [\"keyctl\"]")
	spec := &Spec{Args: []string{"true"}}
	rest, err := spec.Apply(s, profile.Places{Home: "/home/me"})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, v := range rest {
		keys = append(keys, v.Key()+"="+v.Text)
	}
	if want := "seccomp=/some/file require=cgroup memory=1G"; strings.Join(keys, " ") != want {
		t.Errorf("got %q, want %s", keys, want)
	}
	if spec.Landlock != LandlockRequired || spec.Share != ShareNet || len(spec.Mounts) != 1 || len(spec.SeccompRules) != 1 {
		t.Errorf("got %+v", spec)
	}
}

// A field that has something already has it as a default; what is off takes it back.
func TestApplyOverDefaults(t *testing.T) {
	spec := &Spec{Args: []string{"true"}, Share: ShareNet | SharePID, IDs: MapAuto, Hostname: "was", Project: "/p", AllowUserns: true}
	if _, err := spec.Apply(stackOf(t, "share-net = false\nmap-root-user = false\nallow-userns = false\nno-project = true"), profile.Places{}); err != nil {
		t.Fatal(err)
	}
	if spec.Share != SharePID || spec.IDs != MapAuto || spec.Hostname != "was" || spec.Project != "" || spec.AllowUserns {
		t.Errorf("got %+v", spec)
	}
	if _, err := spec.Apply(stackOf(t, "map-auto = true", "map-auto = false"), profile.Places{}); err != nil || spec.IDs != MapSelf {
		t.Errorf("map-auto is off: %v, %v", spec.IDs, err)
	}
}

func TestApplyRefuses(t *testing.T) {
	for _, text := range []string{"pids-limit = 1", "rlimit = [\"x\"]", "seccomp-add = [\"no_such_call\"]", "seccomp-drop = [\"read if\"]"} {
		_, err := new(Spec).Apply(stackOf(t, text), profile.Places{})
		var e *profile.Error
		if !errors.As(err, &e) || e.Line != 1 || len(e.Excerpt()) != 2 || e.Fix == "" {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// A cache is writable inside and nothing of the host's at that path; what a profile doesn't
// open is as private as ever.
func TestApplyRuns(t *testing.T) {
	dir := t.TempDir()
	at := profile.Places{Home: filepath.Join(dir, "home"), Caches: filepath.Join(dir, "caches")}
	for _, d := range []string{"home/tools", "home/cache", "home/.ssh", "caches"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
		os.WriteFile(filepath.Join(dir, d, "file"), []byte(d+"\n"), 0o644)
	}
	s := stackOf(t, `ro-try = ["~/tools", "~/gone"]`+"\n"+`cache = ["~/cache"]`+"\n"+`env = ["TOOLS=~/tools"]`)
	if err := os.Mkdir(at.Cache(at.Path("~/cache")), 0o700); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	spec := &Spec{Args: []string{"sh", "-c", `cd "$TOOLS/.." && ls -A . cache; cat tools/file; echo x 2>/dev/null >tools/file || echo read-only; echo y >cache/kept`}, Stdout: &out, Stderr: os.Stderr}
	if rest, err := spec.Apply(s, at); err != nil || len(rest) > 0 {
		t.Fatal(rest, err)
	}
	var exit *exec.ExitError
	if err := Run(context.Background(), spec); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	want := []string{".:", "cache", "tools", "", "cache:", "home/tools", "read-only"}
	if got := strings.Split(strings.TrimSpace(out.String()), "\n"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if b, err := os.ReadFile(filepath.Join(at.Cache(at.Path("~/cache")), "kept")); err != nil || string(b) != "y\n" {
		t.Errorf("what was kept: %q, %v", b, err)
	}
	if _, err := os.Lstat(filepath.Join(dir, "home/cache/kept")); err == nil {
		t.Error("the host's cache was written")
	}
}
