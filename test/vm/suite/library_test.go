//go:build vm

package suite

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"snug/cgroupv2"
	"snug/userns"
)

// The tests run in a service of the system's manager, as a daemon may: a library's caller
// whose processes only systemd can move into the user's tree.

// tree opens a tree, and sees that nothing of it is left.
func tree(t *testing.T, limits *cgroupv2.Limits) *cgroupv2.Tree {
	t.Helper()
	opened, err := cgroupv2.Open(context.Background(), cgroupv2.TreeOptions{Name: "library", Controllers: limits.Controllers(), Account: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
		noScopes(t)
	})
	return opened
}

// One tree serves sandbox after sandbox, each with limits of its own.
func TestLibrary(t *testing.T) {
	limits := cgroupv2.Limits{Memory: 64 << 20, PIDs: 50}
	scope := tree(t, &limits)
	for _, c := range []struct {
		args   []string
		limits cgroupv2.Limits
		oom    bool
		forks  bool
	}{
		{[]string{"load", "memory", "20M"}, limits, false, false},
		{[]string{"load", "memory", "200M"}, limits, true, false},
		{[]string{"load", "processes", "100"}, limits, false, true},
		{[]string{"load", "memory", "100M"}, cgroupv2.Limits{Memory: 200 << 20}, false, false},
	} {
		leaf, err := scope.NewLeaf(cgroupv2.LeafOptions{Limits: c.limits})
		if err != nil {
			t.Fatal(err)
		}
		if leaf.FD() >= 0 {
			t.Error("the kernel would refuse this descriptor to a process of another manager's")
		}
		err = userns.Run(context.Background(), &userns.Spec{Args: c.args, Cgroup: leaf})
		stats, failed := leaf.Stats()
		if failed != nil {
			t.Fatal(failed)
		}
		v := stats.Verdict()
		if got := v.OOMKills > 0; got != c.oom || v.Outside && c.oom {
			t.Errorf("%v: %v, %+v", c.args, err, v)
		}
		if got := v.ForksRefused > 0; got != c.forks {
			t.Errorf("%v: %v, %+v", c.args, err, v)
		}
		var exit *userns.ExitError
		if (c.oom || c.forks) != errors.As(err, &exit) {
			t.Errorf("%v: %v", c.args, err)
		}
		if err := leaf.Close(); err != nil {
			t.Error(err)
		}
	}
}

// README's program of fifteen lines.
func TestLimited(t *testing.T) {
	p := shell(t, tester)
	for _, c := range []struct{ size, says string }{
		{"20M", "<nil> - no limit was reached"},
		{"200M", "signal 9 (SIGKILL) - the memory limit of 64M was reached: 2 processes were killed"},
	} {
		if got := p.ok(t, "limited", "load", "memory", c.size); got != c.says {
			t.Errorf("%s: got %q, want %q", c.size, got, c.says)
		}
	}
	noScopes(t)
}

// Without package userns: a command of os/exec that is placed while it waits.
func TestLibraryWithExec(t *testing.T) {
	limits := cgroupv2.Limits{Memory: 32 << 20}
	leaf, err := tree(t, &limits).NewLeaf(cgroupv2.LeafOptions{Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	defer leaf.Close()
	cmd := exec.Command("sh", "-c", "read -r go && exec load memory 100M")
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := leaf.Place(context.Background(), cmd.Process.Pid); err != nil {
		t.Error(err)
	}
	in.Write([]byte("go\n"))
	if err := cmd.Wait(); cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Errorf("100 MiB in a leaf of 32: %v", err)
	}
}

// A limit on time holds a sandbox that is frozen, too: what can't obey is killed.
func TestTimeoutWhileFrozen(t *testing.T) {
	none := cgroupv2.Limits{}
	leaf, err := tree(t, &none).NewLeaf(cgroupv2.LeafOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer leaf.Close()
	sandbox, err := userns.Start(context.Background(), &userns.Spec{Args: []string{"sleep", "100"}, Cgroup: leaf,
		Timeout: 2 * time.Second, StopTimeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if err := leaf.Freeze(context.Background()); err != nil {
		t.Error(err)
	}
	begin := time.Now()
	sandbox.Wait()
	if s := sandbox.State(); s.Reason != userns.TimedOut || time.Since(begin) > 20*time.Second {
		t.Errorf("after %v: %+v", time.Since(begin), s)
	}
}

// What package cgroupv2 says of the kernel's files is true of this kernel.
func TestKernelInterfaces(t *testing.T) {
	script := `c=/sys/fs/cgroup$(sed -n s/^0:://p /proc/self/cgroup); mkdir $c/here && echo $$ >$c/here/cgroup.procs &&
		echo +cpu +cpuset +io +memory +pids >$c/cgroup.subtree_control && SNUG_TEST_CGROUP=$c exec cgroupv2.test -test.run '^TestKernel' -test.v`
	r := shell(t, tester).run(t, "systemd-run", "--user", "--scope", "--quiet", "-p", "Delegate=yes", "sh", "-c", script)
	if r.Code != 0 || strings.Count(r.Out, "--- PASS") < 3 || strings.Contains(r.Out, "SKIP") {
		t.Errorf("%v", r)
	}
}
