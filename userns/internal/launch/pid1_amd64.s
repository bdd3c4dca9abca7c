#include "textflag.h"

// pid1 is the first process of a sandbox: code that is copied out of this
// binary into an ELF image of its own (image_amd64.go) and never runs here.
// Only relative jumps, no data, no symbols.
//
// It is started with every signal blocked, descriptor 3 the control socket
// (control.go has the messages), and
//	argv: name, candidate paths of the target..., "", the target's argv...
//	envp: the target's environment
//
// Should:  be dumpable to nobody; forward signals; reap whatever is orphaned;
//          end with the caller.
// Mustn't: hold anything that the target could not know anyway.
//
//	BX &argc   R12 candidates, then the target's pid   R13 the target's argv
//	R14 signalfd   R15 envp   R9 cursor
//	 0(SP) signal mask      8(SP) zeros     16(SP) errno of execve
//	32(SP) sigaction       64(SP) pollfd[2]   80(SP) message  128(SP) siginfo
TEXT ·pid1(SB),NOSPLIT|NOFRAME,$0
	MOVQ	SP, BX
	SUBQ	$512, SP
	ANDQ	$~15, SP

	// kill(-1) below would mean every process of the user outside a pid
	// namespace of our own.
	MOVQ	$39, AX			// getpid
	SYSCALL
	CMPQ	AX, $1
	JNE	quit

	MOVQ	$157, AX		// prctl
	MOVQ	$4, DI			// PR_SET_DUMPABLE
	XORQ	SI, SI
	SYSCALL
	MOVQ	$0x696e692d67756e73, AX	// "snug-ini"
	MOVQ	AX, 80(SP)
	MOVQ	$0x74, 88(SP)		// "t"
	MOVQ	$157, AX
	MOVQ	$15, DI			// PR_SET_NAME
	LEAQ	80(SP), SI
	SYSCALL
	MOVQ	$72, AX			// fcntl
	MOVQ	$3, DI
	MOVQ	$2, SI			// F_SETFD
	MOVQ	$1, DX			// FD_CLOEXEC
	SYSCALL

	MOVQ	$-1, 0(SP)
	MOVQ	$289, AX		// signalfd4, for every signal
	MOVQ	$-1, DI
	LEAQ	0(SP), SI
	MOVQ	$8, DX
	MOVQ	$0x80800, R10		// SFD_CLOEXEC|SFD_NONBLOCK
	SYSCALL
	CMPQ	AX, $0
	JLT	notstarted
	MOVQ	AX, R14

	// envp follows the NULL that follows argv.
	MOVQ	(BX), AX
	LEAQ	16(BX)(AX*8), R15
	// The candidates end at the first empty string.
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
	MOVQ	AX, 16(SP)
	MOVQ	AX, 32(SP)
	MOVQ	AX, 40(SP)
	MOVQ	AX, 48(SP)
	MOVQ	AX, 56(SP)
	MOVQ	$56, AX			// clone
	MOVQ	$0x4111, DI		// CLONE_VM|CLONE_VFORK|SIGCHLD
	XORQ	SI, SI
	XORQ	DX, DX
	XORQ	R10, R10
	XORQ	R8, R8
	SYSCALL
	TESTQ	AX, AX
	JNZ	parent

	// The target, before its execve: a session of its own, every signal as
	// the kernel delivers it by default (an ignored one survives execve).
	MOVQ	$112, AX		// setsid
	SYSCALL
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

	// As execvp(3): go on after ENOENT, ENOTDIR and EACCES, and report EACCES
	// if it was among them. It is kept in R8, this process's own, until all
	// have failed: the parent looks at 16(SP) after an execve that succeeded,
	// too.
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
	MOVQ	R8, 16(SP)
giveup:
	MOVQ	$231, AX		// exit_group
	MOVQ	$127, DI
	SYSCALL
	JMP	giveup

