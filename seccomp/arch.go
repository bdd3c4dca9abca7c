package seccomp

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// Arch is an architecture with a system call table of its own. The zero Arch is none.
//
// The MIPS ports of Go are absent: there ENOSYS, SOCK_STREAM and TIOCSTI have values of
// their own, so a filter made of the usual ones would be wrong without anybody noticing.
type Arch uint8

// The architectures, in the order of [archs].
const (
	NoArch Arch = iota
	Arch386
	ArchAMD64
	ArchARM
	ArchARM64
	ArchLoong64
	ArchPPC64
	ArchPPC64LE
	ArchRISCV64
	ArchS390X
)

// archs tells about each Arch: its GOARCH, its name in Docker's includes and excludes, its
// value in seccomp_data (linux/audit.h), its column in numbers, and its byte order.
var archs = [...]struct {
	name, oci string
	audit     uint32
	column    uint8
	bigEndian bool
}{
	NoArch:      {name: "none"},
	Arch386:     {"386", "x86", unix.AUDIT_ARCH_I386, 0, false},
	ArchAMD64:   {"amd64", "amd64", unix.AUDIT_ARCH_X86_64, 1, false},
	ArchARM:     {"arm", "arm", unix.AUDIT_ARCH_ARM, 2, false},
	ArchARM64:   {"arm64", "arm64", unix.AUDIT_ARCH_AARCH64, 3, false},
	ArchLoong64: {"loong64", "loongarch64", unix.AUDIT_ARCH_LOONGARCH64, 4, false},
	ArchPPC64:   {"ppc64", "ppc64", unix.AUDIT_ARCH_PPC64, 5, true},
	ArchPPC64LE: {"ppc64le", "ppc64le", unix.AUDIT_ARCH_PPC64LE, 5, false},
	ArchRISCV64: {"riscv64", "riscv64", unix.AUDIT_ARCH_RISCV64, 6, false},
	ArchS390X:   {"s390x", "s390x", unix.AUDIT_ARCH_S390X, 7, true},
}

// Arches lists every architecture that can be compiled for.
func Arches() []Arch {
	all := make([]Arch, 0, len(archs)-1)
	for a := NoArch + 1; int(a) < len(archs); a++ {
		all = append(all, a)
	}
	return all
}

// Native is the architecture this program is built for; NoArch if there is no table for it.
func Native() Arch { return ArchByName(runtime.GOARCH) }

// ArchByName finds an architecture by its GOARCH; NoArch if there is none.
func ArchByName(goarch string) Arch {
	for a := NoArch + 1; int(a) < len(archs); a++ {
		if archs[a].name == goarch {
			return a
		}
	}
	return NoArch
}

// ArchByAudit finds an architecture by its AUDIT_ARCH value; NoArch if there is none.
func ArchByAudit(audit uint32) Arch {
	for a := NoArch + 1; int(a) < len(archs); a++ {
		if archs[a].audit == audit {
			return a
		}
	}
	return NoArch
}

func (a Arch) valid() bool { return a > NoArch && int(a) < len(archs) }

// String is the GOARCH.
func (a Arch) String() string {
	if !a.valid() {
		return archs[NoArch].name
	}
	return archs[a].name
}

// Audit is the AUDIT_ARCH value by which the kernel tells a filter how a call came in.
func (a Arch) Audit() uint32 {
	if !a.valid() {
		return 0
	}
	return archs[a].audit
}

// BigEndian tells the byte order, and with it which half of an argument comes first.
func (a Arch) BigEndian() bool { return a.valid() && archs[a].bigEndian }
