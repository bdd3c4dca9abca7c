package cgroupv2

import (
	"os"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// writes are the settings as a shell would have them.
func writes(l Limits) (list []string) {
	for _, s := range l.settings() {
		list = append(list, s.file+" "+s.value)
	}
	return list
}

func TestSettings(t *testing.T) {
	sda, sdb := Device{8, 0}, Device{8, 16}
	for _, c := range []struct {
		limits Limits
		want   []string
	}{
		{Limits{}, nil},
		{
			Limits{
				Memory: 1 << 30, MemorySwap: 3 << 29, MemoryHigh: 1 << 29, CPUs: 1.5, CPUWeight: 50, CPUSet: "0-3,5", PIDs: 200,
				IO:       []IOLimit{{Device: sda, ReadBPS: 1 << 20}, {Device: sdb, WriteIOPS: 100, WriteBPS: Max}, {Device: sda, ReadIOPS: 5}},
				IOWeight: 200,
			},
			[]string{
				"memory.swap.max 536870912", "memory.high 536870912", "memory.max 1073741824", "memory.oom.group 1",
				"pids.max 200", "cpu.max 150000 100000", "cpu.weight 50", "cpuset.cpus 0-3,5",
				"io.max 8:0 rbps=1048576 wbps=max riops=5 wiops=max", "io.max 8:16 rbps=max wbps=max riops=max wiops=100", "io.weight default 200",
			},
		},
		{Limits{Memory: 1 << 30}, []string{"memory.swap.max 0", "memory.max 1073741824", "memory.oom.group 1"}},
		{Limits{Memory: 1 << 30, MemorySwap: 1 << 30}, []string{"memory.swap.max 0", "memory.max 1073741824", "memory.oom.group 1"}},
		{Limits{Memory: 1 << 30, MemorySwap: Max}, []string{"memory.swap.max max", "memory.max 1073741824", "memory.oom.group 1"}},
		{Limits{Memory: Max}, []string{"memory.swap.max max", "memory.max max", "memory.oom.group 1"}},
		{Limits{MemorySwap: Max}, []string{"memory.swap.max max"}},
		{Limits{MemoryHigh: Max}, []string{"memory.high max"}},
		{Limits{PIDs: Max}, []string{"pids.max max"}},
		{Limits{CPUs: 0.01}, []string{"cpu.max 1000 100000"}},
		{Limits{CPUs: 0.29}, []string{"cpu.max 29000 100000"}}, // 28999.999999999996 in binary
		{Limits{CPUs: 8192}, []string{"cpu.max 819200000 100000"}},
	} {
		if diff := cmp.Diff(c.want, writes(c.limits)); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", c.limits, diff)
		}
	}
}

func TestSettingsInPages(t *testing.T) {
	page := os.Getpagesize()
	size := Amount(5000*page - 1)
	got := writes(Limits{Memory: size, MemorySwap: size + Amount(3*page) - 1, MemoryHigh: size})
	down := strconv.Itoa(4999 * page)
	want := []string{"memory.swap.max " + strconv.Itoa(2*page), "memory.high " + down, "memory.max " + down, "memory.oom.group 1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A user who reads about a setting has to recognise it: each has a name in words and the
// flag that asks for it.
func TestSettingsAreNamed(t *testing.T) {
	want := map[string][3]string{
		"memory.swap.max":  {"memory", "swap limit", "--memory-swap"},
		"memory.high":      {"memory", "memory throttle", "--memory-high"},
		"memory.max":       {"memory", "memory limit", "--memory"},
		"memory.oom.group": {"memory", "kill of all processes together", "--memory"},
		"pids.max":         {"pids", "process limit", "--pids-limit"},
		"cpu.max":          {"cpu", "cpu limit", "--cpus"},
		"cpu.weight":       {"cpu", "cpu weight", "--cpu-weight"},
		"cpuset.cpus":      {"cpuset", "cpu set", "--cpuset-cpus"},
		"io.max":           {"io", "io limit", "--io-max"},
		"io.weight":        {"io", "io weight", "--io-weight"},
	}
	got := map[string][3]string{}
	l := Limits{Memory: 1 << 30, MemoryHigh: 1 << 30, PIDs: 9, CPUs: 1, CPUWeight: 1, CPUSet: "0", IO: []IOLimit{{ReadBPS: 5}}, IOWeight: 1}
	for _, s := range l.settings() {
		got[s.file] = [3]string{s.controller, s.what, s.flag}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What Linux 6.1 says to what was written, and what it could say instead.
func TestSame(t *testing.T) {
	all := Limits{
		Memory: 10_000_000, MemorySwap: Max, MemoryHigh: Max, CPUs: 1.5, CPUWeight: 33, CPUSet: "0-2", PIDs: 100,
		IO: []IOLimit{{Device: Device{259, 0}, ReadBPS: 1 << 20}}, IOWeight: 300,
	}
	by := map[string]setting{}
	for _, s := range all.settings() {
		by[s.file] = s
	}
	if got := by["cpuset.cpus"].shown; got != "cpuset.cpus.effective" {
		t.Errorf("cpuset.cpus is read back from %q", got)
	}
	page := os.Getpagesize()
	for _, c := range []struct {
		file, got string
		same      bool
	}{
		{"memory.max", strconv.Itoa(10_000_000 / page * page), true},
		{"memory.max", "max", false},
		{"memory.max", "10000000", false},
		{"memory.swap.max", "max", true},
		{"memory.swap.max", "0", false},
		{"memory.high", "max", true},
		{"memory.oom.group", "1", true},
		{"memory.oom.group", "0", false},
		{"pids.max", "100", true},
		{"pids.max", "max", false},
		{"cpu.max", "150000 100000", true},
		{"cpu.max", "max 100000", false},
		{"cpu.weight", "33", true},
		{"cpu.weight", "0", false}, // cpu.idle is 1
		{"cpuset.cpus", "0-2", true},
		{"cpuset.cpus", "1", true}, // the others are off-line, or not the parent's
		{"cpuset.cpus", "0-3", false},
		{"cpuset.cpus", "3", false},
		{"cpuset.cpus", "", false},
		{"io.max", "259:0 rbps=1048576 wbps=max riops=max wiops=max", true},
		{"io.max", "259:0 rbps=1048576 wbps=5 riops=max wiops=max", false},
		{"io.weight", "default 300", true},
		{"io.weight", "default 300\n8:0 5", true},
		{"io.weight", "default 100\n8:0 300", false},
	} {
		s, ok := by[c.file]
		if !ok {
			t.Errorf("%s isn't set", c.file)
			continue
		}
		if got := s.same(s.value, c.got); got != c.same {
			t.Errorf("%s: %q became %q: same = %t", c.file, s.value, c.got, got)
		}
	}
}
