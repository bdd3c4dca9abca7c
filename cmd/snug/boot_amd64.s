#include "textflag.h"

// boot is the entry point of a binary that was linked with -E main.boot (the
// Makefile does; go install doesn't, and nothing else changes). The Go runtime
// starts half a dozen threads before main, most of which wait for another: on
// one CPU that is a few switches, on several it is as many wake-ups of idle
// CPUs. So this pins the process to the CPU it is on and goes to where a Go
// program begins; restoreAffinity in main undoes it.
//
// It also blocks the signals that are for the command, in every thread to come: a
// signal that a thread of the Go runtime took while the monitor is executed would
// be lost with that thread. Blocked it waits, and the monitor gets it.
// releaseSignals undoes that.
TEXT ·boot(SB),NOSPLIT|NOFRAME,$0
	// HUP INT QUIT USR1 USR2 ALRM TERM CONT TSTP TTIN TTOU WINCH: bit n-1
	MOVQ	$0x83a6a07, AX
	MOVQ	AX, -16(SP)
	MOVQ	$14, AX			// rt_sigprocmask
	XORQ	DI, DI			// SIG_BLOCK
	LEAQ	-16(SP), SI
	LEAQ	·bootSignals(SB), DX
	MOVQ	$8, R10
	SYSCALL
	MOVQ	$1, ·bootBlocked(SB)
	MOVQ	$204, AX		// sched_getaffinity
	XORQ	DI, DI
	MOVQ	$128, SI
	LEAQ	·bootMask(SB), DX
	SYSCALL
	CMPQ	AX, $0
	JLE	start			// more than 1024 CPUs: leave it alone
	MOVQ	AX, ·bootMaskLen(SB)
	MOVQ	$309, AX		// getcpu
	LEAQ	-8(SP), DI
	XORQ	SI, SI
	XORQ	DX, DX
	SYSCALL
	MOVL	-8(SP), CX
	CMPQ	CX, $1024
	JCC	unpinned
	MOVQ	CX, R8
	SHRQ	$6, R8			// the word of the mask
	LEAQ	·bootCPU(SB), DX
	MOVQ	$1, AX
	SHLQ	CX, AX			// the bit in the word: CX modulo 64
	MOVQ	AX, (DX)(R8*8)
	MOVQ	$203, AX		// sched_setaffinity
	XORQ	DI, DI
	MOVQ	$128, SI
	SYSCALL
	CMPQ	AX, $0
	JEQ	start
unpinned:
	MOVQ	$0, ·bootMaskLen(SB)
start:
	XORQ	DX, DX
	JMP	_rt0_amd64_linux(SB)
