package idmap

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// sleeper starts a process in a user namespace without maps.
func sleeper(t *testing.T) int {
	t.Helper()
	cmd := exec.Command("/bin/sleep", "60")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER}
	if err := cmd.Start(); err != nil {
		t.Skipf("no user namespaces: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd.Process.Pid
}

// ordinary gives the user who runs the tests, with maps of all his ids.
func ordinary(t *testing.T) (u User, uids, gids Map) {
	t.Helper()
	if os.Getuid() == 0 {
		t.Skip("needs an ordinary user")
	}
	u = User{UID: uint32(os.Getuid()), GID: uint32(os.Getgid())}
	name, err := exec.Command("id", "-un").Output()
	if err != nil {
		t.Skip("needs a user with a name")
	}
	u.Name = strings.TrimSpace(string(name))
	return u, autoFor(t, UIDs, u, u.UID), autoFor(t, GIDs, u, u.GID)
}

func autoFor(t *testing.T, k Kind, u User, own uint32) Map {
	t.Helper()
	if err := CheckHelper(k); err != nil {
		t.Skipf("needs a working helper: %v", err)
	}
	ranges, err := Subordinate(k, u)
	if err != nil {
		t.Skipf("needs subordinate ids: %v", err)
	}
	m, err := Auto(own, ranges)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.CheckGrant(own, ranges); err != nil {
		t.Fatal(err)
	}
	return m
}

func mapOf(t *testing.T, pid int, k Kind) Map {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, k.mapFile()))
	if err != nil {
		t.Fatal(err)
	}
	m, err := ParseProcfs(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestRealWrite(t *testing.T) {
	_, uids, gids := ordinary(t)
	pid := sleeper(t)
	if err := Write(t.Context(), pid, uids, gids); err != nil {
		t.Fatal(textsOf(t, err))
	}
	for k, want := range map[Kind]Map{UIDs: uids, GIDs: gids} {
		if diff := cmp.Diff(want, mapOf(t, pid, k)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", k.mapFile(), diff)
		}
	}
	setgroups, _ := os.ReadFile(fmt.Sprintf("/proc/%d/setgroups", pid))
	if string(setgroups) != "allow\n" {
		t.Errorf("setgroups: %q, although groups are granted", setgroups)
	}
	err := Write(t.Context(), pid, uids, nil)
	if e, ok := errors.AsType[*HelperError](err); !ok || e.Reason != AlreadyWritten {
		t.Errorf("the second write: %v", err)
	}
}

// With nothing but the own gid, newgidmap denies setgroups.
func TestRealSingle(t *testing.T) {
	u, _, _ := ordinary(t)
	pid := sleeper(t)
	if err := Write(t.Context(), pid, Single(0, u.UID), Single(0, u.GID)); err != nil {
		t.Fatal(textsOf(t, err))
	}
	setgroups, _ := os.ReadFile(fmt.Sprintf("/proc/%d/setgroups", pid))
	if string(setgroups) != "deny\n" {
		t.Errorf("setgroups: %q", setgroups)
	}
}

func TestRealRefused(t *testing.T) {
	u, uids, _ := ordinary(t)
	for name, m := range map[string]Map{
		"root":        Single(0, 0),
		"own in wide": {{0, u.UID, 2}},
		"too many":    {{0, uids[1].Outer, uids[len(uids)-1].Outer + uids[len(uids)-1].Count + 1 - uids[1].Outer}},
	} {
		err := Write(t.Context(), sleeper(t), m, nil)
		e, ok := errors.AsType[*HelperError](err)
		if !ok || e.Reason != RangeRefused || !errors.Is(err, unix.EPERM) {
			t.Errorf("%s: %v", name, err)
		}
		// The pure check says the same beforehand.
		ranges, _ := Subordinate(UIDs, u)
		if _, ok := errors.AsType[*NotGrantedError](m.CheckGrant(u.UID, ranges)); !ok {
			t.Errorf("%s: CheckGrant has no objection", name)
		}
	}
}

func TestRealGone(t *testing.T) {
	_, uids, _ := ordinary(t)
	cmd := exec.Command("/bin/true")
	if err := cmd.Run(); err != nil {
		t.Skip(err)
	}
	err := Write(t.Context(), cmd.Process.Pid, uids, nil)
	if e, ok := errors.AsType[*HelperError](err); !ok || e.Reason != TargetGone || !errors.Is(err, unix.ESRCH) {
		t.Errorf("got %v", err)
	}
}

// On a machine whose grants are in files, getsubids and the parser of the files
// have to agree.
func TestRealGetsubids(t *testing.T) {
	u, _, _ := ordinary(t)
	if (Source{}).module() != "" {
		t.Skip("grants come from a plug-in here")
	}
	for _, k := range []Kind{UIDs, GIDs} {
		out, err := runGetsubids(k, u.Name)
		if err != nil {
			t.Skip(err)
		}
		asked, err := parseGetsubids(out)
		read, _ := Subordinate(k, u)
		if diff := cmp.Diff(read, asked); err != nil || diff != "" {
			t.Errorf("%ss: %v (-file +getsubids)\n%s", k, err, diff)
		}
	}
}
