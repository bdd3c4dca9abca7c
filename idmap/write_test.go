package idmap

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fake puts shell scripts in the place of the helpers.
func fake(t *testing.T, script string) dirs {
	t.Helper()
	dir := t.TempDir()
	for _, k := range []Kind{UIDs, GIDs} {
		text := "#!/bin/sh\nexec 3>>" + dir + "/log\n" + script + "\n"
		if err := os.WriteFile(dir+"/"+k.helper(), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dirs{"/nonexistent", dir}
}

func logOf(t *testing.T, d dirs) string {
	t.Helper()
	text, err := os.ReadFile(d[1] + "/log")
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(text)
}

var auto = Map{{0, 1000, 1}, {1, 100000, 65536}}

func TestWriteRuns(t *testing.T) {
	const script = `echo "${0##*/} $*" >&3`
	for _, c := range []struct {
		uids, gids Map
		want       string
	}{
		{nil, nil, ""},
		{auto, nil, "newuidmap 4242 0 1000 1 1 100000 65536\n"},
		{nil, auto, "newgidmap 4242 0 1000 1 1 100000 65536\n"},
		{auto, Single(0, 1000), "newuidmap 4242 0 1000 1 1 100000 65536\nnewgidmap 4242 0 1000 1\n"},
	} {
		d := fake(t, script)
		if err := d.write(t.Context(), 4242, c.uids, c.gids); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(c.want, logOf(t, d)); diff != "" {
			t.Errorf("commands (-want +got):\n%s", diff)
		}
	}
}

// The helper gets nothing of ours: no environment, no directory, no input.
func TestWriteClean(t *testing.T) {
	t.Setenv("SECRET", "1")
	t.Chdir(t.TempDir())
	d := fake(t, `tr '\0' '\n' </proc/$$/environ >&3; readlink /proc/$$/cwd /proc/$$/fd/0 >&3`)
	if err := d.write(t.Context(), 4242, auto, nil); err != nil {
		t.Fatal(err)
	}
	if got := logOf(t, d); got != "/\n/dev/null\n" {
		t.Errorf("environment, directory and input: %q", got)
	}
}

func TestWriteStops(t *testing.T) {
	d := fake(t, `echo "${0##*/}" >&3; echo "trouble" >&2; exit 1`)
	err := d.write(t.Context(), os.Getpid(), auto, auto)
	e, ok := errors.AsType[*HelperError](err)
	if !ok || e.Reason != Unexplained || e.Stderr != "trouble" || e.Path != d[1]+"/newuidmap" {
		t.Errorf("got %+v", err)
	}
	if got := logOf(t, d); got != "newuidmap\n" {
		t.Errorf("after a failure: %q", got)
	}
}

func TestWriteDiagnoses(t *testing.T) {
	d := fake(t, `echo "newuidmap: write to uid_map failed: Operation not permitted" >&2; exit 1`)
	ended := d.write(t.Context(), 1<<22+1, auto, nil) // above the largest pid
	mapped := d.write(t.Context(), os.Getpid(), nil, auto)
	for want, err := range map[Reason]error{TargetGone: ended, AlreadyWritten: mapped} {
		if e, ok := errors.AsType[*HelperError](err); !ok || e.Reason != want {
			t.Errorf("%v: want reason %d", err, want)
		}
	}
}

// A script is not set-user-id, and this is found out before anything is run.
func TestCheck(t *testing.T) {
	d := fake(t, `exit 0`)
	e, ok := errors.AsType[*HelperError](d.check(GIDs))
	if !ok || e.Reason != HelperUnprivileged || e.Kind != GIDs || logOf(t, d) != "" {
		t.Errorf("got %+v", e)
	}
	e, ok = errors.AsType[*HelperError](dirs{"/nonexistent"}.check(UIDs))
	if !ok || e.Reason != HelperMissing {
		t.Errorf("got %+v", e)
	}
}

func TestWriteMissing(t *testing.T) {
	err := dirs{"/nonexistent"}.write(t.Context(), 4242, auto, nil)
	if e, ok := errors.AsType[*HelperError](err); !ok || e.Reason != HelperMissing || e.Path != "" {
		t.Errorf("got %v", err)
	}
}

func TestWriteInvalid(t *testing.T) {
	d := fake(t, `echo run >&3`)
	for _, m := range []Map{{}, {{0, 0, 0}}, {{0, 1, 1}, {0, 2, 1}}} {
		if _, ok := errors.AsType[*MapError](d.write(t.Context(), 4242, m, nil)); !ok {
			t.Errorf("%v was not refused", m)
		}
	}
	if got := logOf(t, d); got != "" {
		t.Error("a helper was run")
	}
}

// A helper that hangs, and one that leaves a child with its stderr behind.
func TestWriteCancelled(t *testing.T) {
	for _, script := range []string{"exec sleep 60", "sleep 60"} {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		err := fake(t, script).write(ctx, os.Getpid(), auto, nil)
		e, ok := errors.AsType[*HelperError](err)
		if !ok || e.Reason != Cancelled || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", script, err)
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s: took %s", script, took)
		}
	}
}

func TestCapture(t *testing.T) {
	var c capture
	for range 100 {
		if n, err := c.Write(make([]byte, 100)); n != 100 || err != nil {
			t.Fatal(n, err)
		}
	}
	if len(c.text) != 1024 {
		t.Errorf("kept %d bytes", len(c.text))
	}
}
