package cgroupv2

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// files make a directory that stands for the scope's cgroup.
func files(t *testing.T, content map[string]string) dir {
	t.Helper()
	at := t.TempDir()
	for name, text := range content {
		if err := os.WriteFile(filepath.Join(at, name), []byte(text+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	fd, err := unix.Open(at, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	d := dir{fd, at}
	t.Cleanup(d.close)
	return d
}

func mustParse(t *testing.T, typed string) Property {
	t.Helper()
	p, err := ParseProperty(typed)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestVerify has what Linux 6.1 shows for what systemd 252 was told, and what else it
// might show.
func TestVerify(t *testing.T) {
	for _, c := range []struct {
		typed      string
		good, evil string // "file content; file content"
	}{
		{"MemoryMax=500000001", "memory.max 499998720", "memory.max max"},
		{"MemoryMax=500000001", "memory.max 499998720", "memory.max 500002816"},
		{"MemoryMax=9223372036854771711", "memory.max 9223372036854767616", "memory.max max"},
		{"MemoryMax=9223372036854775807", "memory.max max", "memory.max 0"},
		{"MemoryMax=infinity", "memory.max max", "memory.max 4096"},
		{"MemoryHigh=1M", "memory.high 1048576", "memory.high max"},
		{"MemorySwapMax=0", "memory.swap.max 0", "memory.swap.max max"},
		{"MemoryMin=infinity", "memory.min max", "memory.min 0"},
		{"MemoryLow=4K", "memory.low 4096", "memory.low 0"},
		{"MemoryZSwapWriteback=no", "memory.zswap.writeback 0", "memory.zswap.writeback 1"},
		{"StartupMemoryMax=1M", "memory.max max", "cpu.max max"},
		{"CPUQuota=50%", "cpu.max 50000 100000", "cpu.max max 100000"},
		{"CPUQuota=0.5%", "cpu.max 1000 200000", "cpu.max 1000 100000"},
		{"CPUQuota=0.3%", "cpu.max 1000 333333", "cpu.max 1000 300000"},
		{"CPUQuota=20%", "cpu.max 2000 10000", "cpu.max 2000 0"},
		{"CPUQuotaPeriodSec=10ms", "cpu.max 2000 10000", "cpu.max 2000 20000"},
		{"CPUQuotaPeriodSec=1ms", "cpu.max 1000 20000", "cpu.max 2000 20000"},
		{"CPUQuotaPeriodSec=10ms", "cpu.max max 100000", "cpu.max "},
		{"CPUWeight=300", "cpu.weight 300", "cpu.weight 100"},
		{"CPUWeight=idle", "cpu.weight 0; cpu.idle 1", "cpu.weight 0; cpu.idle 0"},
		{"StartupCPUWeight=300", "cpu.weight 100", "cpu.stat "},
		{"AllowedCPUs=0-1", "cpuset.cpus 0-1; cpuset.cpus.effective 0-1", "cpuset.cpus ; cpuset.cpus.effective 0-1"},
		{"AllowedCPUs=3,2,0", "cpuset.cpus 0,2-3; cpuset.cpus.effective 0", "cpuset.cpus 0,2-3; cpuset.cpus.effective 0-3"},
		{"AllowedMemoryNodes=0", "cpuset.mems 0; cpuset.mems.effective 0", "cpuset.mems 0; cpuset.mems.effective 0-1"},
		{"TasksMax=100", "pids.max 100", "pids.max max"},
		{"TasksMax=4194305", "pids.max max", "pids.max 15"},
		{"TasksMax=10%", "pids.max 1576", "pids.max max"},
		{"OOMPolicy=kill", "memory.oom.group 1", "memory.oom.group 0"},
		{"OOMPolicy=stop", "memory.events oom_kill 0", "memory.max max"},
		{"IOWeight=200", "io.weight default 200", "io.weight default 100"},
		{"IODeviceLatencyTargetSec=/nowhere 25ms", "", "io.latency 8:0 target=25000"},
		{"IOReadBandwidthMax=/nowhere 1M", "", "io.max 8:0 rbps=1000000 wbps=max riops=max wiops=max"},
		{"IOReadBandwidthMax=/dev/null 1M", "", "io.max 8:0 rbps=1000000 wbps=max riops=max wiops=max"},
		{"IOReadBandwidthMax=/proc/version 1M", "io.max 8:0 rbps=1000000 wbps=max riops=max wiops=max", "io.max "},
		{"IOWriteIOPSMax=/proc/version 5G", "io.max ", "io.max 8:0 rbps=max wbps=max riops=max wiops=7"},
		{"IOReadBandwidthMax=/proc/version infinity", "io.max ", "io.max 8:0 rbps=7 wbps=max riops=max wiops=max"},
	} {
		p := mustParse(t, c.typed)
		if c.good != "" {
			if err := p.verify(files(t, content(c.good))); err != nil {
				t.Errorf("%s with %s: %v: %s", c.typed, c.good, err, err.(*Error).Why)
			}
		}
		refuted(t, p, files(t, content(c.evil)))
	}
}

func content(s string) map[string]string {
	m := map[string]string{"cgroup.controllers": "cpuset cpu io memory pids"}
	for item := range strings.SplitSeq(s, "; ") {
		file, text, _ := strings.Cut(item, " ")
		m[file] = text
	}
	return m
}

func refuted(t *testing.T, p Property, d dir) *Error {
	t.Helper()
	err := p.verify(d)
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, ErrNotEnforced) {
		t.Errorf("%s: %v, want an *Error that is ErrNotEnforced", p, err)
		return &Error{}
	}
	checkLines(t, e)
	return e
}

func TestVerifyMissing(t *testing.T) {
	bare := files(t, map[string]string{"cgroup.controllers": "memory pids"})
	for _, c := range []struct{ typed, why, fix string }{
		{"MemoryZSwapMax=1M", "this kernel has no memory.zswap.max", "a kernel that has it"},
		{"AllowedCPUs=0", "cpuset", ""},
		{"IOWeight=50", "io", ""},
	} {
		e := refuted(t, mustParse(t, c.typed), bare)
		if !strings.Contains(e.Why, c.why) || !strings.Contains(e.Fix, c.fix) {
			t.Errorf("%s: %s; %s", c.typed, e.Why, e.Fix)
		}
	}
	if on, _ := byVersion1("rdma"); !on {
		h := held{file: "rdma.max", holds: anything}
		if why, fix := h.judge(bare); !strings.Contains(why, "not delegated") || fix != delegationFix("rdma") {
			t.Errorf("a controller that is missing: %s; %s", why, fix)
		}
	}
	for _, typed := range []string{"MemoryMax=infinity", "MemorySwapMax=infinity", "MemoryLow=0", "TasksMax=infinity", "MemoryZSwapWriteback=yes",
		"IOReadIOPSMax=/dev/sda infinity", "MemoryAccounting=yes", "ManagedOOMSwap=kill", "OOMPolicy=continue", "Slice=a.slice", "RuntimeMaxSec=1"} {
		if err := mustParse(t, typed).verify(files(t, map[string]string{"cgroup.controllers": ""})); err != nil {
			t.Errorf("%s bounds nothing, and yet: %v", typed, err)
		}
	}
	gone := files(t, nil)
	if e := refuted(t, mustParse(t, "MemoryMax=1M"), gone); !strings.Contains(e.Why, "is gone") {
		t.Errorf("a scope that is gone: %s", e.Why)
	}
}

func TestVerifyPart(t *testing.T) {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		t.Fatal(err)
	}
	total := uint64(info.Totalram) * uint64(info.Unit)
	size := uint64(os.Getpagesize())
	fifth := total / size * uint64(scale(2000)) / math.MaxUint32 * size
	p := mustParse(t, "MemoryMax=20%")
	for _, c := range []struct {
		content string
		want    bool
	}{
		{strconv.FormatUint(fifth, 10), true},
		{strconv.FormatUint(fifth+size, 10), false},
		{strconv.FormatUint(fifth/2, 10), true}, // systemd in a container with half of it
		{"max", false},
	} {
		if got := p.held[0].holds(c.content); got != c.want {
			t.Errorf("20%% of %d is %s: %t", total, c.content, got)
		}
	}
}

func TestProtectionFix(t *testing.T) {
	got := protectionFix([]string{"user@7.service", "user-7.slice"}, []string{"app.slice"}, "MemoryLow=1M")
	want := "as root: for u in user@7.service user-7.slice; do systemctl set-property $u MemoryLow=1M; done; " +
		"as yourself: for u in app.slice; do systemctl --user set-property $u MemoryLow=1M; done"
	if got != want {
		t.Error(got)
	}
}

// TestBFQWeight has systemd's scale: 1, 100 and 10000 are 1, 100 and 1000.
func TestBFQWeight(t *testing.T) {
	for n, want := range map[uint64]uint64{1: 1, 50: 50, 100: 100, 200: 109, 10000: 1000} {
		if got := bfqWeight(n); got != want {
			t.Errorf("%d is %d, want %d", n, got, want)
		}
	}
	p := mustParse(t, "IODeviceWeight=/proc/version 200")
	if err := p.verify(files(t, content("io.bfq.weight 100\n8:0 109"))); err != nil {
		t.Errorf("with BFQ alone: %v", err)
	}
}

// TestDisksOf looks at the disks of this machine: a partition's disk is among its
// devices.
func TestDisksOf(t *testing.T) {
	list, _ := filepath.Glob("/sys/class/block/*/partition")
	for _, at := range list {
		node := "/dev/" + filepath.Base(filepath.Dir(at))
		devices, _ := disksOf(node)
		if len(devices) == 1 {
			t.Errorf("%s is on no disk: %v", node, devices)
		}
	}
	if devices, any := disksOf("/proc/version"); len(devices) > 0 || !any {
		t.Errorf("a file on no disk is on %v", devices)
	}
	for _, path := range []string{"/dev/null", "/nowhere"} {
		if devices, any := disksOf(path); len(devices) > 0 || any {
			t.Errorf("%s is a disk: %v", path, devices)
		}
	}
}
