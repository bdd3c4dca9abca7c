// Package caps names the capabilities of capabilities(7).
//
// # Theory of operation
//
// A sandbox keeps a [Set]: none for a user mapped to himself, the container set
// for one mapped to root, each changed by what the caller adds and drops. The
// kernel's five sets are all derived from this one by whoever compiles the
// launch; inside a user namespace a capability reaches only what that namespace
// owns.
package caps

import (
	"fmt"
	"math/bits"
	"strings"
)

// Set is a set of capabilities, bit n for capability n.
type Set uint64

// names are in the order of linux/capability.h.
var names = [...]string{
	"CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID",
	"SETPCAP", "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW",
	"IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT",
	"SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD",
	"LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG",
	"WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF", "CHECKPOINT_RESTORE",
}

// All is every capability that has a name here.
const All Set = 1<<len(names) - 1

// SysAdmin is CAP_SYS_ADMIN, which undoes mounts.
const SysAdmin Set = 1 << 21

// SysResource is CAP_SYS_RESOURCE, which raises limits, those of a user namespace
// too.
const SysResource Set = 1 << 24

// Container is what the root of a container usually has (podman's set): enough
// for package managers and install scripts.
const Container Set = 1<<0 | 1<<1 | 1<<3 | 1<<4 | 1<<5 | 1<<6 | 1<<7 | 1<<8 | 1<<10 | 1<<18 | 1<<31

// UnknownError is a name that is no capability.
type UnknownError struct{ Name string }

func (e *UnknownError) Error() string { return fmt.Sprintf("unknown capability %q", e.Name) }

// Cause says what is wrong with it.
func (e *UnknownError) Cause() string { return "the kernel has no capability of that name" }

// Hint says how capabilities are spelt.
func (e *UnknownError) Hint() string {
	return "use a name of capabilities(7), such as CAP_NET_ADMIN or net_admin, or ALL"
}

// Parse reads one name, with or without CAP_, in any case; ALL is all of them.
func Parse(name string) (Set, error) {
	n := strings.TrimPrefix(strings.ToUpper(name), "CAP_")
	if n == "ALL" {
		return All, nil
	}
	for i, known := range names {
		if n == known {
			return 1 << i, nil
		}
	}
	return 0, &UnknownError{name}
}

// Adjust gives base with the named ones added, then the named ones dropped;
// dropping wins, except that dropping ALL leaves what is added by name, as
// podman and docker have it.
func Adjust(base Set, add, drop []string) (Set, error) {
	added, err := parseAll(add)
	if err != nil {
		return 0, err
	}
	dropped, err := parseAll(drop)
	if err != nil {
		return 0, err
	}
	if dropped == All {
		return added, nil
	}
	return (base | added) &^ dropped, nil
}

func parseAll(list []string) (all Set, err error) {
	for _, name := range list {
		s, err := Parse(name)
		if err != nil {
			return 0, err
		}
		all |= s
	}
	return all, nil
}

// Has says whether capability n is in s.
func (s Set) Has(n int) bool { return s>>n&1 != 0 }

// Names lists s as CAP_ names in the kernel's order.
func (s Set) Names() []string {
	list := make([]string, 0, bits.OnesCount64(uint64(s)))
	for i, n := range names {
		if s.Has(i) {
			list = append(list, "CAP_"+n)
		}
	}
	return list
}
