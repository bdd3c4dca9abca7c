package seccomp

import (
	"runtime"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		arch   Arch
		name   string
		number uint32
	}{
		{ArchAMD64, "read", 0}, {ArchAMD64, "clone3", 435}, {ArchAMD64, "arch_prctl", 158},
		{Arch386, "socketcall", 102}, {Arch386, "mmap2", 192}, {ArchARM, "set_tls", 0xf0005},
		{ArchARM, "cacheflush", 0xf0002}, {ArchARM64, "openat", 56}, {ArchRISCV64, "riscv_flush_icache", 259},
		{ArchS390X, "clone", 120}, {ArchPPC64, "read", 3}, {ArchPPC64LE, "read", 3}, {ArchLoong64, "statx", 291},
	} {
		if n, ok := c.arch.Number(c.name); !ok || n != c.number {
			t.Errorf("%s %s: %d, %t; want %d", c.arch, c.name, n, ok, c.number)
		}
		if name := c.arch.Name(c.number); name != c.name {
			t.Errorf("%s %d: %q, want %q", c.arch, c.number, name, c.name)
		}
	}
}

func TestNumbersAbsent(t *testing.T) {
	for _, c := range []struct {
		arch Arch
		name string
	}{
		{ArchAMD64, "set_tls"}, {ArchAMD64, "cacheflush"}, {ArchAMD64, "socketcall"}, {ArchARM64, "open"},
		{ArchARM64, "set_tls"}, {ArchAMD64, "no_such_call"}, {NoArch, "read"}, {Arch(200), "read"},
		{ArchARM, "syscall_mask"},
	} {
		if n, ok := c.arch.Number(c.name); ok {
			t.Errorf("%s has %s: %d", c.arch, c.name, n)
		}
	}
	if name := ArchAMD64.Name(400); name != "" {
		t.Errorf("amd64 400: %q", name)
	}
	if name := NoArch.Name(0) + Arch(200).Name(0); name != "" {
		t.Errorf("no architecture: %q", name)
	}
}

// TestNumbersOfThisArch compares with what this test is linked with.
func TestNumbersOfThisArch(t *testing.T) {
	for name, number := range map[string]uint32{
		"read": unix.SYS_READ, "execve": unix.SYS_EXECVE, "seccomp": unix.SYS_SECCOMP,
		"openat2": unix.SYS_OPENAT2, "clone": unix.SYS_CLONE, "ptrace": unix.SYS_PTRACE,
	} {
		if n, ok := Native().Number(name); !ok || n != number {
			t.Errorf("%s: %d, want %d", name, n, number)
		}
	}
}

func TestTableIsSorted(t *testing.T) {
	if !slices.IsSorted(names[:]) || len(slices.Compact(slices.Clone(names[:]))) != len(names) {
		t.Error("names aren't sorted, each once")
	}
	for i := 1; i < len(armPrivate); i++ {
		if armPrivate[i-1].name >= armPrivate[i].name {
			t.Error("armPrivate isn't sorted:", armPrivate[i].name)
		}
	}
	for _, a := range Arches() {
		all := a.Names()
		if !slices.IsSorted(all) || len(all) < 300 {
			t.Errorf("%s: %d names", a, len(all))
		}
	}
}

func TestArch(t *testing.T) {
	if Native().String() != runtime.GOARCH {
		t.Errorf("native: %s", Native())
	}
	if len(Arches()) != 9 {
		t.Errorf("%v", Arches())
	}
	for _, a := range Arches() {
		// linux/audit.h: 64 bits is bit 31, little endian bit 30.
		if little := a.Audit()&(1<<30) != 0; a.BigEndian() == little {
			t.Errorf("%s: byte order and %#x", a, a.Audit())
		}
		if ArchByName(a.String()) != a {
			t.Errorf("%s: not found by its name", a)
		}
	}
	for _, a := range []Arch{NoArch, 200} {
		if a.String() != "none" || a.Audit() != 0 || a.BigEndian() {
			t.Errorf("%d: %s", a, a)
		}
	}
	if a := ArchByName("mips"); a != NoArch {
		t.Error("mips:", a)
	}
}

// TestConstants holds what is written as a number against the headers' values.
func TestConstants(t *testing.T) {
	for name, want := range map[string]uint64{
		"TIOCSTI": unix.TIOCSTI, "TIOCLINUX": unix.TIOCLINUX, "TIOCSETD": unix.TIOCSETD,
		"SOCK_STREAM": unix.SOCK_STREAM, "SOCK_DGRAM": unix.SOCK_DGRAM,
	} {
		if got, ok := find(constants[:], name); !ok || got != want {
			t.Errorf("%s: %#x, want %#x", name, got, want)
		}
	}
	if errno := enosys &^ actionMask; errno != Action(unix.ENOSYS) {
		t.Errorf("enosys is %d", errno)
	}
	if !slices.IsSortedFunc(constants[:], func(a, b named[uint64]) int { return cmpNames(a.name, b.name) }) {
		t.Error("constants aren't sorted")
	}
}

func cmpNames(a, b string) int {
	if a < b {
		return -1
	}
	return 1
}
