package cgroupv2

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/sys/unix"
)

// leafOf has the interface files of a cgroup, as a kernel printed them, in a directory.
func leafOf(t testing.TB, name string) dir {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	path := t.TempDir()
	for _, f := range archive.Files {
		if err := os.WriteFile(filepath.Join(path, f.Name), f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	return dir{fd, path}
}

// statsOf reads them, and looks at the time.
func statsOf(t *testing.T, d dir) Stats {
	t.Helper()
	before := time.Now()
	s, err := readStats(d)
	if err != nil {
		t.Fatal(err)
	}
	if s.Time.Before(before) || s.Time.After(time.Now()) {
		t.Errorf("read at %v", s.Time)
	}
	s.Time = time.Time{}
	return s
}

func calm() *Pressure { return &Pressure{Full: &Stall{}} }

const us = time.Microsecond

func TestReadStats(t *testing.T) {
	for name, want := range map[string]Stats{
		"linux-6.1-frozen": {
			Populated: true, Frozen: true,
			CPU: CPUStats{2502876 * us, 1204568 * us, 1298308 * us, &QuotaStats{132, 122, 15901041 * us}},
			Memory: &MemoryStats{
				Current: 14979072, Peak: new(uint64(15282176)), High: new(uint64(16777216)), Max: new(uint64(25165824)),
				Swap: &SwapStats{}, Events: MemoryEvents{OOMGroupKill: new(uint64)},
			},
			PIDs: &PIDStats{4, new(uint64(8)), new(uint64(8)), 1},
			IO:   []IOStats{{Device{259, 1}, 159744, 0, 10, 0}, {Device{259, 0}, 3000320, 4197376, 17, 14}},
			Pressure: &PressureStats{
				CPU:    &Pressure{Stall{43.65, 12.74, 2.89, 8806815 * us}, &Stall{42.24, 12.30, 2.79, 8502363 * us}},
				Memory: calm(),
				IO:     &Pressure{Stall{1.52, 0.74, 0.18, 547637 * us}, &Stall{1.52, 0.74, 0.18, 544384 * us}},
			},
		},
		"linux-6.1-oom": {
			CPU: CPUStats{1285812 * us, 357170 * us, 928642 * us, &QuotaStats{}},
			Memory: &MemoryStats{
				Peak: new(uint64(8388608)), Max: new(uint64(8388608)),
				Swap: &SwapStats{Max: new(uint64)}, Events: MemoryEvents{Max: 18, OOM: 1, OOMKill: 5, OOMGroupKill: new(uint64(1))},
			},
			PIDs: &PIDStats{Peak: new(uint64(4))},
			IO:   []IOStats{},
			Pressure: &PressureStats{
				CPU:    &Pressure{Stall{1.08, 0.19, 0.04, 132150 * us}, &Stall{0.18, 0.03, 0, 41688 * us}},
				Memory: &Pressure{Stall{Total: 2085 * us}, &Stall{Total: 2085 * us}},
				IO:     calm(),
			},
		},
		"linux-6.1-bare": {Pressure: &PressureStats{calm(), calm(), calm()}},
		"linux-6.18-bare": {
			CPU: CPUStats{Usage: 5965127 * us, User: 5745551 * us, System: 219576 * us},
			Pressure: &PressureStats{
				CPU:    &Pressure{Stall{11.23, 2.02, 0.42, 1764708 * us}, &Stall{Total: 15489 * us}},
				Memory: calm(),
				IO:     &Pressure{Stall{0.18, 0.03, 0, 36015 * us}, &Stall{Total: 23 * us}},
			},
		},
	} {
		if diff := cmp.Diff(want, statsOf(t, leafOf(t, name))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A kernel need not have a file: then there is no value, and not a zero.
func TestReadStatsOfOlderKernels(t *testing.T) {
	d := leafOf(t, "linux-6.1-frozen")
	want := statsOf(t, d)
	for _, c := range []struct {
		file  string
		lacks func()
	}{
		{"memory.peak", func() { want.Memory.Peak = nil }},
		{"pids.peak", func() { want.PIDs.Peak = nil }},
		{"memory.swap.current", func() { want.Memory.Swap = nil }},
		{"cpu.pressure", func() { want.Pressure.CPU = nil }},
		{"memory.pressure", func() { want.Pressure.Memory = nil }},
		{"io.pressure", func() { want.Pressure = nil }},
	} {
		if err := os.Remove(filepath.Join(d.path, c.file)); err != nil {
			t.Fatal(err)
		}
		c.lacks()
		if diff := cmp.Diff(want, statsOf(t, d)); diff != "" {
			t.Errorf("without %s (-want +got):\n%s", c.file, diff)
		}
	}
}

// A newer kernel than the fixtures' has this file.
func TestReadStatsSwapPeak(t *testing.T) {
	d := leafOf(t, "linux-6.1-frozen")
	put(t, d, "memory.swap.peak", "4096\n")
	if got := statsOf(t, d).Memory.Swap.Peak; got == nil || *got != 4096 {
		t.Errorf("peak of swap: %v", got)
	}
}

func put(t *testing.T, d dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(d.path, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Files go when a cgroup is removed. What an enabled controller always has is then a
// sign of it, and cgroup.events is the last.
func TestReadStatsOfRemoved(t *testing.T) {
	for _, name := range []string{
		"cgroup.controllers", "cpu.stat", "memory.current", "memory.high", "memory.max", "memory.events", "memory.swap.max",
		"pids.current", "pids.max", "pids.events", "io.stat", "cgroup.events",
	} {
		d := leafOf(t, "linux-6.1-frozen")
		if err := os.Remove(filepath.Join(d.path, name)); err != nil {
			t.Fatal(err)
		}
		_, err := readStats(d)
		if !errors.Is(err, unix.ENOENT) || !strings.Contains(err.Error(), d.path+"/"+name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
	d := leafOf(t, "linux-6.1-bare")
	if err := os.RemoveAll(d.path); err != nil {
		t.Fatal(err)
	}
	if _, err := readStats(d); !errors.Is(err, unix.ENOENT) {
		t.Errorf("a directory that is gone: %v", err)
	}
}

func TestReadStatsRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"cpu.stat": "usage_usec 1", "memory.current": "much", "memory.high": "", "memory.max": "-1", "memory.peak": "max",
		"memory.events": "low 0", "memory.swap.current": "max", "memory.swap.max": "no", "pids.current": "1 2", "pids.max": "MAX",
		"pids.peak": "x", "pids.events": "", "io.stat": "8:0 rbytes=1", "cpu.pressure": "", "cgroup.events": "frozen 1",
	} {
		d := leafOf(t, "linux-6.1-frozen")
		put(t, d, name, text)
		_, err := readStats(d)
		var at *os.PathError
		if !errors.As(err, &at) || at.Path != d.path+"/"+name {
			t.Errorf("%s with %q: %v", name, text, err)
		}
	}
}

func TestStatsJSON(t *testing.T) {
	for name, want := range map[string]string{
		"linux-6.1-frozen": `{
			"time": "0001-01-01T00:00:00Z", "populated": true, "frozen": true,
			"cpu": {"usage_ns": 2502876000, "user_ns": 1204568000, "system_ns": 1298308000,
				"quota": {"periods": 132, "throttled": 122, "throttled_ns": 15901041000}},
			"memory": {"current": 14979072, "peak": 15282176, "high": 16777216, "max": 25165824,
				"swap": {"current": 0},
				"events": {"low": 0, "high": 0, "max": 0, "oom": 0, "oom_kill": 0, "oom_group_kill": 0}},
			"pids": {"current": 4, "peak": 8, "max": 8, "limit_hits": 1},
			"io": [{"device": "259:1", "read_bytes": 159744, "write_bytes": 0, "read_ops": 10, "write_ops": 0},
				{"device": "259:0", "read_bytes": 3000320, "write_bytes": 4197376, "read_ops": 17, "write_ops": 14}],
			"pressure": {
				"cpu": {"some": {"avg10": 43.65, "avg60": 12.74, "avg300": 2.89, "total_ns": 8806815000},
					"full": {"avg10": 42.24, "avg60": 12.3, "avg300": 2.79, "total_ns": 8502363000}},
				"memory": {"some": {"avg10": 0, "avg60": 0, "avg300": 0, "total_ns": 0},
					"full": {"avg10": 0, "avg60": 0, "avg300": 0, "total_ns": 0}},
				"io": {"some": {"avg10": 1.52, "avg60": 0.74, "avg300": 0.18, "total_ns": 547637000},
					"full": {"avg10": 1.52, "avg60": 0.74, "avg300": 0.18, "total_ns": 544384000}}}}`,
		"linux-6.1-oom": `{
			"time": "0001-01-01T00:00:00Z", "populated": false, "frozen": false,
			"cpu": {"usage_ns": 1285812000, "user_ns": 357170000, "system_ns": 928642000,
				"quota": {"periods": 0, "throttled": 0, "throttled_ns": 0}},
			"memory": {"current": 0, "peak": 8388608, "max": 8388608, "swap": {"current": 0, "max": 0},
				"events": {"low": 0, "high": 0, "max": 18, "oom": 1, "oom_kill": 5, "oom_group_kill": 1}},
			"pids": {"current": 0, "peak": 4, "limit_hits": 0},
			"io": []}`,
		"linux-6.1-bare": `{
			"time": "0001-01-01T00:00:00Z", "populated": false, "frozen": false,
			"cpu": {"usage_ns": 0, "user_ns": 0, "system_ns": 0}}`,
	} {
		s := statsOf(t, leafOf(t, name))
		if name != "linux-6.1-frozen" {
			s.Pressure = nil
		}
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(jsonTree(t, want), jsonTree(t, string(text))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		var again Stats
		if err := json.Unmarshal(text, &again); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s, again); diff != "" {
			t.Errorf("%s, through JSON:\n%s", name, diff)
		}
	}
}

func jsonTree(t *testing.T, text string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestCPUsSince(t *testing.T) {
	start := time.Unix(1000, 0)
	at := func(passed, used time.Duration) *Stats {
		return &Stats{Time: start.Add(passed), CPU: CPUStats{Usage: used}}
	}
	for _, c := range []struct {
		now, then *Stats
		want      float64
	}{
		{at(2*time.Second, 4*time.Second), at(0, time.Second), 1.5},
		{at(time.Second, time.Second), at(0, time.Second), 0},
		{at(0, time.Second), at(0, 0), 0},
		{at(0, 0), at(time.Second, time.Second), 0},
	} {
		if got := c.now.CPUsSince(c.then); got != c.want {
			t.Errorf("%v after %v: %v cpus, want %v", c.now.CPU.Usage, c.then.CPU.Usage, got, c.want)
		}
	}
}

func BenchmarkReadStats(b *testing.B) {
	d := leafOf(b, "linux-6.1-frozen")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := readStats(d); err != nil {
			b.Fatal(err)
		}
	}
}
