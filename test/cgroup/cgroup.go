// Package cgroup looks at cgroups for tests, from beside what is tested.
//
// A test must not ask the code under test whether a limit is set. This package reads
// the files of cgroup v2 and nothing else; it knows neither systemd nor snug, and
// expects the file system of cgroup v2 at /sys/fs/cgroup.
package cgroup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
	"testing"

	"snug/test/await"
)

// A Dir is a cgroup: a directory below /sys/fs/cgroup, from "/" on.
type Dir string

// Of is where a process is. It must be running.
func Of(t testing.TB, pid int) Dir {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
	if err != nil {
		t.Fatal(err)
	}
	return Parse(t, string(text))
}

// Parse finds the cgroup in the text of a /proc/PID/cgroup.
func Parse(t testing.TB, text string) Dir {
	t.Helper()
	for line := range strings.Lines(text) {
		if dir, ok := strings.CutPrefix(line, "0::"); ok {
			return Dir(strings.TrimSpace(dir))
		}
	}
	t.Fatalf("no line of cgroup v2 in %q", text)
	return ""
}

// Path is the path of a file in it.
func (d Dir) Path(file string) string { return path.Join("/sys/fs/cgroup", string(d), file) }

// Parent is the cgroup above.
func (d Dir) Parent() Dir { return Dir(path.Dir(string(d))) }

// Exists tells whether it is there, or if a file is named, whether it has that file.
func (d Dir) Exists(file ...string) bool {
	_, err := os.Stat(d.Path(path.Join(file...)))
	return err == nil
}

// Read reads a file of it and trims the text.
func (d Dir) Read(t testing.TB, file string) string {
	t.Helper()
	text, err := os.ReadFile(d.Path(file))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// Value reads the number behind a key: oom_kill in memory.events, for example.
func (d Dir) Value(t testing.TB, file, key string) (n int64) {
	t.Helper()
	text := d.Read(t, file)
	for line := range strings.Lines(text) {
		if _, err := fmt.Sscanf(line, key+" %d", &n); err == nil {
			return n
		}
	}
	t.Fatalf("no %s in %s of %s: %q", key, file, d, text)
	return 0
}

// Await waits until the number behind a key is that.
func (d Dir) Await(t testing.TB, file, key string, want int64) {
	t.Helper()
	var got int64
	await.True(t, fmt.Sprintf("%s %d in %s of %s", key, want, file, d), func() bool {
		got = d.Value(t, file, key)
		return got == want
	}, &got)
}

// Gone waits until it is no more.
func (d Dir) Gone(t testing.TB) {
	t.Helper()
	await.True(t, "the end of "+string(d), func() bool { return !d.Exists() })
}

// Write writes to a file of it as who the test is, or tells why that is refused.
func (d Dir) Write(file, value string) error {
	f, err := os.OpenFile(d.Path(file), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(value)
	return errors.Join(err, f.Close())
}

// Procs lists the processes in it and below; none if it is no more.
func (d Dir) Procs(t testing.TB) (pids []string) {
	t.Helper()
	went := func(err error) bool { return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENODEV) }
	err := fs.WalkDir(os.DirFS(d.Path("")), ".", func(dir string, e fs.DirEntry, err error) error {
		if went(err) || err == nil && !e.IsDir() {
			return nil
		}
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path.Join(d.Path(dir), "cgroup.procs"))
		if went(err) {
			return nil
		}
		pids = append(pids, strings.Fields(string(text))...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return pids
}
