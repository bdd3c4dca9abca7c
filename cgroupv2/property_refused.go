package cgroupv2

import "strings"

// refusal is a property that systemd has and snug doesn't take.
type refusal struct {
	names    string
	why, fix string
}

const (
	byBPF     = "it is enforced by a BPF program, which only root may load: a user's systemd takes it and does nothing"
	useNet    = "the sandbox has no network unless --net host gives it one; between, a firewall of root's"
	ownedBy   = "snug sets it itself, or could not keep hold of the scope"
	leaveIt   = "leave it out"
	oldKernel = "it is of cgroup v1"
)

// refusals tell what systemd says is done and isn't (252 and 257 alike, see
// TestRefusedAreAccepted), and what isn't the caller's to set.
var refusals = []refusal{
	{"IPAddressAllow IPAddressDeny IPIngressFilterPath IPEgressFilterPath SocketBindAllow SocketBindDeny RestrictNetworkInterfaces BindNetworkInterface", byBPF, useNet},
	{"BPFProgram", byBPF, "filter system calls instead: --seccomp"},
	{"IPAccounting", "it counts by a BPF program, which only root may load", leaveIt},
	{"NFTSet", "sets of nftables are changed by root's systemd alone", useNet},
	{"DeviceAllow DevicePolicy", byBPF, "the sandbox's /dev has no devices but the harmless ones; --dev-bind adds one"},

	{"CPUShares", oldKernel, "write CPUWeight=, 1 to 10000, others have 100"},
	{"StartupCPUShares", oldKernel, "write StartupCPUWeight="},
	{"MemoryLimit", oldKernel, "write MemoryMax="},
	{"BlockIOAccounting", oldKernel, "write IOAccounting="},
	{"BlockIOWeight", oldKernel, "write IOWeight=, 1 to 10000, others have 100"},
	{"StartupBlockIOWeight", oldKernel, "write StartupIOWeight="},
	{"BlockIODeviceWeight", oldKernel, "write IODeviceWeight="},
	{"BlockIOReadBandwidth", oldKernel, "write IOReadBandwidthMax="},
	{"BlockIOWriteBandwidth", oldKernel, "write IOWriteBandwidthMax="},

	{"DefaultMemoryMin", "it is for the units in a slice, and a scope has none", "write MemoryMin="},
	{"DefaultMemoryLow DefaultStartupMemoryLow", "it is for the units in a slice, and a scope has none", "write MemoryLow="},
	{"ConcurrencyHardMax ConcurrencySoftMax", "it is for slices", leaveIt},
	{"MemoryPressureWatch MemoryPressureThresholdSec", "systemd tells a service in its environment; a scope's processes are not started by systemd", "watch memory.pressure of the sandbox's cgroup"},
	{"DisableControllers", "it takes the limits away again: with memory in it, systemd makes nothing of MemoryMax", leaveIt},

	{"Delegate DelegateControllers DelegateSubgroup CollectMode PIDs PIDFDs AddRef Controller", ownedBy, leaveIt},
	{"Description", "snug sets it itself, to the command", leaveIt},
	{"User Group", "a user's systemd runs nothing as somebody else", "say who to be inside: --map-root-user, --map-auto"},
	{"SendSIGKILL FinalKillSignal", "a scope that is stopped has to end", "give it time to: TimeoutStopSec="},
	{"CPUQuotaPerSecUSec", "that is its name on D-Bus", "write CPUQuota="},
}

func refusalOf(name string) (refusal, bool) {
	for _, r := range refusals {
		for n := range strings.FieldsSeq(r.names) {
			if n == name {
				return r, true
			}
		}
	}
	return refusal{}, false
}

// unknown is why a property that isn't among the kinds can't be used.
func (p *Property) unknown() error {
	if r, ok := refusalOf(p.Name); ok {
		return p.flawed(r.why, r.fix)
	}
	fix := "see man systemd.resource-control; for what is in systemd.exec, snug has flags of its own"
	if name := nearestProperty(p.Name); name != "" {
		fix = "did you mean " + name + "?"
	}
	return p.flawed("a scope has no property of that name", fix)
}
