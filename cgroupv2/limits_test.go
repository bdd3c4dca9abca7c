package cgroupv2

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// machine has four cpus.
var machine = Facts{MemoryTotal: 16 << 30, CPUs: 4, PageSize: 4096}

func TestCheck(t *testing.T) {
	disk := Device{8, 0}
	for _, l := range []Limits{
		{},
		{Memory: MinMemory, MemorySwap: MinMemory, MemoryHigh: MinMemory, CPUs: 0.01, CPUWeight: 1, CPUSet: "0", PIDs: 2, IOWeight: 1},
		{Memory: Max, MemorySwap: Max, MemoryHigh: Max, CPUs: 8192, CPUWeight: 10000, CPUSet: "0-3", PIDs: Max, IOWeight: 10000},
		{Memory: 64 << 20, MemorySwap: Max, MemoryHigh: 1 << 30, PIDs: 4194304},
		{Memory: 1 << 50, MemorySwap: 1 << 51},
		{MemorySwap: Max},
		{IO: []IOLimit{{Device: disk, ReadBPS: 2, WriteBPS: Max, ReadIOPS: 2}}},
	} {
		if err := l.Check(machine); err != nil {
			t.Errorf("%+v: %v", l, err)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	io := func(l IOLimit) Limits { l.Path = "/home"; return Limits{IO: []IOLimit{{ReadBPS: 9}, l}} }
	for _, c := range []struct {
		limits Limits
		want   said
	}{
		{Limits{Memory: MinMemory - 1}, said{"limit memory to 4194303: invalid limit", "to start the command may take more already, and it would be killed before it began", "give --memory 4M or more"}},
		{Limits{Memory: 1}, said{Error: "limit memory to 1: invalid limit"}},
		{Limits{Memory: 2 << 20}, said{Error: "limit memory to 2M: invalid limit"}},
		{Limits{MemorySwap: 1 << 30}, said{"limit memory and swap together to 1G: invalid limit", "swap can't be bounded together with memory that has no bound", "give --memory, too"}},
		{Limits{Memory: 2 << 30, MemorySwap: 1 << 30}, said{"limit memory and swap together to 1G: invalid limit", "that is less than the 2G of memory alone", "give --memory-swap 2G or more; that much is no swap at all"}},
		{Limits{Memory: Max, MemorySwap: 1 << 30}, said{Cause: "that is less than the max of memory alone"}},
		{Limits{MemoryHigh: 1 << 20}, said{"slow down above 1M of memory: invalid limit", "to start the command may take more already, and it would hardly move", "give --memory-high 4M or more"}},
		{Limits{PIDs: 1}, said{"limit processes to 1: invalid limit", "a sandbox has a process of its own beside the command", "give --pids-limit 2 or more"}},
		{Limits{PIDs: 4194305}, said{"limit processes to 4194305: invalid limit", "the kernel counts to 4194304", "give --pids-limit max"}},
		{Limits{CPUs: 0.009}, said{"limit cpu time to 0.009 cpus: invalid limit", "the kernel gives out cpu time in pieces of a millisecond in each tenth of a second", "give --cpus 0.01 or more"}},
		{Limits{CPUs: -1}, said{Hint: "give --cpus 0.01 or more"}},
		{Limits{CPUs: math.NaN()}, said{Hint: "give --cpus 0.01 or more"}},
		{Limits{CPUs: math.Inf(1)}, said{Hint: "give --cpus max"}},
		{Limits{CPUs: 8193}, said{"limit cpu time to 8193 cpus: invalid limit", "no machine has so many", "give --cpus max"}},
		{Limits{CPUSet: "0-4"}, said{"keep to cpus 0-4: invalid limit", "this machine has no cpu 4", "give --cpuset-cpus some of 0-3"}},
		{Limits{CPUSet: "all"}, said{"keep to cpus all: invalid limit", `"all" is neither a cpu nor a range of them`, "give --cpuset-cpus as 0-3,5"}},
		{Limits{CPUWeight: 10001}, said{"share cpu time with weight 10001: invalid limit", "weights go from 1 to 10000", "give --cpu-weight one of these; others have 100"}},
		{Limits{IOWeight: -1}, said{"share disks with weight -1: invalid limit", "weights go from 1 to 10000", "give --io-weight one of these; others have 100"}},
		{io(IOLimit{ReadBPS: 1}), said{"limit io of /home to rbps=1: invalid limit", "the kernel takes no less than 2 a second", "give --io-max /home:rbps=2 or more"}},
		{io(IOLimit{WriteIOPS: 1}), said{Error: "limit io of /home to wiops=1: invalid limit"}},
	} {
		checkInvalid(t, c.limits.Check(machine), c.want)
	}
	if err := (&Limits{CPUSet: "0-100"}).Check(Facts{}); err != nil {
		t.Errorf("on a machine that isn't known: %v", err)
	}
}

func TestControllers(t *testing.T) {
	for _, c := range []struct {
		limits Limits
		want   []string
	}{
		{Limits{}, nil},
		{Limits{Memory: 1 << 30}, []string{"memory"}},
		{Limits{MemoryHigh: 1 << 30}, []string{"memory"}},
		{Limits{PIDs: 9, CPUs: 1, CPUWeight: 5}, []string{"cpu", "pids"}},
		{Limits{CPUSet: "0", IOWeight: 5}, []string{"cpuset", "io"}},
		{Limits{IO: []IOLimit{{ReadBPS: 5}}}, []string{"io"}},
		{Limits{Memory: Max, PIDs: Max}, []string{"memory", "pids"}},
	} {
		if diff := cmp.Diff(c.want, c.limits.Controllers()); diff != "" {
			t.Errorf("%+v: %s", c.limits, diff)
		}
	}
}
