package seccomp

// Offsets in seccomp_data, see seccomp(2).
const (
	offNumber = 0
	offArch   = 4
	offArgs   = 16
)

// section writes the part of a program that is for one architecture.
type section struct {
	*assembler
	bigEndian bool
}

// word gives the offsets of the halves of an argument. The kernel has it as one 64-bit
// number in its own byte order, BPF loads 32 bits.
func (s section) word(arg uint8) (high, low uint32) {
	off := offArgs + 8*uint32(arg)
	if s.bigEndian {
		return off, off + 4
	}
	return off + 4, off
}

// cond writes the test of a condition: if it holds the program goes on at yes, else at no.
func (s section) cond(c Cond, yes, no target) target {
	switch c.Op {
	case Equal:
		return s.masked(c, Low<<32|Low, yes, no)
	case NotEqual:
		return s.masked(c, Low<<32|Low, no, yes)
	case Less:
		return s.order(c, opGreaterEqual, no, yes)
	case LessEqual:
		return s.order(c, opGreater, no, yes)
	case Greater:
		return s.order(c, opGreater, yes, no)
	case GreaterEqual:
		return s.order(c, opGreaterEqual, yes, no)
	}
	return s.masked(c, c.Mask, yes, no)
}

// masked tests argument & mask == value, the higher half first.
func (s section) masked(c Cond, mask uint64, yes, no target) target {
	if c.Value&^mask != 0 {
		return no // never true
	}
	high, low := s.word(c.Arg)
	then := s.half(low, uint32(mask), uint32(c.Value), yes, no)
	return s.half(high, uint32(mask>>32), uint32(c.Value>>32), then, no)
}

func (s section) half(off, mask, value uint32, yes, no target) target {
	switch mask {
	case 0:
		return yes
	case Low:
		return s.then(opLoad, off, s.branch(opEqual, value, yes, no, off))
	}
	return s.then(opLoad, off, s.then(opAnd, mask, s.branch(opEqual, value, yes, no, nothing)))
}

// order tests argument > value, or >=: it is when the higher half is greater, or when the
// higher halves are equal and the lower one is.
func (s section) order(c Cond, op uint16, yes, no target) target {
	high, low := s.word(c.Arg)
	then := s.then(opLoad, low, s.branch(op, uint32(c.Value), yes, no, low))
	equal := s.branch(opEqual, uint32(c.Value>>32), then, no, high)
	return s.then(opLoad, high, s.branch(opGreater, uint32(c.Value>>32), yes, equal, high))
}
