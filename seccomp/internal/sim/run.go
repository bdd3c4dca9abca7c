package sim

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Run gives what a filter returns for a call. [Check] it first: an instruction it doesn't
// know, or running off the end, is an error.
func Run(program []unix.SockFilter, d *Data, bigEndian bool) (uint32, error) {
	var a uint32 // the accumulator
	for at := 0; at < len(program); at++ {
		x := &program[at]
		switch x.Code {
		case load:
			a = d.word(x.K, bigEndian)
		case and:
			a &= x.K
		case jump:
			at += int(x.K)
		case jumpEqual:
			at += side(x, a == x.K)
		case jumpGreater:
			at += side(x, a > x.K)
		case jumpGreaterEqual:
			at += side(x, a >= x.K)
		case give:
			return x.K, nil
		default:
			return 0, fmt.Errorf("instruction %d: unknown code %#x", at, x.Code)
		}
	}
	return 0, fmt.Errorf("it runs off its end")
}

func side(x *unix.SockFilter, taken bool) int {
	if taken {
		return int(x.Jt)
	}
	return int(x.Jf)
}

const (
	load             = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
	and              = unix.BPF_ALU | unix.BPF_AND | unix.BPF_K
	jump             = unix.BPF_JMP | unix.BPF_JA
	jumpEqual        = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
	jumpGreater      = unix.BPF_JMP | unix.BPF_JGT | unix.BPF_K
	jumpGreaterEqual = unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K
	give             = unix.BPF_RET | unix.BPF_K
)