parent:
	CMPQ	AX, $0
	JLT	notstarted
	MOVQ	AX, R12
	MOVQ	16(SP), AX		// the target shares this stack until execve
	NEGQ	AX
	JNZ	notstarted
	MOVL	$1, 80(SP)		// msgStarted
	MOVL	R12, 84(SP)
	MOVQ	$1, AX			// write
	MOVQ	$3, DI
	LEAQ	80(SP), SI
	MOVQ	$8, DX
	SYSCALL

	// The target's streams are the target's: a pipe of which this process
	// kept an end would not end when the target closes it.
	MOVQ	$436, AX		// close_range
	XORQ	DI, DI
	MOVQ	$2, SI
	XORQ	DX, DX
	SYSCALL

	MOVL	$3, 64(SP)
	MOVL	R14, 72(SP)
wait:
	MOVL	$1, 68(SP)		// events POLLIN, revents 0
	MOVL	$1, 76(SP)
	MOVQ	$7, AX			// poll
	LEAQ	64(SP), DI
	MOVQ	$2, SI
	MOVQ	$-1, DX
	SYSCALL
	CMPQ	AX, $0
	JLE	wait			// EINTR after a SIGSTOP
	CMPW	70(SP), $0
	JEQ	signals

	XORQ	AX, AX			// read
	MOVQ	$3, DI
	LEAQ	80(SP), SI
	MOVQ	$8, DX
	SYSCALL
	CMPQ	AX, $8
	JNE	quit			// the caller is gone
	MOVQ	R12, DI
	CMPL	84(SP), $0		// ToTarget
	JEQ	kill
	NEGQ	DI
kill:
	MOVL	80(SP), SI
	MOVQ	$62, AX			// kill
	SYSCALL

signals:
	XORQ	AX, AX			// read
	MOVQ	R14, DI
	LEAQ	128(SP), SI
	MOVQ	$128, DX
	SYSCALL
	CMPQ	AX, $128
	JNE	wait			// EAGAIN: none left
	CMPL	128(SP), $17		// SIGCHLD
	JEQ	reap
	MOVQ	R12, DI
	MOVL	128(SP), SI
	MOVQ	$62, AX			// kill
	SYSCALL
	JMP	signals

reap:
	MOVQ	$61, AX			// wait4
	MOVQ	$-1, DI
	LEAQ	84(SP), SI
	MOVQ	$0x40000001, DX		// WNOHANG|__WALL
	XORQ	R10, R10
	SYSCALL
	CMPQ	AX, $0
	JLE	signals
	CMPQ	AX, R12
	JNE	reap

	// Nothing outlives the target. Killed first, reported then: once the
	// caller knows, no code of the sandbox runs any more.
	MOVQ	$62, AX			// kill
	MOVQ	$-1, DI
	MOVQ	$9, SI
	SYSCALL
	MOVL	$3, 80(SP)		// msgExited
	JMP	report
notstarted:
	NEGQ	AX
	MOVL	$2, 80(SP)		// msgNotStarted
	MOVL	AX, 84(SP)
report:
	MOVQ	$1, AX			// write
	MOVQ	$3, DI
	LEAQ	80(SP), SI
	MOVQ	$8, DX
	SYSCALL
quit:
	MOVQ	$231, AX		// exit_group
	XORQ	DI, DI
	SYSCALL
	JMP	quit

	// The end, for image_amd64.go to find.
	BYTE	$0xf1; BYTE $0x53; BYTE $0x4e; BYTE $0x55
	BYTE	$0x47; BYTE $0x20; BYTE $0x70; BYTE $0x69
	BYTE	$0x64; BYTE $0x20; BYTE $0x31; BYTE $0x20
	BYTE	$0x65; BYTE $0x6e; BYTE $0x64; BYTE $0xf1

// func pid1Code() *byte
TEXT ·pid1Code(SB),NOSPLIT,$0-8
	LEAQ	·pid1(SB), AX
	MOVQ	AX, ret+0(FP)
	RET
