package launch

import (
	"errors"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// descriptors lists what this process has open, but for what the runtime opens
// for itself.
func descriptors(t *testing.T) map[string]string {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skipf("needs /proc: %v", err)
	}
	open := map[string]string{}
	for _, e := range entries {
		to, err := os.Readlink("/proc/self/fd/" + e.Name())
		if err == nil && !strings.HasPrefix(to, "anon_inode:[event") && !strings.HasSuffix(to, "/fd") {
			open[e.Name()] = to
		}
	}
	return open
}

func noChildren() bool {
	_, err := unix.Wait4(-1, nil, unix.WNOHANG|unix.WALL, nil)
	return err == unix.ECHILD
}

// nothingLeft runs f often and looks whether descriptors or children are left.
func nothingLeft(t *testing.T, f func()) {
	t.Helper()
	f() // what is opened once in a process is open now
	before := descriptors(t)
	for range rounds {
		f()
	}
	var after map[string]string
	eventually(t, "no more descriptors than before", func() bool {
		after = descriptors(t)
		if len(after) > len(before)+50 {
			t.Fatalf("%d descriptors before, %d after: %v", len(before), len(after), after)
		}
		return len(after) <= len(before)
	})
	if !noChildren() {
		t.Error("there are children")
		for !noChildren() {
			unix.Wait4(-1, nil, unix.WALL, nil)
		}
	}
}

func TestFailuresLeaveNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		for name, build := range map[string]func(j *Job){
			"a call":     func(j *Job) { j.Program.Begin(); j.Program.Add(unix.SYS_CLOSE, Int(-1)) },
			"the clone":  func(j *Job) { j.Namespaces = unix.CLONE_NEWNS | unix.CLONE_FS; j.Program.Begin() },
			"the caller": func(j *Job) { j.Ready = refuse; j.Program.Ready(); j.Program.Await() },
			"pid 1":      func(j *Job) { j.Program.Add(unix.SYS_EXECVEAT, File(FileControl), j.Program.Empty()) },
		} {
			t.Run(name, func(t *testing.T) {
				nothingLeft(t, func() {
					j, control := v.bareJob(t)
					build(j)
					if _, err := v.start(j); err == nil {
						t.Fatal("it started")
					}
					control.Close()
				})
			})
		}
	})
}

func refuse(int) error { return errors.New("no") }

func TestSuccessLeavesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		nothingLeft(t, func() {
			j, control := v.bareJob(t)
			j.Program.Begin()
			v.finish(t, j, []string{"/bin/true"}, "true")
			child, err := v.start(j)
			if err != nil {
				t.Fatal(err)
			}
			control.Next()
			child.discard()
			control.Close()
		})
	})
}
