package launch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestStatusIsReported(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		for script, want := range map[string]unix.WaitStatus{
			"exit 0":            0,
			"exit 7":            7 << 8,
			"exit 255":          255 << 8,
			"kill -KILL $$":     unix.WaitStatus(unix.SIGKILL),
			"kill -USR1 $$":     unix.WaitStatus(unix.SIGUSR1),
			"sleep 1000 & exit": 0,
		} {
			r := v.shell(t, script)
			if got := r.exited(); got != want {
				t.Errorf("%s: got %#x, want %#x", script, got, want)
			}
			if got := r.wait(); got != 0 {
				t.Errorf("%s: pid 1: got %#x, want 0", script, got)
			}
		}
	})
}

func TestArgumentsAndEnvironment(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		if got, want := v.run(t, "/usr/bin/env").rest(), "A=b\nPATH=/usr/bin:/bin\n"; got != want {
			t.Errorf("environment: got %q, want %q", got, want)
		}
		r := v.run(t, "/bin/sh", "-c", `printf '%s|' "$0" "$@"`, "", "two words", "\xff", "")
		if got, want := r.rest(), "|two words|\xff||"; got != want {
			t.Errorf("arguments: got %q, want %q", got, want)
		}
	})
}

// The candidates are tried as execvp(3) does.
func TestCandidates(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string, mode os.FileMode) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return name
	}
	missing, below := filepath.Join(dir, "missing"), filepath.Join(file("file", "", 0o644), "x")
	closed, odd, good := file("closed", "#!/bin/sh\n", 0o644), file("odd", "\x01\x02", 0o755), file("good", "#!/bin/sh\nexit 3\n", 0o755)
	onBoth(t, func(t *testing.T, v variant) {
		for _, c := range []struct {
			name  string
			paths []string
			want  Event
		}{
			{"found", []string{good}, Event{Exited, 3 << 8}},
			{"found last", []string{missing, below, closed, good}, Event{Exited, 3 << 8}},
			{"missing", []string{missing}, Event{NotStarted, uint32(unix.ENOENT)}},
			{"below a file", []string{below}, Event{NotStarted, uint32(unix.ENOENT)}},
			{"not executable", []string{closed}, Event{NotStarted, uint32(unix.EACCES)}},
			{"not executable, missing", []string{closed, missing}, Event{NotStarted, uint32(unix.EACCES)}},
			{"missing, not executable", []string{missing, closed}, Event{NotStarted, uint32(unix.EACCES)}},
			{"no program", []string{odd, good}, Event{NotStarted, uint32(unix.ENOEXEC)}},
			{"a directory", []string{dir}, Event{NotStarted, uint32(unix.EACCES)}},
			{"none", nil, Event{NotStarted, uint32(unix.ENOENT)}},
		} {
			j, control := v.job(t)
			j.Program.Begin()
			v.finish(t, j, c.paths, "name")
			child, err := v.start(j)
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			got := control.Next()
			if got.Kind == Started {
				got = control.Next()
			}
			if got != c.want {
				t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
			}
			child.discard()
		}
	})
}

func TestTooManyArguments(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		j, _ := v.job(t)
		j.Program.Begin()
		v.finish(t, j, []string{"/bin/true"}, "true", strings.Repeat("x", 200_000))
		_, err := v.start(j)
		want := &Failure{Call: len(j.Program.Calls) - 1, Errno: unix.E2BIG}
		if f, ok := err.(*Failure); !ok || *f != *want {
			t.Errorf("got %v, want %v", err, want)
		}
	})
}

func TestStartChoosesTheExecutor(t *testing.T) {
	for _, value := range []string{"", "1"} {
		t.Setenv("SNUG_PORTABLE", value)
		if got, want := Portable(), value == "1" || !haveNative(); got != want {
			t.Errorf("SNUG_PORTABLE=%s: portable is %v", value, got)
		}
		v := variant{portable: Portable(), namespaces: userPid}
		j, control := v.job(t)
		j.Program.Begin()
		v.finish(t, j, []string{"/bin/true"}, "true")
		child, err := j.Start()
		if err != nil {
			t.Fatal(err)
		}
		if e := control.Next(); e.Kind != Started || j.Files[FileControl] != -1 {
			t.Errorf("SNUG_PORTABLE=%s: got %+v, pid 1's end is %d", value, e, j.Files[FileControl])
		}
		child.discard()
	}
}
