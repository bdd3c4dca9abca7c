//go:build vm

package cgroupv2

import (
	"cmp"
	"errors"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// realLeaf is a cgroup with controllers that the kernel made, below the directory that
// SNUG_TEST_CGROUP names: one that gives its children cpu, cpuset, io, memory and pids.
func realLeaf(t *testing.T) dir {
	t.Helper()
	at := os.Getenv("SNUG_TEST_CGROUP")
	if at == "" {
		t.Fatal("SNUG_TEST_CGROUP names no cgroup")
	}
	parent, err := openDir(at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(parent.close)
	if err := unix.Mkdirat(parent.fd, "limits-test", 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Unlinkat(parent.fd, "limits-test", unix.AT_REMOVEDIR) })
	leaf, err := parent.sub("limits-test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(leaf.close)
	return leaf
}

// disk is a limit for the disk of the root directory, if that is on one.
func disk(t *testing.T, values string) []IOLimit {
	t.Helper()
	l, err := ParseIO("/:" + values)
	if err != nil {
		t.Log(err)
		return nil
	}
	return []IOLimit{l}
}

// What passes Check the kernel takes, and reads back as said.
func TestKernelTakesSettings(t *testing.T) {
	leaf := realLeaf(t)
	for _, l := range []Limits{
		{Memory: MinMemory, MemoryHigh: MinMemory, CPUs: 0.01, CPUWeight: 1, CPUSet: "0", PIDs: 2, IO: disk(t, "rbps=2,riops=2"), IOWeight: 1},
		{Memory: 10_000_000, MemorySwap: 20_000_000, CPUs: 1.5, CPUWeight: 33, PIDs: 4 << 20, IO: disk(t, "wbps=10M,wiops=4294967294")},
		{Memory: largest, MemorySwap: Max, MemoryHigh: largest, CPUs: 8192, CPUWeight: 10000, IO: disk(t, "rbps=max,wbps=4096p,riops=4294967295,wiops=100000000000"), IOWeight: 10000},
		{Memory: Max, MemoryHigh: Max, PIDs: Max, IO: disk(t, "rbps=max,wbps=max,riops=max,wiops=max")},
	} {
		if err := l.Check(Facts{}); err != nil {
			t.Error(err)
		}
		for _, s := range l.settings() {
			if err := leaf.write(s.file, s.value); err != nil {
				t.Error(err)
				continue
			}
			got, err := leaf.read(cmp.Or(s.shown, s.file))
			if err != nil || !s.same(s.value, got) {
				t.Errorf("%s: %q became %q, %v", s.file, s.value, got, err)
			}
		}
	}
}

// What Check refuses beside what is too small to live in, the kernel refuses as well.
func TestKernelRefuses(t *testing.T) {
	leaf := realLeaf(t)
	for _, l := range []Limits{{CPUs: 0.009}, {CPUWeight: 10001}, {PIDs: 4<<20 + 1}, {IO: disk(t, "riops=1")}, {IO: disk(t, "wbps=1")}, {IOWeight: 10001}} {
		if len(l.settings()) == 0 {
			continue
		}
		if err := l.Check(Facts{}); err == nil {
			t.Errorf("%+v passes", l)
		}
		s := l.settings()[0]
		if err := leaf.write(s.file, s.value); err == nil {
			t.Errorf("the kernel takes %q for %s", s.value, s.file)
		}
	}
}

func TestKernelStats(t *testing.T) {
	leaf := realLeaf(t)
	s := statsOf(t, leaf)
	if s.CPU.Quota == nil || s.Memory == nil || s.PIDs == nil || s.IO == nil {
		t.Errorf("a controller is missing: %+v", s)
	}
	if err := unix.Rmdir(leaf.path); err != nil {
		t.Fatal(err)
	}
	if _, err := readStats(leaf); !errors.Is(err, unix.ENOENT) && !errors.Is(err, unix.ENODEV) {
		t.Errorf("of a cgroup that was removed: %v", err)
	}
}
