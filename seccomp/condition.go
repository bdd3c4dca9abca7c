package seccomp

// Op compares an argument with a value; both are unsigned and 64 bits wide.
type Op uint8

// The operators, as libseccomp has them.
const (
	Equal Op = iota
	NotEqual
	Less
	LessEqual
	Greater
	GreaterEqual
	MaskedEqual // argument & Mask == Value
	ops         // how many there are
)

// Cond is a condition on one argument of a call.
//
// What the kernel declares as int it cuts to 32 bits, after the filter has looked at 64. A
// rule that refuses by such an argument must look at the lower half alone, or a caller
// who sets bit 32 walks around it: MaskedEqual with the mask [Low].
type Cond struct {
	Arg   uint8 // from 0 to 5
	Op    Op
	Value uint64
	Mask  uint64 // for MaskedEqual only
}

// Low is the mask of an argument that the kernel reads as int.
const Low = 0xffffffff
