package cgroupv2

import (
	"os"
	"strconv"
	"strings"
)

// setting is one write to an interface file.
type setting struct {
	controller  string
	file, value string
	what        string // in words: "memory limit"
	flag        string // that asks for it: "--memory"
	// same says whether got, read back from shown, is what value should become.
	same func(value, got string) bool
	// shown is the file to read back, if it isn't file itself.
	shown string
}

// PIDsLimit is what an [Error] about [Limits].PIDs is On. It is the one limit that a
// process has another way to: RLIMIT_NPROC, see setrlimit(2).
const PIDsLimit = "process limit"

// settings are the writes that make the limits of a fresh leaf. Nothing is in it yet, so
// that no order could kill what is there; swap comes before memory all the same, since
// a leaf that is filled meanwhile must not swap first.
func (l *Limits) settings() []setting {
	list := l.memorySettings()
	if l.PIDs != 0 {
		list = append(list, setting{"pids", "pids.max", l.PIDs.String(), PIDsLimit, "--pids-limit", sameText, ""})
	}
	if l.CPUs != 0 {
		list = append(list, setting{"cpu", "cpu.max", cpuMax(l.CPUs), "cpu limit", "--cpus", sameText, ""})
	}
	if l.CPUWeight != 0 {
		list = append(list, setting{"cpu", "cpu.weight", strconv.Itoa(l.CPUWeight), "cpu weight", "--cpu-weight", sameText, ""})
	}
	if l.CPUSet != "" {
		list = append(list, setting{"cpuset", "cpuset.cpus", l.CPUSet, "cpu set", "--cpuset-cpus", sameCPUs, "cpuset.cpus.effective"})
	}
	for _, io := range perDisk(l.IO) {
		list = append(list, setting{"io", "io.max", io.value(), "io limit", "--io-max", sameIO, ""})
	}
	if l.IOWeight != 0 {
		list = append(list, setting{"io", "io.weight", "default " + strconv.Itoa(l.IOWeight), "io weight", "--io-weight", sameFirstLine, ""})
	}
	return list
}

func (l *Limits) memorySettings() (list []setting) {
	if swap, ok := l.swap(); ok {
		list = append(list, setting{"memory", "memory.swap.max", pages(swap), "swap limit", "--memory-swap", sameText, ""})
	}
	if l.MemoryHigh != 0 {
		list = append(list, setting{"memory", "memory.high", pages(l.MemoryHigh), "memory throttle", "--memory-high", sameText, ""})
	}
	if l.Memory != 0 {
		list = append(list,
			setting{"memory", "memory.max", pages(l.Memory), "memory limit", "--memory", sameText, ""},
			setting{"memory", "memory.oom.group", "1", "kill of all processes together", "--memory", sameText, ""})
	}
	return list
}

// swap is what memory.swap.max should be, which bounds swap alone.
func (l *Limits) swap() (Amount, bool) {
	switch {
	case l.MemorySwap == Max, l.MemorySwap == 0 && l.Memory == Max:
		return Max, true
	case l.Memory == 0:
		return 0, false
	case l.MemorySwap <= l.Memory:
		return 0, true
	}
	return l.MemorySwap - l.Memory, true
}

// pages rounds down to whole pages. The kernel does so, too (page_counter_memparse,
// mm/page_counter.c; seen with Linux 6.1), although cgroup-v2.rst speaks of rounding up.
func pages(a Amount) string {
	if a != Max {
		a -= a % Amount(os.Getpagesize())
	}
	return a.String()
}

func sameText(value, got string) bool { return value == got }

// sameFirstLine is for io.weight, where lines for single disks follow.
func sameFirstLine(value, got string) bool {
	first, _, _ := strings.Cut(got, "\n")
	return value == first
}

// sameCPUs looks at the cpus that processes are really kept to. The kernel takes cpus
// that the cgroups above don't have, and then ignores all of cpuset.cpus if none is
// left: seen with Linux 6.1, where a child with cpus 1 below a parent with cpus 0 has
// cpuset.cpus 1 and cpuset.cpus.effective 0. Fewer cpus than were asked for, as when one
// is off-line, are within the limit.
func sameCPUs(value, got string) bool {
	want, why := parseCPUSet(value)
	have, whyNot := parseCPUSet(got)
	return why == "" && whyNot == "" && have.within(want)
}
