package sim

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Check tells whether the kernel would take a program: bpf_check_classic in net/core/filter.c
// and seccomp_check_filter in kernel/seccomp.c, for the instructions that Run knows.
func Check(program []unix.SockFilter) error {
	if n := len(program); n == 0 || n > unix.BPF_MAXINSNS {
		return fmt.Errorf("it has %d instructions", n)
	}
	for at, x := range program {
		if err := checkOne(x, uint64(len(program)-at-1)); err != nil {
			return fmt.Errorf("instruction %d: %w", at, err)
		}
	}
	if last := program[len(program)-1]; last.Code != give {
		return fmt.Errorf("the last instruction doesn't return")
	}
	return nil
}

// checkOne looks at an instruction behind which there are some more.
func checkOne(x unix.SockFilter, behind uint64) error {
	switch x.Code {
	case load:
		if x.K%4 != 0 || x.K >= Size {
			return fmt.Errorf("it loads from offset %d", x.K)
		}
	case jump:
		if uint64(x.K) >= behind {
			return fmt.Errorf("it jumps off the end")
		}
	case jumpEqual, jumpGreater, jumpGreaterEqual:
		if uint64(x.Jt) >= behind || uint64(x.Jf) >= behind {
			return fmt.Errorf("it branches off the end")
		}
	case and, give:
	default:
		return fmt.Errorf("unknown code %#x", x.Code)
	}
	return nil
}
