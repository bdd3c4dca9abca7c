package cgroupv2

import "time"

// Stats are the accounts of a leaf: what its processes, and those of cgroups below it,
// have used since it was made.
//
// A pointer that is nil, and a member that isn't in the JSON, stands for what there is
// not: a controller that isn't enabled for the leaf, a value that this kernel doesn't
// count, a limit that isn't set. Zero always means that it was counted, and was zero:
// that a kernel before 5.19 can't tell the peak must not look like a peak of nothing.
// One rule for all three, because they ask the same of a reader: leave it out.
//
// Bytes are bytes, durations whole nanoseconds in members that end in _ns.
type Stats struct {
	Time      time.Time `json:"time"`      // when they were read
	Populated bool      `json:"populated"` // some process is alive
	Frozen    bool      `json:"frozen"`    // all of them are frozen; Linux 5.2

	CPU      CPUStats       `json:"cpu"` // counted with or without the controller
	Memory   *MemoryStats   `json:"memory,omitempty"`
	PIDs     *PIDStats      `json:"pids,omitempty"`
	IO       []IOStats      `json:"io,omitzero"` // a line for each disk that was used
	Pressure *PressureStats `json:"pressure,omitempty"`
}

// CPUStats are from cpu.stat.
type CPUStats struct {
	Usage  time.Duration `json:"usage_ns"`
	User   time.Duration `json:"user_ns"`
	System time.Duration `json:"system_ns"`
	// Quota is what came of cpu.max, if the controller is enabled.
	Quota *QuotaStats `json:"quota,omitempty"`
}

// QuotaStats are what came of a limit on cpu time. Limits further up aren't in it.
type QuotaStats struct {
	Periods       uint64        `json:"periods"`      // in which some process wanted to run
	Throttled     uint64        `json:"throttled"`    // of these, how many used up the quota
	ThrottledTime time.Duration `json:"throttled_ns"` // that processes waited for the next one, summed over cpus
}

// MemoryStats are from memory.*, in bytes.
type MemoryStats struct {
	Current uint64       `json:"current"`
	Peak    *uint64      `json:"peak,omitempty"` // Linux 5.19
	High    *uint64      `json:"high,omitempty"` // the limits: nil is none
	Max     *uint64      `json:"max,omitempty"`
	Swap    *SwapStats   `json:"swap,omitempty"` // nil where the kernel doesn't account for swap
	Events  MemoryEvents `json:"events"`
}

// SwapStats are from memory.swap.*, in bytes, without what is in memory.
type SwapStats struct {
	Current uint64  `json:"current"`
	Peak    *uint64 `json:"peak,omitempty"` // Linux 6.5
	Max     *uint64 `json:"max,omitempty"`  // the limit: nil is none
}

// MemoryEvents are from memory.events: how often something happened.
type MemoryEvents struct {
	Low  uint64 `json:"low"`  // memory was taken back although memory.low should have kept it
	High uint64 `json:"high"` // a process was slowed down at memory.high
	Max  uint64 `json:"max"`  // memory.max was reached, and memory had to be taken back
	OOM  uint64 `json:"oom"`  // it could not be, so that an allocation was about to fail
	// OOMKill counts processes that were killed, by whatever out-of-memory killer.
	// Where all are killed together (memory.oom.group) the first is counted twice:
	// Linux 6.1 says 5 for 4 processes.
	OOMKill uint64 `json:"oom_kill"`
	// OOMGroupKill counts kills of all processes together; Linux 5.17.
	OOMGroupKill *uint64 `json:"oom_group_kill,omitempty"`
}

// PIDStats are from pids.*: numbers of processes and threads.
type PIDStats struct {
	Current uint64  `json:"current"`
	Peak    *uint64 `json:"peak,omitempty"` // Linux 6.1
	Max     *uint64 `json:"max,omitempty"`  // the limit: nil is none
	// LimitHits counts forks that failed. Until Linux 6.11 it counts those of
	// processes in this very cgroup, whoever's limit it was; from then on those that
	// met the limit of this cgroup or of one below.
	LimitHits uint64 `json:"limit_hits"`
}

// IOStats are a line of io.stat. Bytes that wait in the page cache are not written yet,
// and those that are found there are not read again.
type IOStats struct {
	Device     Device `json:"device"`
	ReadBytes  uint64 `json:"read_bytes"`
	WriteBytes uint64 `json:"write_bytes"`
	ReadOps    uint64 `json:"read_ops"`
	WriteOps   uint64 `json:"write_ops"`
}

// PressureStats are from *.pressure (Linux 4.20), which a kernel may be built or booted
// without (psi=0).
type PressureStats struct {
	CPU    *Pressure `json:"cpu,omitempty"`
	Memory *Pressure `json:"memory,omitempty"`
	IO     *Pressure `json:"io,omitempty"`
}

// CPUsSince is how many cpus were busy for the leaf, on average, since earlier accounts
// of it: 1.5 for three seconds of cpu time in two seconds. It is 0 if no time has passed.
func (s *Stats) CPUsSince(earlier *Stats) float64 {
	passed := s.Time.Sub(earlier.Time)
	if passed <= 0 {
		return 0
	}
	return float64(s.CPU.Usage-earlier.CPU.Usage) / float64(passed)
}
