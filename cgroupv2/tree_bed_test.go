//go:build bed

package cgroupv2

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// openTree opens a tree in a scope of the bed's manager.
func openTree(t testing.TB) *Tree {
	t.Helper()
	tree, err := Open(context.Background(), TreeOptions{Name: "test", Description: "a test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tree.Close(); err != nil {
			t.Error(err)
		}
		awaitGone(t, tree.Path())
	})
	if tree.Scope() == "" {
		t.Error("it is not a scope")
	}
	return tree
}

func awaitGone(t testing.TB, path string) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s is still there", path)
		}
	}
}

// in starts a command in the leaf, born there.
func in(t testing.TB, l *Leaf, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{UseCgroupFD: true, CgroupFD: l.FD()}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// One scope serves many sandboxes, each in its leaf, one after the other and at once.
func TestOneTreeManyLeaves(t *testing.T) {
	tree := openTree(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 10 {
				l, err := tree.NewLeaf(LeafOptions{})
				if err != nil {
					t.Error(err)
					return
				}
				cmd := in(t, l, "sleep", "100")
				h, _ := findHierarchy()
				if at, err := h.of(cmd.Process.Pid); err != nil || !strings.HasSuffix(l.Path(), at[strings.LastIndex(at, "/"):]) {
					t.Errorf("it is in %s, want %s: %v", at, l.Path(), err)
				}
				if err := l.Close(); err != nil {
					t.Error(err)
				}
				cmd.Wait()
				if _, err := os.Stat(l.Path()); err == nil {
					t.Errorf("%s is left", l.Path())
				}
			}
		})
	}
	all.Wait()
	if names := leavesOf(tree.Path()); len(names) != 0 {
		t.Errorf("leaves are left: %v", names)
	}
}

func TestLeafFreezes(t *testing.T) {
	tree := openTree(t)
	l, err := tree.NewLeaf(LeafOptions{Name: "frozen"})
	if err != nil {
		t.Fatal(err)
	}
	cmd := in(t, l, "sh", "-c", "while :; do :; done")
	ctx := context.Background()
	for range 5 {
		if err := l.Freeze(ctx); err != nil {
			t.Fatal(err)
		}
		before, _ := l.Stats()
		time.Sleep(50 * time.Millisecond)
		after, err := l.Stats()
		// The kernel adds the last slice up late.
		if err != nil || !after.Frozen || after.CPU.Usage-before.CPU.Usage > 5*time.Millisecond {
			t.Errorf("frozen: %v, used %v then %v: %v", after.Frozen, before.CPU.Usage, after.CPU.Usage, err)
		}
		if err := l.Thaw(ctx); err != nil {
			t.Fatal(err)
		}
		if frozen, err := l.Frozen(); frozen || err != nil {
			t.Errorf("thawed: frozen %v, %v", frozen, err)
		}
	}
	l.Freeze(ctx)
	if err := l.Kill(); err != nil {
		t.Error(err)
	}
	cmd.Wait()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	// What is gone is said to be.
	if err := l.Freeze(ctx); err == nil {
		t.Error("froze what is gone")
	}
}

// A kernel without cgroup.kill is served one by one, and nothing forks away.
func TestKillOneByOne(t *testing.T) {
	tree := openTree(t)
	l, err := tree.NewLeaf(LeafOptions{})
	if err != nil {
		t.Fatal(err)
	}
	cmd := in(t, l, "sh", "-c", "while :; do sleep 0.01 & sleep 0.01; done")
	time.Sleep(50 * time.Millisecond)
	if err := killOneByOne(l.dir); err != nil {
		t.Error(err)
	}
	cmd.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := awaitEvent(ctx, l.dir, "populated", "0"); err != nil {
		t.Error(err)
	}
	l.Close()
}

// Limits that nobody holds are no leaf.
func TestUnheldLimits(t *testing.T) {
	tree := openTree(t)
	_, err := tree.NewLeaf(LeafOptions{Limits: Limits{Memory: 64 << 20}})
	wants(t, err, ErrNotEnforced, "controller memory")
	if names := leavesOf(tree.Path()); len(names) != 0 {
		t.Errorf("leaves are left: %v", names)
	}
	l, err := tree.NewLeaf(LeafOptions{Limits: Limits{Memory: 64 << 20, PIDs: 20}, BestEffort: true})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if len(l.Missing) != 4 { // memory.max, swap, oom.group, pids.max
		t.Errorf("missing are %v", l.Missing)
	}
}

// A process that is somewhere else is moved.
func TestPlace(t *testing.T) {
	tree := openTree(t)
	l, err := tree.NewLeaf(LeafOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	cmd := exec.Command("sleep", "100")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	if err := l.Place(context.Background(), cmd.Process.Pid); err != nil {
		t.Fatal(err)
	}
	if !populated(l.dir) {
		t.Error("nobody is in the leaf")
	}
	// By way of systemd, as from a login's session.
	h, _ := findHierarchy()
	other, _ := tree.NewLeaf(LeafOptions{})
	defer other.Close()
	second := exec.Command("sleep", "100")
	if err := second.Start(); err != nil {
		t.Fatal(err)
	}
	defer second.Wait()
	defer second.Process.Kill()
	if err := attach(context.Background(), tree.scope, other.name, second.Process.Pid, tree.deadline()); err != nil {
		t.Fatal(err)
	}
	if at, err := h.of(second.Process.Pid); err != nil || !strings.HasSuffix(at, "/"+other.name) {
		t.Errorf("systemd moved it to %s, %v", at, err)
	}
	if err := l.Place(context.Background(), 1<<22-1); !errors.Is(err, unix.ESRCH) {
		t.Errorf("nobody: %v", err)
	}
}

// A unit of that name that failed and stays is reset; one that lives has its name.
func TestNameIsTaken(t *testing.T) {
	first := openTree(t)
	second := openTree(t)
	if first.Scope() == second.Scope() || !strings.HasPrefix(second.Scope(), strings.TrimSuffix(first.Scope(), ".scope")+"-") {
		t.Errorf("scopes are %s and %s", first.Scope(), second.Scope())
	}
}

// The end of a tree under its owner is an error and no hang.
func TestTreeVanishes(t *testing.T) {
	tree := openTree(t)
	if out, err := exec.Command("systemctl", "--user", "stop", tree.Scope()).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	awaitGone(t, tree.Path())
	_, err := tree.NewLeaf(LeafOptions{})
	if err == nil || !gone(err) {
		t.Errorf("got %v", err)
	}
}

func TestWatch(t *testing.T) {
	tree := openTree(t)
	l, err := tree.NewLeaf(LeafOptions{})
	if err != nil {
		t.Fatal(err)
	}
	cmd := in(t, l, "sh", "-c", "while :; do :; done")
	n := 0
	var last time.Duration
	for s, err := range l.Watch(context.Background(), 10*time.Millisecond) {
		if err != nil {
			if !gone(err) {
				t.Error(err)
			}
			break
		}
		if s.CPU.Usage < last {
			t.Errorf("usage went from %v to %v", last, s.CPU.Usage)
		}
		last = s.CPU.Usage
		if n++; n == 10 {
			go l.Close()
		}
	}
	cmd.Wait()
	if n < 10 || last == 0 {
		t.Errorf("%d accounts, the last %v", n, last)
	}
}

// BenchmarkLeaf is what a sandbox of its own cgroup costs a process that has a tree.
func BenchmarkLeaf(b *testing.B) {
	tree := openTree(b)
	for b.Loop() {
		l, err := tree.NewLeaf(LeafOptions{})
		if err != nil {
			b.Fatal(err)
		}
		if err := l.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
