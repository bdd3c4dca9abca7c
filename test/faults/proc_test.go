package faults

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func itoa(n int) string { return strconv.Itoa(n) }

// parents has the parent of every process, as the host numbers them, but for the sweeper,
// which is nobody's victim: it ends by itself.
func parents() map[int]int {
	of := map[int]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range stats {
		b, _ := os.ReadFile(file)
		// The second field is a name in parentheses, which may hold anything.
		fields := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
		if len(fields) > 1 && !strings.Contains(string(b), "(snug-sweeper)") {
			child, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			of[child], _ = strconv.Atoi(fields[1])
		}
	}
	return of
}

// children are the processes whose parent is pid.
func children(pid int) (list []int) {
	for child, parent := range parents() {
		if parent == pid {
			list = append(list, child)
		}
	}
	return list
}

// family is pid and those that descend from it.
func family(pid int) []int {
	list, of := []int{pid}, parents()
	for i := 0; i < len(list); i++ {
		for child, parent := range of {
			if parent == list[i] {
				list = append(list, child)
			}
		}
	}
	return list
}

// onlyChild waits until pid has one child, and returns it: while it starts, snug
// has another.
func onlyChild(t *testing.T, pid int) int {
	t.Helper()
	for wait := deadlineAfter(20); ; wait(t, "process %d has not one child", pid) {
		if list := children(pid); len(list) == 1 {
			return list[0]
		}
	}
}

// firstChild is the oldest that pid has, which for pid 1 is the command.
func firstChild(t *testing.T, pid int) int {
	t.Helper()
	for wait := deadlineAfter(20); ; wait(t, "process %d has no child", pid) {
		if list := children(pid); len(list) > 0 {
			return slices.Min(list)
		}
	}
}

// traces is what a sandbox could leave on the machine besides processes.
type traces struct {
	mounts int
	files  []string
}

// look takes stock: this process's mounts, and names of ours in the places for
// temporary files (but for those that tests make). Namespaces need no look: what
// isn't held by a process, a descriptor or a mount is gone.
func look() (now traces) {
	b, _ := os.ReadFile("/proc/self/mountinfo")
	now.mounts = strings.Count(string(b), "\n")
	for _, dir := range []string{"/tmp", "/var/tmp", "/dev/shm", "/run/user/" + itoa(os.Getuid())} {
		found, _ := filepath.Glob(dir + "/snug*")
		for _, file := range found {
			if name := filepath.Base(file); !strings.HasPrefix(name, "snug-built-") && !strings.HasPrefix(name, "snug-test-") {
				now.files = append(now.files, file)
			}
		}
	}
	return now
}

// unchanged compares with what was before.
func (before *traces) unchanged(t *testing.T) {
	t.Helper()
	now := look()
	if now.mounts != before.mounts {
		t.Errorf("%d mounts before, %d after", before.mounts, now.mounts)
	}
	if len(now.files) > len(before.files) {
		t.Errorf("files before: %v, after: %v", before.files, now.files)
	}
}

// deadlineAfter gives a function to call in a loop that waits for something. It
// pauses, and fails the test once the time is up.
func deadlineAfter(seconds int) func(t *testing.T, format string, args ...any) {
	end := time.Now().Add(time.Duration(seconds) * time.Second)
	return func(t *testing.T, format string, args ...any) {
		t.Helper()
		if time.Now().After(end) {
			t.Fatalf(format, args...)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
