// Package door makes programs that enter the kernel of an amd64 machine by a door of their
// choice.
//
// # Theory of operation
//
// There are three: the syscall instruction with a number of amd64; the same with a bit that
// makes it a number of x32; and int 0x80, behind which numbers are those of the 80386. A
// filter that looks at the number alone takes one call for another, so there have to be tests
// that come in by each. What a compiler makes for the other doors needs a libc that few
// machines have, and a test can't change itself into such a program. So this package writes
// the 20 bytes of code and the ELF headers around them, and anything may run the result.
package door

import (
	"bytes"
	"encoding/binary"
)

// X32 is the bit that makes a number of amd64 one of x32.
const X32 = 0x40000000

// A Door is the instruction by which a program enters the kernel.
type Door []byte

// The doors. Numbers in registers are where each expects them: in eax.
var (
	Syscall = Door{0x0f, 0x05}
	Int80   = Door{0xcd, 0x80}
)

// A Status is the instructions that choose the exit status after the call.
type Status []byte

var (
	// FortyTwo whatever the call gave: the program is still there.
	FortyTwo = Status{0xbf, 42, 0, 0, 0} // mov $42, %edi
	// Failed is 1 if the call did, otherwise 0.
	Failed = Status{0xc1, 0xe8, 31, 0x89, 0xc7} // shr $31, %eax; mov %eax, %edi
	// Errno that the call failed with.
	Errno = Status{0x89, 0xc7, 0xf7, 0xdf} // mov %eax, %edi; neg %edi
)

const (
	base      = 0x400000
	head      = 64 + 56 // the ELF header, and one of a segment
	exitGroup = 231
)

// Program gives an executable that makes a call, all its arguments 0, and exits.
func Program(number uint32, d Door, s Status) []byte {
	code := bytes.Join([][]byte{load(number), d, s, load(exitGroup), Syscall}, nil)
	size := uint64(head + len(code))
	var b bytes.Buffer
	b.WriteString("\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	for _, field := range []any{
		uint16(2), uint16(62), uint32(1), uint64(base + head), uint64(64), uint64(0), uint32(0), // an executable for x86-64
		uint16(64), uint16(56), uint16(1), uint16(0), uint16(0), uint16(0),
		uint32(1), uint32(5), uint64(0), uint64(base), uint64(base), size, size, uint64(0x1000), // one segment to load
	} {
		_ = binary.Write(&b, binary.LittleEndian, field) // fixed size into memory: can't fail
	}
	b.Write(code)
	return b.Bytes()
}

// load is "mov $number, %eax".
func load(number uint32) []byte { return binary.LittleEndian.AppendUint32([]byte{0xb8}, number) }
