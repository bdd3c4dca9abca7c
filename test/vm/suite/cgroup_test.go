//go:build vm

package suite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A cgroup is a directory below /sys/fs/cgroup, from "/" on.
type cgroup string

// cgroupOf is where a process is; it must be there.
func cgroupOf(t testing.TB, pid int) cgroup {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
	if err != nil {
		t.Fatal(err)
	}
	return parseCgroup(t, string(text))
}

// cgroupOf is where the place's commands are.
func (p *place) cgroup(t testing.TB) cgroup {
	t.Helper()
	return parseCgroup(t, p.ok(t, "cat", "/proc/self/cgroup"))
}

func parseCgroup(t testing.TB, text string) cgroup {
	t.Helper()
	for line := range strings.Lines(text) {
		if path, ok := strings.CutPrefix(line, "0::"); ok {
			return cgroup(strings.TrimSpace(path))
		}
	}
	t.Fatalf("no line of cgroup v2 in %q", text)
	return ""
}

// manager is the cgroup that is delegated to a user's manager.
func manager(user string) cgroup {
	return cgroup("/user.slice/user-" + uid(user) + ".slice/user@" + uid(user) + ".service")
}

func (c cgroup) path(file string) string { return filepath.Join("/sys/fs/cgroup", string(c), file) }

func (c cgroup) parent() cgroup { return cgroup(filepath.Dir(string(c))) }

// exists also looks for a file of it, if one is named.
func (c cgroup) exists(file ...string) bool {
	_, err := os.Stat(c.path(filepath.Join(file...)))
	return err == nil
}

// read reads a file of it, trimmed.
func (c cgroup) read(t testing.TB, file string) string {
	t.Helper()
	text, err := os.ReadFile(c.path(file))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// value reads the number behind a key, of memory.events for example.
func (c cgroup) value(t testing.TB, file, key string) (n int64) {
	t.Helper()
	text := c.read(t, file)
	for line := range strings.Lines(text) {
		if _, err := fmt.Sscanf(line, key+" %d", &n); err == nil {
			return n
		}
	}
	t.Fatalf("no %s in %s of %s: %q", key, file, c, text)
	return 0
}

// write writes to a file of it as tester does, or tells why that is refused.
func (c cgroup) write(file, value string) error {
	return os.WriteFile(c.path(file), []byte(value), 0)
}

// procs are the processes in it and below, as far as it exists at all.
func (c cgroup) procs(t testing.TB) (pids []string) {
	t.Helper()
	err := filepath.WalkDir(c.path(""), func(dir string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !d.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, "cgroup.procs"))
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENODEV) { // it went away
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
