package cgroupv2

import "slices"

// Limits are what a leaf holds its processes to. The zero value of a field is no limit.
type Limits struct {
	// Memory is memory.max, in bytes: at that, memory is taken back from caches, and
	// when there is none left to take, every process of the leaf is killed
	// (memory.oom.group).
	Memory Amount
	// MemorySwap is memory and swap together, in bytes, as podman has it, and needs
	// Memory. Without it there is no swap at all; with Max, any amount.
	MemorySwap Amount
	// MemoryHigh is memory.high, in bytes: above it, processes are slowed down and
	// made to give memory back.
	MemoryHigh Amount
	// CPUs is cpu.max, in cpus: 1.5 is three seconds of cpu time in two seconds. It
	// is 0.01 or more.
	CPUs float64
	// CPUWeight is cpu.weight, 1 to 10000, against the 100 of others. Where cpus are
	// idle it means nothing.
	CPUWeight int
	// CPUSet is cpuset.cpus, as 0-3,5.
	CPUSet string
	// PIDs is pids.max: processes and threads together.
	PIDs Amount
	// IO is io.max. Of two limits for one disk the later counts, key by key.
	IO []IOLimit
	// IOWeight is io.weight, 1 to 10000, against the 100 of others. It means
	// something on a disk only if root has enabled the cost model for that disk
	// (io.cost.qos in the root cgroup).
	IOWeight int
}

// Facts are what sensible limits depend on.
type Facts struct {
	MemoryTotal uint64 // bytes; 0 if it isn't known
	CPUs        int    // how many the machine can have: the last of /sys/devices/system/cpu/possible, and one; 0 if it isn't known
	PageSize    int    // bytes
}

// MinMemory is the least memory, in bytes, that [Limits.Check] lets a leaf have: with
// less, commands are killed before they have begun. Linux 6.1, without swap, with all
// files in the page cache already, and with new namespaces of every kind, starts sh -c :
// in 192 KiB, a program that is linked statically in 256 KiB and one in Go in 768 KiB. A
// leaf is charged for files that nobody has read before, too, and all of snug together
// with its sandbox starts in 4 MiB, but not in 3.
const MinMemory = 4 << 20

// Asked says whether anything was asked for.
func (l *Limits) Asked() bool {
	return l.Memory != 0 || l.MemorySwap != 0 || l.MemoryHigh != 0 || l.CPUs != 0 || l.CPUWeight != 0 ||
		l.CPUSet != "" || l.PIDs != 0 || len(l.IO) > 0 || l.IOWeight != 0
}

// Controllers lists the controllers that the limits need, sorted.
func (l *Limits) Controllers() []string {
	var names []string
	for _, s := range l.settings() {
		names = append(names, s.controller)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
