#include "textflag.h"

// boot is the entry point of a binary that was linked with -E main.boot (the
// Makefile does; go install doesn't, and only speed and memory change). It
// prepares `snug run` and nothing else: this executable is pid 1 of some
// sandboxes, too, under other arguments.
//
// The Go runtime starts half a dozen threads before main, most of which wait for
// another: on one CPU that is a few switches, on several it is as many wake-ups
// of idle CPUs. So this pins the process to the CPU it is on; restoreThread in
// main undoes it. One of the threads sleeps 20 us at a time: with 2 ms of timer
// slack it sleeps on while the sandbox is made, which saves thirty switches and a
// tenth of the whole. Then it divides the program into a monitor and a Go program,
// which finds out only later whether it needs one
// (userns/internal/launch/monitor_amd64.s).
TEXT ·boot(SB),NOSPLIT|NOFRAME,$0
	CMPQ	0(SP), $2		// argc
	JLT	other
	MOVQ	16(SP), AX		// argv[1]
	CMPL	(AX), $0x006e7572	// "run"
	JNE	other
	// That thread also lets goroutines run whose processor waits in a system call:
	// newuidmap and newgidmap are for --map-auto and --map-users. A sandbox with limits,
	// --json-status-fd or --report needs the Go program to its end, for the accounts:
	// these are not divided. It doesn't matter if a word is the command's, or a flag's that only
	// begins so.
	XORQ	R15, R15		// the caller's slack
	// At a terminal the command gets one of its own, and the Go program relays.
	MOVQ	$16, AX			// ioctl
	XORQ	DI, DI
	MOVQ	$0x5401, SI		// TCGETS
	LEAQ	-128(SP), DX
	SYSCALL
	CMPQ	AX, $0
	JNE	typed
	MOVQ	$16, AX
	MOVQ	$1, DI
	SYSCALL
	CMPQ	AX, $0
	JEQ	other
typed:
	MOVQ	0(SP), CX
argument:
	MOVQ	(SP)(CX*8), AX		// the last first
	MOVL	(AX), DX
	CMPL	DX, $0x616d2d2d		// "--ma"
	JEQ	exact
	CMPL	DX, $0x656d2d2d		// "--me"
	JEQ	other
	CMPL	DX, $0x70632d2d		// "--cp"
	JEQ	other
	CMPL	DX, $0x67632d2d		// "--cg"
	JEQ	other
	CMPL	DX, $0x6f692d2d		// "--io"
	JEQ	other
	CMPL	DX, $0x736a2d2d		// "--js"
	JEQ	other
	CMPL	DX, $0x65722d2d		// "--re"
	JEQ	other
	ANDL	$0xffffff, DX
	CMPL	DX, $0x6d2d		// "-m"
	JEQ	other
	DECQ	CX
	CMPQ	CX, $2
	JGT	argument
	MOVQ	$157, AX		// prctl
	MOVQ	$30, DI			// PR_GET_TIMERSLACK
	SYSCALL
	CMPQ	AX, $0
	JLE	exact
	MOVQ	AX, ·bootSlack(SB)
	MOVQ	AX, R15
	MOVQ	$157, AX
	MOVQ	$29, DI			// PR_SET_TIMERSLACK
	MOVQ	$2000000, SI		// ns
	SYSCALL
exact:
	XORQ	R13, R13		// the size of the CPU mask
	MOVQ	$204, AX		// sched_getaffinity
	XORQ	DI, DI
	MOVQ	$128, SI
	LEAQ	·bootMask(SB), DX
	MOVQ	DX, R12
	SYSCALL
	CMPQ	AX, $0
	JLE	start			// more than 1024 CPUs: leave it alone
	MOVQ	AX, R14
	MOVQ	$309, AX		// getcpu
	LEAQ	-8(SP), DI
	XORQ	SI, SI
	XORQ	DX, DX
	SYSCALL
	MOVL	-8(SP), CX
	CMPQ	CX, $1024
	JCC	start
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
	JNE	start
	MOVQ	R14, ·bootMaskLen(SB)
	MOVQ	R14, R13
start:
	JMP	snug∕userns∕internal∕launch·divide(SB)
other:
	XORQ	DX, DX
	JMP	_rt0_amd64_linux(SB)
