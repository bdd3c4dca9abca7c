package seccomp

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// Filter is a program for the kernel to run on every system call.
type Filter struct{ code []unix.SockFilter }

// Raw gives the instructions. They are the filter's own, and those of a default filter
// every caller's: read them, don't write.
func (f *Filter) Raw() []unix.SockFilter { return f.code }

// Len is the number of instructions.
func (f *Filter) Len() int { return len(f.code) }

// Bytes gives the instructions as they lie in memory on an architecture: what bubblewrap
// takes by --seccomp.
func (f *Filter) Bytes(a Arch) []byte {
	var order binary.ByteOrder = binary.LittleEndian
	if a.BigEndian() {
		order = binary.BigEndian
	}
	var b bytes.Buffer
	b.Grow(8 * len(f.code))
	_ = binary.Write(&b, order, f.code) // fixed size into memory: can't fail
	return b.Bytes()
}

// Raw makes a filter of instructions, as [Filter.Raw] has them. They are checked by the kernel
// when it is installed.
func Raw(code []unix.SockFilter) *Filter { return &Filter{code} }
