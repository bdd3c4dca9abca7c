package cgroupv2

// kind is what snug knows of a property.
type kind struct {
	name string
	file string // of the scope's cgroup, where the kernel shows it
	key  string // within the file; or the words to choose from
	read func(k kind, p *Property) error
	like string // a value, for advice
}

func (k kind) example() string { return k.name + "=" + k.like }

// kinds are all properties of systemd.resource-control(5) that a user's manager can
// enforce on a scope, and those of systemd.scope(5) and systemd.kill(5) that make sense
// on one. The names and types on D-Bus are those of bus-unit-util.c, systemd 252 to 257.
var kinds = []kind{
	{"CPUQuota", "cpu.max", "", readQuota, "50%"},
	{"CPUQuotaPeriodSec", "cpu.max", "", readPeriod, "10ms"},
	{"CPUWeight", "cpu.weight", "", readCPUWeight, "50"},
	{"StartupCPUWeight", "cpu.weight", "", readCPUWeight, "50"},
	{"AllowedCPUs", "cpuset.cpus", "", readSet, "0-1"},
	{"StartupAllowedCPUs", "cpuset.cpus", "", readSet, "0-1"},
	{"AllowedMemoryNodes", "cpuset.mems", "", readSet, "0"},
	{"StartupAllowedMemoryNodes", "cpuset.mems", "", readSet, "0"},

	{"MemoryMax", "memory.max", "", readMemory, "512M"},
	{"MemoryHigh", "memory.high", "", readMemory, "512M"},
	{"MemorySwapMax", "memory.swap.max", "", readSwap, "0"},
	{"MemoryZSwapMax", "memory.zswap.max", "", readSwap, "0"},
	{"MemoryZSwapWriteback", "memory.zswap.writeback", "", readWriteback, "no"},
	{"MemoryMin", "memory.min", "", readProtection, "64M"},
	{"MemoryLow", "memory.low", "", readProtection, "64M"},
	{"StartupMemoryLow", "memory.low", "", readStartupMemory, "64M"},
	{"StartupMemoryHigh", "memory.high", "", readStartupMemory, "512M"},
	{"StartupMemoryMax", "memory.max", "", readStartupMemory, "512M"},
	{"StartupMemorySwapMax", "memory.swap.max", "", readStartupMemory, "512M"},
	{"StartupMemoryZSwapMax", "memory.zswap.max", "", readStartupMemory, "512M"},

	{"TasksMax", "pids.max", "", readTasks, "100"},

	{"IOWeight", "io.weight", "", readIOWeight, "50"},
	{"StartupIOWeight", "io.weight", "", readIOWeight, "50"},
	{"IODeviceWeight", "io.weight", "", readDeviceWeight, "/dev/sda 50"},
	{"IOReadBandwidthMax", "io.max", "rbps", readDeviceLimit, "/dev/sda 10M"},
	{"IOWriteBandwidthMax", "io.max", "wbps", readDeviceLimit, "/dev/sda 10M"},
	{"IOReadIOPSMax", "io.max", "riops", readDeviceLimit, "/dev/sda 1000"},
	{"IOWriteIOPSMax", "io.max", "wiops", readDeviceLimit, "/dev/sda 1000"},
	{"IODeviceLatencyTargetSec", "io.latency", "target", readLatency, "/dev/sda 25ms"},

	// Accounting counts and bounds nothing, so there is nothing to hold: without the
	// controller, systemd has no numbers to show.
	{"CPUAccounting", "", "", readBoolean, "yes"},
	{"MemoryAccounting", "", "", readBoolean, "yes"},
	{"IOAccounting", "", "", readBoolean, "yes"},
	{"TasksAccounting", "", "", readBoolean, "yes"},

	// These are wishes to systemd-oomd, which watches and kills from outside, and to
	// systemd-coredump. Whether they are granted depends on who runs; no file of the
	// cgroup says so.
	{"ManagedOOMSwap", "", "auto kill", readWord, "kill"},
	{"ManagedOOMMemoryPressure", "", "auto kill", readWord, "kill"},
	{"ManagedOOMMemoryPressureLimit", "", "", readPressureLimit, "60%"},
	{"ManagedOOMMemoryPressureDurationSec", "", "", readDuration, "30s"},
	{"ManagedOOMPreference", "", "none avoid omit", readWord, "avoid"},
	{"CoredumpReceive", "", "", readBoolean, "yes"},

	// What systemd itself does with the scope, from outside.
	{"Slice", "", "", readSlice, "background.slice"},
	{"RuntimeMaxSec", "", "", readRuntime, "1h"},
	{"RuntimeRandomizedExtraSec", "", "", readDuration, "5min"},
	{"TimeoutStopSec", "", "", readDuration, "10s"},
	{"OOMPolicy", "memory.oom.group", "continue stop kill", readOOMPolicy, "kill"},
	// process and none would leave processes behind when the scope is stopped.
	{"KillMode", "", "control-group mixed", readWord, "mixed"},
	{"KillSignal", "", "", readSignal, "SIGINT"},
	{"SendSIGHUP", "", "", readBoolean, "yes"},
}

func kindOf(name string) (kind, bool) {
	for _, k := range kinds {
		if k.name == name {
			return k, true
		}
	}
	return kind{}, false
}
