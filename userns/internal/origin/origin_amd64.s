#include "textflag.h"

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
