#include "textflag.h"

// func spawn(first *op, args *cloneArgs, failed *failure) int64
//
// clone3, and in the child the walk of the program. The child shares the
// caller's memory and runs on the caller's stack pointer, so it
//   Mustn't: push, call, return, or touch SP in any other way;
//   Should:  end in a successful execve, or in exit_group after failed is set.
// The caller's thread stands still until then (CLONE_VFORK).
//
// Offsets into op: link.go. SYSCALL overwrites AX, CX and R11 only.
TEXT ·spawn(SB),NOSPLIT|NOFRAME,$0-32
	MOVQ	first+0(FP), BX
	MOVQ	args+8(FP), DI
	MOVQ	failed+16(FP), R12
	MOVQ	$88, SI			// sizeof(struct clone_args), CLONE_ARGS_SIZE_VER2
	MOVQ	$435, AX		// clone3
	SYSCALL
	TESTQ	AX, AX
	JZ	step
	MOVQ	AX, ret+24(FP)
	RET

step:
	MOVQ	8(BX), DI
	MOVQ	16(BX), SI
	MOVQ	24(BX), DX
	MOVQ	32(BX), R10
	MOVQ	40(BX), R8
	MOVQ	48(BX), R9
	MOVQ	56(BX), CX		// which arguments are slots
	TESTQ	CX, CX
	JZ	call
	TESTQ	$1, CX
	JZ	slot2
	MOVQ	(DI), DI
slot2:
	TESTQ	$2, CX
	JZ	slot3
	MOVQ	(SI), SI
slot3:
	TESTQ	$4, CX
	JZ	slot4
	MOVQ	(DX), DX
slot4:
	TESTQ	$8, CX
	JZ	call
	MOVQ	(R10), R10
call:
	MOVQ	0(BX), AX
	SYSCALL
	CMPQ	AX, $-4095
	JCC	refused			// unsigned: AX in [-4095, -1]
	MOVQ	64(BX), CX
	TESTQ	CX, CX
	JZ	check
	MOVQ	AX, (CX)
check:
	CMPQ	96(BX), $0
	JEQ	next
	CMPQ	96(BX), $2		// endsParent
	JNE	exact
	TESTQ	AX, AX
	JZ	next
	JMP	exit			// the other one has done the rest, or said where it failed
exact:
	CMPQ	AX, 88(BX)
	JEQ	next
	MOVQ	$125, AX		// ECANCELED
	JMP	fail
next:
	ADDQ	$104, BX		// sizeof(op)
	JMP	step
refused:
	NEGQ	AX
	CMPL	AX, 72(BX)
	JEQ	next
	CMPL	AX, 76(BX)
	JEQ	next
	CMPL	AX, 80(BX)
	JEQ	next
	CMPL	AX, 84(BX)
	JEQ	next
fail:
	MOVQ	AX, 0(R12)
	MOVQ	BX, 8(R12)
exit:
	MOVQ	$231, AX		// exit_group
	MOVQ	$127, DI
	SYSCALL
	JMP	exit
