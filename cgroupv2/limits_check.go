package cgroupv2

import (
	"fmt"
	"math"
	"strconv"
)

// mostPIDs is PID_MAX_LIMIT of 64-bit kernels (include/linux/threads.h): pids.max takes
// no more.
const mostPIDs = 4 << 20

// Check refuses limits that no leaf could be held to, or that nothing could run in. An
// error is an [*Error] that wraps [ErrInvalid]; it is about the first that is wrong.
func (l *Limits) Check(facts Facts) error {
	for _, check := range []func(Facts) *Error{l.checkMemory, l.checkSwap, l.checkHigh, l.checkPIDs, l.checkCPUs, l.checkCPUSet, l.checkWeights, l.checkIO} {
		if e := check(facts); e != nil {
			return e
		}
	}
	return nil
}

func (l *Limits) checkMemory(Facts) *Error {
	if l.Memory == 0 || l.Memory >= MinMemory {
		return nil
	}
	return invalid("limit", "memory to "+l.Memory.words(),
		"to start the command may take more already, and it would be killed before it began", "give --memory "+Amount(MinMemory).words()+" or more")
}

func (l *Limits) checkSwap(Facts) *Error {
	do, on := "limit", "memory and swap together to "+l.MemorySwap.words()
	switch {
	case l.MemorySwap == 0 || l.MemorySwap == Max:
		return nil
	case l.Memory == 0:
		return invalid(do, on, "swap can't be bounded together with memory that has no bound", "give --memory, too")
	case l.MemorySwap < l.Memory:
		return invalid(do, on, "that is less than the "+l.Memory.words()+" of memory alone", "give --memory-swap "+l.Memory.words()+" or more; that much is no swap at all")
	}
	return nil
}

// checkHigh has the same floor as for memory.max: nobody is killed below it, but the
// kernel holds processes back for seconds at a time. With Linux 6.1 and 256 KiB, sh -c :
// took 16 seconds.
func (l *Limits) checkHigh(Facts) *Error {
	if l.MemoryHigh == 0 || l.MemoryHigh >= MinMemory {
		return nil
	}
	return invalid("slow down above", l.MemoryHigh.words()+" of memory",
		"to start the command may take more already, and it would hardly move", "give --memory-high "+Amount(MinMemory).words()+" or more")
}

func (l *Limits) checkPIDs(Facts) *Error {
	do, on := "limit", "processes to "+l.PIDs.String()
	switch {
	case l.PIDs == 0 || l.PIDs == Max || l.PIDs >= 2 && l.PIDs <= mostPIDs:
		return nil
	case l.PIDs < 2:
		return invalid(do, on, "a sandbox has a process of its own beside the command", "give --pids-limit 2 or more")
	}
	return invalid(do, on, "the kernel counts to "+strconv.Itoa(mostPIDs), "give --pids-limit max")
}

func (l *Limits) checkCPUs(Facts) *Error {
	do, on := "limit", fmt.Sprintf("cpu time to %v cpus", l.CPUs)
	switch {
	case l.CPUs == 0 || l.CPUs >= minCPUs && l.CPUs <= mostCPUs:
		return nil
	case l.CPUs < minCPUs || math.IsNaN(l.CPUs):
		return invalid(do, on, "the kernel gives out cpu time in pieces of a millisecond in each tenth of a second", "give --cpus 0.01 or more")
	}
	return invalid(do, on, "no machine has so many", "give --cpus max")
}

func (l *Limits) checkCPUSet(facts Facts) *Error {
	if l.CPUSet == "" {
		return nil
	}
	do, on := "keep to", "cpus "+l.CPUSet
	set, why := parseCPUSet(l.CPUSet)
	switch {
	case why != "":
		return invalid(do, on, why, "give --cpuset-cpus as 0-3,5")
	case facts.CPUs > 0 && set.last() >= facts.CPUs:
		return invalid(do, on, "this machine has no cpu "+strconv.Itoa(set.last()), "give --cpuset-cpus some of "+cpuSet{{0, facts.CPUs - 1}}.String())
	}
	return nil
}

func (l *Limits) checkWeights(Facts) *Error {
	for _, w := range []struct {
		what, flag string
		n          int
	}{{"cpu time", "--cpu-weight", l.CPUWeight}, {"disks", "--io-weight", l.IOWeight}} {
		if w.n != 0 && !isWeight(w.n) {
			return invalid("share", w.what+" with weight "+strconv.Itoa(w.n), "weights go from 1 to 10000", "give "+w.flag+" one of these; others have 100")
		}
	}
	return nil
}

// checkIO refuses what tg_set_limit (block/blk-throttle.c) refuses: less than 2.
func (l *Limits) checkIO(Facts) *Error {
	for _, io := range l.IO {
		for _, key := range ioKeys {
			if *key.of(&io) == 1 {
				return invalid("limit", "io of "+io.Path+" to "+key.name+"=1", "the kernel takes no less than 2 a second", "give --io-max "+io.Path+":"+key.name+"=2 or more")
			}
		}
	}
	return nil
}
