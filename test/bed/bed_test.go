//go:build bed

package bed

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"snug/test/await"
	"snug/test/cgroup"
	"snug/test/script/built"
)

func TestMain(m *testing.M) { os.Exit(built.Main(m, built.Snug, "snug/test/load")) }

// The tests of the bed itself: what the others take for granted.

func runtimeDir() string { return "/run/user/" + strconv.Itoa(os.Getuid()) }

// manager is the cgroup that is delegated to the user manager.
func manager() cgroup.Dir {
	uid := strconv.Itoa(os.Getuid())
	return cgroup.Dir("/user.slice/user-" + uid + ".slice/user@" + uid + ".service")
}

// systemctl asks the user manager and returns what it says, trimmed.
func systemctl(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("systemctl", append([]string{"--user"}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("systemctl --user %v: %v: %s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// A scope is a command that holds on in a scope, and is killed at the end of the test.
type scope struct {
	unit string
	cmd  *exec.Cmd
	dir  cgroup.Dir
}

// hold starts load in a scope with such properties and waits until it is ready.
func hold(t *testing.T, properties []string, load ...string) *scope {
	t.Helper()
	s := &scope{unit: "bed-" + strconv.FormatInt(time.Now().UnixNano(), 36) + ".scope"}
	args := []string{"--user", "--scope", "--quiet", "--collect", "--unit=" + s.unit}
	for _, p := range properties {
		args = append(args, "-p", p)
	}
	s.cmd = exec.Command("systemd-run", append(append(args, built.Path("load")), load...)...)
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	})
	said := make([]byte, 64)
	n, err := out.Read(said)
	if err != nil || !strings.HasPrefix(string(said[:n]), "ready") {
		t.Fatalf("load %v: %q, %v", load, said[:n], err)
	}
	s.dir = cgroup.Of(t, s.cmd.Process.Pid)
	return s
}

func TestCgroupV2IsAlone(t *testing.T) {
	if os.Getuid() == 0 {
		t.Error("the tests are root's")
	}
	var at syscall.Statfs_t
	if err := syscall.Statfs("/sys/fs/cgroup", &at); err != nil || at.Type != 0x63677270 {
		t.Errorf("/sys/fs/cgroup is a file system of type %#x, want cgroup2: %v", at.Type, err)
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil || strings.Contains(string(mounts), " - cgroup ") {
		t.Errorf("a hierarchy of cgroup v1 is mounted: %v\n%s", err, mounts)
	}
	for _, dir := range []cgroup.Dir{"/", manager()} {
		if got := dir.Read(t, "cgroup.controllers"); got != "" {
			t.Errorf("%s has controllers: %s", dir, got)
		}
	}
}

func TestManagerIsReachable(t *testing.T) {
	for _, socket := range []string{"bus", "systemd/private"} {
		conn, err := net.Dial("unix", filepath.Join(runtimeDir(), socket))
		if err != nil {
			t.Fatal(err)
		}
		conn.Close()
	}
	if state, _ := exec.Command("systemctl", "--user", "is-system-running", "--wait").Output(); string(state) != "running\n" {
		t.Errorf("the user manager is %s%s", state, systemctl(t, "list-units", "--failed", "--plain", "--no-legend"))
	}
}

func TestHere(t *testing.T) {
	here := cgroup.Of(t, os.Getpid())
	if here.Parent() != manager()+"/app.slice" || filepath.Ext(string(here)) != ".scope" {
		t.Errorf("the tests are in %s, want a scope of the user manager's", here)
	}
	if err := os.WriteFile("/sys/fs/cgroup/cgroup.procs", []byte("0"), 0); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("leave what is delegated: %v, want permission denied", err)
	}
}

// TestLimitIsDoneAndDoesNotHold is what a caller must be wary of.
func TestLimitIsDoneAndDoesNotHold(t *testing.T) {
	s := hold(t, []string{"MemoryMax=8M", "TasksMax=1"}, "memory", "16M", "hold")
	want := "ActiveState=active\nMemoryMax=8388608\nTasksMax=1"
	if got := systemctl(t, "show", s.unit, "-p", "ActiveState", "-p", "MemoryMax", "-p", "TasksMax"); sorted(got) != sorted(want) {
		t.Errorf("systemd shows %q, want %q", got, want)
	}
	for _, file := range []string{"memory.max", "pids.max"} {
		if s.dir.Exists(file) {
			t.Errorf("%s has %s", s.dir, file)
		}
	}
}

func TestFreezeAndKill(t *testing.T) {
	s := hold(t, nil, "processes", "2", "hold")
	if pids := s.dir.Procs(t); len(pids) != 3 {
		t.Errorf("%s has %v, want 3 processes", s.dir, pids)
	}
	for _, frozen := range []int64{1, 0, 1} {
		if err := s.dir.Write("cgroup.freeze", strconv.FormatInt(frozen, 10)); err != nil {
			t.Fatal(err)
		}
		s.dir.Await(t, "cgroup.events", "frozen", frozen)
	}
	if err := s.dir.Write("cgroup.kill", "1"); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := s.cmd.Wait(); !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Errorf("frozen and killed: %v", err)
	}
	s.dir.Gone(t)
	await.True(t, "the end of "+s.unit, func() bool { return systemctl(t, "show", "-p", "ActiveState", "--value", s.unit) == "inactive" })
}

func TestSnug(t *testing.T) {
	if out, err := exec.Command("snug", "run", "--no-project", "--", "true").CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func sorted(text string) string {
	lines := strings.Split(text, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
