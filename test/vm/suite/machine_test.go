//go:build vm

package suite

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"snug/test/await"
	"snug/test/cgroup"
)

// The tests of the machine itself: what the others take for granted.

func TestTester(t *testing.T) {
	if os.Getuid() != 1000 || os.Geteuid() != 1000 {
		t.Errorf("uid %d, euid %d, want 1000", os.Getuid(), os.Geteuid())
	}
	for _, user := range []string{tester, plain} {
		if got := shell(t, user).ok(t, "id", "-un"); got != user {
			t.Errorf("the shell of %s is %s's", user, got)
		}
		for _, file := range []string{"/etc/subuid", "/etc/subgid"} {
			if text, _ := os.ReadFile(file); !strings.Contains(string(text), user+":") {
				t.Errorf("%s has no range of %s's: %q", file, user, text)
			}
		}
	}
}

func TestCgroupV2(t *testing.T) {
	var at syscall.Statfs_t
	if err := syscall.Statfs("/sys/fs/cgroup", &at); err != nil || at.Type != 0x63677270 {
		t.Errorf("/sys/fs/cgroup is a file system of type %#x, want cgroup2: %v", at.Type, err)
	}
	if got := cgroup.Dir("/").Read(t, "cgroup.controllers"); !strings.Contains(got, "cpuset cpu io memory") {
		t.Errorf("the machine has %q", got)
	}
}

func TestDelegation(t *testing.T) {
	for user, want := range map[string]string{tester: "cpuset cpu io memory pids", plain: "cpu memory pids"} {
		if got := manager(user).Read(t, "cgroup.controllers"); got != want {
			t.Errorf("%s has controllers %q, want %q", user, got, want)
		}
	}
}

func TestManagerIsReachable(t *testing.T) {
	for _, user := range []string{tester, plain} {
		p := shell(t, user)
		if state := strings.TrimSpace(p.run(t, "systemctl", "--user", "is-system-running").Out); state != "running" {
			t.Errorf("%s: the user manager is %q", user, state)
		}
		if got := p.cgroup(t); got.Parent() != manager(user)+"/app.slice" {
			t.Errorf("%s: the shell is in %s", user, got)
		}
	}
}

// scope runs a command in a scope of tester's manager that may use so much memory.
func scope(t *testing.T, memory string, args ...string) *proc {
	t.Helper()
	return shell(t, tester).start(t, Command{Args: append([]string{"systemd-run", "--user", "--scope", "--quiet",
		"-p", "MemoryMax=" + memory, "-p", "MemorySwapMax=0"}, args...)})
}

func TestLimitHolds(t *testing.T) {
	if r := scope(t, "32M", "load", "memory", "64M").wait(t); r.Code != 128+int(syscall.SIGKILL) {
		t.Errorf("64 MiB in a scope of 32: %v", r)
	}
}

// TestScope has the cgroup that systemd makes for an ordinary user obey that user.
func TestScope(t *testing.T) {
	held := scope(t, "32M", "load", "memory", "8M", "hold")
	held.says(t, "ready")
	c := cgroup.Of(t, held.pid)
	if got := c.Read(t, "memory.max"); got != "33554432" {
		t.Errorf("%s: memory.max is %s", c, got)
	}
	for _, frozen := range []int64{1, 0} {
		if err := c.Write("cgroup.freeze", strconv.FormatInt(frozen, 10)); err != nil {
			t.Fatal(err)
		}
		c.Await(t, "cgroup.events", "frozen", frozen)
	}
	if pids := c.Procs(t); !slices.Contains(pids, strconv.Itoa(held.pid)) {
		t.Errorf("%s: has %v, but not %d", c, pids, held.pid)
	}
	if err := c.Write("cgroup.kill", "1"); err != nil {
		t.Fatal(err)
	}
	if r := held.wait(t); r.Code != 128+int(syscall.SIGKILL) {
		t.Errorf("killed: %v", r)
	}
	c.Gone(t)
}

func TestSwapIsOn(t *testing.T) {
	text, err := os.ReadFile("/proc/swaps")
	if err != nil || !regexp.MustCompile(`/dev/\S+\s+partition\s+\d{6}`).Match(text) {
		t.Errorf("/proc/swaps: %q, %v", text, err)
	}
}

func TestRoot(t *testing.T) {
	p := root(t)
	if got := p.ok(t, "id", "-u"); got != "0" {
		t.Errorf("root is %s", got)
	}
	if got := p.cgroup(t); got != "/system.slice/snug-test.service" {
		t.Errorf("root is in %s", got)
	}
}

// TestRestart holds the arrangement of test/vm/guest: the tests outlive a user manager.
func TestRestart(t *testing.T) {
	before := shell(t, plain)
	root(t).ok(t, "systemctl", "restart", "user@"+uid(plain))
	await.True(t, "the end of the shell", func() bool { return !before.alive() })
	shell(t, plain).ok(t, "true")
}

func TestLogin(t *testing.T) {
	p := login(t, tester)
	session := p.cgroup(t)
	if !regexp.MustCompile(`^/user\.slice/user-1000\.slice/session-\w+\.scope$`).MatchString(string(session)) {
		t.Errorf("the session is in %s", session)
	}
	want := "tester /run/user/1000 unix:path=/run/user/1000/bus"
	if got := p.ok(t, "sh", "-c", `echo "$(id -un) $XDG_RUNTIME_DIR $DBUS_SESSION_BUS_ADDRESS"`); got != want {
		t.Errorf("the session has %q, want %q", got, want)
	}
	if root(t).run(t, "loginctl", "show-session", p.ok(t, "sh", "-c", "echo $XDG_SESSION_ID")).Code != 0 {
		t.Error("logind doesn't know the session")
	}
}

func TestLogoutEndsSession(t *testing.T) {
	var session cgroup.Dir
	t.Run("login", func(t *testing.T) { session = login(t, tester).cgroup(t) })
	session.Gone(t)
}

func TestAgent(t *testing.T) {
	p := shell(t, tester)
	if r := p.run(t, "sh", "-c", "echo out; echo err >&2; exit 3"); r.Out != "out\n" || r.Err != "err\n" || r.Code != 3 {
		t.Errorf("got %v", r)
	}
	if r := p.start(t, Command{Args: []string{"sh", "-c", "cat; echo $X; pwd"}, Stdin: "in\n", Env: []string{"X=x"}, Dir: "/usr"}).wait(t); r.Out != "in\nx\n/usr\n" {
		t.Errorf("got %v", r)
	}
	begin := time.Now()
	held := p.start(t, Command{Args: []string{"load", "memory", "1M", "hold"}})
	held.says(t, "ready 1048576")
	held.signal(t, syscall.SIGTERM)
	if r := held.wait(t); r.Code != 128+int(syscall.SIGTERM) {
		t.Errorf("after %v: %v", time.Since(begin), r)
	}
}

func TestSnug(t *testing.T) {
	for _, user := range []string{tester, plain} {
		for _, p := range []*place{shell(t, user), login(t, user)} {
			if r := p.run(t, "snug", "run", "--no-project", "--", "true"); r.Code != 0 {
				t.Errorf("%s: %v", p.name, r)
			}
		}
	}
}
