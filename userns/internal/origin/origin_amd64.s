#include "textflag.h"

// func roomy()
//
// The check of the stack before a frame so large has the runtime go from two kilobytes to
// 32 at once. On its way over 4, 8 and 16 it would touch eight pages, four and two for the
// lists of free stacks, and copy the stack, with the tables that takes, each time.
TEXT ·roomy(SB),0,$20480-0
	RET

// func prlimit(resource uintptr, old *[2]uint64) int64
TEXT ·prlimit(SB),NOSPLIT,$0-24
	MOVQ	$302, AX		// prlimit64
	XORQ	DI, DI
	MOVQ	resource+0(FP), SI
	XORQ	DX, DX
	MOVQ	old+8(FP), R10
	SYSCALL
	MOVQ	AX, ret+16(FP)
	RET
