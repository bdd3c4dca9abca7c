package sim

// Data is what a filter gets to see of a call: struct seccomp_data of linux/seccomp.h.
type Data struct {
	Number  uint32
	Arch    uint32
	Pointer uint64 // of the instruction
	Args    [6]uint64

	// Further is set by [Run] if the filter looked at more than number and architecture.
	Further bool
}

// Size is that of struct seccomp_data.
const Size = 64

// word gives the 32 bits at an offset, which is a multiple of four below [Size].
func (d *Data) word(off uint32, bigEndian bool) uint32 {
	switch off {
	case 0:
		return d.Number
	case 4:
		return d.Arch
	}
	d.Further = true
	long := d.Pointer
	if off >= 16 {
		long = d.Args[(off-16)/8]
	}
	if high := off%8 == 4; high != bigEndian {
		return uint32(long >> 32)
	}
	return uint32(long)
}
