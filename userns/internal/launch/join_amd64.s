#include "textflag.h"

// join is the last step of a process on its way into a sandbox that runs (join.go): like
// pid1, code that is copied into an image of its own and never runs here. Between the
// caller's memory, which is gone with the execve of this, and the command there is nothing
// but this page: /proc/self/exe, as a command or an interpreter, is a sealed memfd, and not
// a program of the host's that could be written to later (CVE-2019-5736).
//
// It is started with every signal blocked, descriptor 3 the control socket, and
//	argv: name, candidate paths of the target..., "", the target's argv...
//	envp: the target's environment
// The end of the socket says that the target runs.
//
//	BX &argc   R12 candidates   R13 the target's argv   R15 envp   R9 cursor   R8 errno
//	 8(SP) zeros   32(SP) sigaction   80(SP) message
TEXT ·join(SB),NOSPLIT|NOFRAME,$0
	MOVQ	SP, BX
	SUBQ	$512, SP
	ANDQ	$~15, SP
	MOVQ	$157, AX		// prctl
	MOVQ	$4, DI			// PR_SET_DUMPABLE
	XORQ	SI, SI
	SYSCALL
	MOVQ	$72, AX			// fcntl
	MOVQ	$3, DI
	MOVQ	$2, SI			// F_SETFD
	MOVQ	$1, DX			// FD_CLOEXEC
	SYSCALL

	MOVQ	(BX), AX
	LEAQ	16(BX)(AX*8), R15
	LEAQ	16(BX), R12
	MOVQ	R12, R13
separator:
	MOVQ	(R13), AX
	TESTQ	AX, AX
	JZ	quit
	ADDQ	$8, R13
	CMPB	(AX), $0
	JNE	separator

	XORQ	AX, AX
	MOVQ	AX, 8(SP)
	MOVQ	AX, 32(SP)
	MOVQ	AX, 40(SP)
	MOVQ	AX, 48(SP)
	MOVQ	AX, 56(SP)
	MOVQ	$1, R9
disposition:
	MOVQ	$13, AX			// rt_sigaction
	MOVQ	R9, DI
	LEAQ	32(SP), SI
	XORQ	DX, DX
	MOVQ	$8, R10
	SYSCALL
	INCQ	R9
	CMPQ	R9, $64
	JLE	disposition
	MOVQ	$14, AX			// rt_sigprocmask
	MOVQ	$2, DI			// SIG_SETMASK
	LEAQ	8(SP), SI
	XORQ	DX, DX
	MOVQ	$8, R10
	SYSCALL

	MOVQ	$2, R8			// ENOENT
candidate:
	MOVQ	(R12), DI
	CMPB	(DI), $0
	JEQ	nocandidate
	MOVQ	$59, AX			// execve
	MOVQ	R13, SI
	MOVQ	R15, DX
	SYSCALL
	ADDQ	$8, R12
	CMPQ	AX, $-2			// ENOENT
	JEQ	candidate
	CMPQ	AX, $-20		// ENOTDIR
	JEQ	candidate
	NEGQ	AX
	MOVQ	AX, R8
	CMPQ	AX, $13			// EACCES
	JEQ	candidate
nocandidate:
	MOVL	$2, 80(SP)		// msgNotStarted
	MOVL	R8, 84(SP)
	MOVQ	$1, AX			// write
	MOVQ	$3, DI
	LEAQ	80(SP), SI
	MOVQ	$8, DX
	SYSCALL
quit:
	MOVQ	$231, AX		// exit_group
	MOVQ	$127, DI
	SYSCALL
	JMP	quit

	// The end, for image_amd64.go to find.
	BYTE	$0xf1; BYTE $0x53; BYTE $0x4e; BYTE $0x55
	BYTE	$0x47; BYTE $0x20; BYTE $0x70; BYTE $0x69
	BYTE	$0x64; BYTE $0x20; BYTE $0x31; BYTE $0x20
	BYTE	$0x65; BYTE $0x6e; BYTE $0x64; BYTE $0xf1

// func joinCode() *byte
TEXT ·joinCode(SB),NOSPLIT,$0-8
	LEAQ	·join(SB), AX
	MOVQ	AX, ret+0(FP)
	RET
