#include "textflag.h"

// monitor is what a caller can turn itself into once the sandbox runs: it
// relays signals, keeps the time limit, and exits with the command's status. A
// Go process that only waits costs 0.7 MB and its exit a third of a millisecond;
// this is one page. Like pid1 it is copied out of this binary and never runs
// here.
//
// It is started with every signal blocked, the caller's arguments and
// environment, and its parameters (params in monitor_amd64.go) at 0x400078,
// between the ELF header and the code. They name the descriptors it has: the
// control socket, a pidfd of pid 1, and the executable it replaced. If the command can't be started it has no
// words for that: it executes the caller again, under the name of FailedName.
//
//	BX &params   R12 deadline, ns   R13 phase: 0 runs, 1 told to stop, 2 killed
//	R14 signalfd   R15 time of the last SIGINT   R9 1 if the time is up
//	R8 wait status
//	 0(SP) signal mask   16(SP) timespec   32(SP) pollfd[2]   48(SP) message
//	64(SP) siginfo, name   256(SP) &argc
#define NEVER $0x7fffffffffffffff
#define PARAM_TIMEOUT 0
#define PARAM_STOPTIME 8
#define PARAM_STOPSIG 16
#define PARAM_PID 24
#define PARAM_TEXTLEN 32
#define PARAM_CONTROL 40
#define PARAM_PIDFD 48
#define PARAM_SELF 56
#define PARAM_TEXT 64

TEXT ·monitor(SB),NOSPLIT|NOFRAME,$0
	MOVQ	SP, BX
	SUBQ	$512, SP
	ANDQ	$~15, SP
	MOVQ	BX, 256(SP)
	MOVQ	$0x400078, BX
	MOVQ	$0x67756e73, AX		// "snug"
	MOVQ	AX, 48(SP)
	MOVQ	$157, AX		// prctl
	MOVQ	$15, DI			// PR_SET_NAME
	LEAQ	48(SP), SI
	SYSCALL
	MOVQ	$-1, 0(SP)
	MOVQ	$289, AX		// signalfd4
	MOVQ	$-1, DI
	LEAQ	0(SP), SI
	MOVQ	$8, DX
	MOVQ	$0x80800, R10		// SFD_CLOEXEC|SFD_NONBLOCK
	SYSCALL
	MOVQ	AX, R14
	MOVL	AX, 40(SP)
	MOVQ	PARAM_CONTROL(BX), AX
	MOVL	AX, 32(SP)
	MOVQ	$0, 48(SP)		// go: from here on no signal is lost
	MOVQ	$1, AX			// write
	MOVQ	PARAM_CONTROL(BX), DI
	LEAQ	48(SP), SI
	MOVQ	$8, DX
	SYSCALL
	XORQ	R13, R13
	XORQ	R9, R9
	MOVQ	$-4000000000, R15
	MOVQ	NEVER, R12
	MOVQ	PARAM_TIMEOUT(BX), R10
	TESTQ	R10, R10
	JZ	wait
	MOVQ	R10, R12
	XORQ	R10, R10
	JMP	fromnow

	// R12 is a time from now: make it a deadline. R10 0: and go to wait.
fromnow:
	MOVQ	$228, AX		// clock_gettime
	MOVQ	$1, DI			// CLOCK_MONOTONIC
	LEAQ	16(SP), SI
	SYSCALL
	MOVQ	16(SP), AX
	IMULQ	$1000000000, AX
	ADDQ	24(SP), AX
	ADDQ	AX, R12

wait:
	MOVL	$1, 36(SP)		// POLLIN
	MOVL	R14, 40(SP)
armed:
	MOVL	$1, 44(SP)
	XORQ	DX, DX			// no timeout
	MOVQ	NEVER, AX
	CMPQ	R12, AX
	JEQ	poll
	MOVQ	$228, AX
	MOVQ	$1, DI
	LEAQ	16(SP), SI
	SYSCALL
	MOVQ	16(SP), AX
	IMULQ	$1000000000, AX
	ADDQ	24(SP), AX
	MOVQ	R12, CX
	SUBQ	AX, CX
	JGT	left
	XORQ	CX, CX
left:
	MOVQ	CX, AX
	XORQ	DX, DX
	MOVQ	$1000000000, CX
	DIVQ	CX
	MOVQ	AX, 16(SP)
	MOVQ	DX, 24(SP)
	LEAQ	16(SP), DX
poll:
	MOVQ	$271, AX		// ppoll
	LEAQ	32(SP), DI
	MOVQ	$2, SI
	XORQ	R10, R10
	SYSCALL
	CMPQ	AX, $0
	JLT	wait			// EINTR after a SIGSTOP
	JEQ	timeup
	MOVWLZX	38(SP), AX
	TESTL	$~4, AX			// anything but POLLOUT
	JNZ	report
	TESTL	AX, AX
	JNZ	wait			// there is room again

	// A signal is taken only when it can be passed on: pid 1 may be stopped
	// and the socket full, and what is not taken stays pending.
	MOVL	$4, 36(SP)		// POLLOUT
	MOVQ	$7, AX			// poll
	LEAQ	32(SP), DI
	MOVQ	$1, SI
	XORQ	DX, DX
	SYSCALL
	MOVL	$5, 36(SP)		// POLLIN|POLLOUT, and not the signalfd
	MOVL	$-1, 40(SP)
	CMPQ	AX, $0
	JEQ	armed

	XORQ	AX, AX			// read
	MOVQ	R14, DI
	LEAQ	64(SP), SI
	MOVQ	$128, DX
	SYSCALL
	CMPQ	AX, $128
	JNE	wait
	MOVL	64(SP), AX		// the signal; R10: for whom
	XORQ	R10, R10
	CMPL	AX, $17			// SIGCHLD
	JEQ	wait
	CMPL	AX, $13			// SIGPIPE
	JEQ	wait
	CMPL	AX, $23			// SIGURG
	JEQ	wait
	CMPL	AX, $15			// SIGTERM
	JEQ	stop
	CMPL	AX, $2			// SIGINT
	JEQ	interrupt
	CMPL	AX, $20			// SIGTSTP
	JEQ	suspend
	CMPL	AX, $21			// SIGTTIN
	JEQ	suspend
	CMPL	AX, $22			// SIGTTOU
	JEQ	suspend
	CMPL	AX, $1			// SIGHUP
	JEQ	group
	CMPL	AX, $3			// SIGQUIT
	JEQ	group
	CMPL	AX, $18			// SIGCONT
	JEQ	group
	CMPL	AX, $28			// SIGWINCH
	JEQ	group
	JMP	send
group:
	MOVL	$1, R10			// ToGroup
send:
	MOVL	AX, 48(SP)
	MOVL	R10, 52(SP)
	MOVQ	$1, AX			// write; SIGPIPE is blocked
	MOVQ	PARAM_CONTROL(BX), DI
	LEAQ	48(SP), SI
	MOVQ	$8, DX
	SYSCALL
	JMP	wait

	// A second SIGINT within two seconds is meant.
interrupt:
	MOVQ	$228, AX
	MOVQ	$1, DI
	LEAQ	16(SP), SI
	SYSCALL
	MOVQ	16(SP), AX
	IMULQ	$1000000000, AX
	ADDQ	24(SP), AX
	MOVQ	AX, CX
	SUBQ	R15, CX
	MOVQ	AX, R15
	MOVL	$2, AX
	CMPQ	CX, $2000000000
	JGE	group
	JMP	kill

	// The kernel ignores a stop from the keyboard in the command's session,
	// whose process group is orphaned.
suspend:
	MOVL	$19, 48(SP)		// SIGSTOP
	MOVL	$1, 52(SP)
	MOVQ	$1, AX
	MOVQ	PARAM_CONTROL(BX), DI
	LEAQ	48(SP), SI
	MOVQ	$8, DX
	SYSCALL
	MOVQ	$39, AX			// getpid
	SYSCALL
	MOVQ	AX, DI
	MOVQ	$19, SI
	MOVQ	$62, AX			// kill
	SYSCALL
	JMP	wait

	// The command has its streams now; this process needs at most the last of
	// them, to say that the time is up.
started:
	MOVQ	$436, AX		// close_range
	XORQ	DI, DI
	MOVQ	$1, SI
	XORQ	DX, DX
	CMPQ	PARAM_TIMEOUT(BX), $0
	JNE	close
	MOVQ	$2, SI
close:
	SYSCALL
	JMP	wait

timeup:
	CMPQ	R13, $0
	JNE	kill
	MOVQ	$1, R9
stop:
	CMPQ	R13, $0
	JNE	wait			// it has been told
	MOVQ	$1, R13
	MOVQ	PARAM_STOPSIG(BX), AX
	MOVL	AX, 48(SP)
	MOVL	$0, 52(SP)
	MOVQ	$1, AX
	MOVQ	PARAM_CONTROL(BX), DI
	LEAQ	48(SP), SI
	MOVQ	$8, DX
	SYSCALL
	MOVQ	PARAM_STOPTIME(BX), R12
	JMP	fromnow

kill:
	MOVQ	$2, R13
	MOVQ	NEVER, R12
	MOVQ	$424, AX		// pidfd_send_signal
	MOVQ	PARAM_PIDFD(BX), DI
	MOVQ	$9, SI
	XORQ	DX, DX
	XORQ	R10, R10
	SYSCALL
	JMP	wait

report:
	MOVQ	$0, 48(SP)
	XORQ	AX, AX			// read
	MOVQ	PARAM_CONTROL(BX), DI
	LEAQ	48(SP), SI
	MOVQ	$8, DX
	SYSCALL
	MOVQ	$9, R8			// pid 1 was killed, and all with it
	CMPQ	AX, $8
	JNE	reap
	CMPL	48(SP), $1		// msgStarted
	JEQ	started
	MOVL	52(SP), R8
reap:
	MOVQ	$61, AX			// wait4: leave no zombie to an init that may not care
	MOVQ	PARAM_PID(BX), DI
	XORQ	SI, SI
	MOVQ	$0x40000000, DX		// __WALL
	XORQ	R10, R10
	SYSCALL
	CMPQ	AX, $-4			// EINTR
	JEQ	reap
	CMPL	48(SP), $2		// msgNotStarted
	JEQ	notstarted

	CMPQ	R9, $0
	JEQ	status
	MOVQ	$1, AX			// write
	MOVQ	$2, DI
	LEAQ	PARAM_TEXT(BX), SI
	MOVQ	PARAM_TEXTLEN(BX), DX
	SYSCALL
	MOVQ	$124, DI
	JMP	exit
status:
	MOVQ	R8, DI
	ANDQ	$0x7f, DI
	JNZ	signaled
	MOVQ	R8, DI
	SHRQ	$8, DI
	ANDQ	$0xff, DI
	JMP	exit
signaled:
	ADDQ	$128, DI
exit:
	MOVQ	$231, AX		// exit_group
	SYSCALL
	JMP	exit

notstarted:
	MOVQ	$0x6961663a67756e73, AX	// "snug:fai"
	MOVQ	AX, 64(SP)
	MOVQ	$0x3a64656c, AX		// "led:", then the errno in decimal
	MOVQ	AX, 72(SP)
	MOVQ	R8, AX
	LEAQ	79(SP), R12
	MOVB	$0, (R12)
digit:
	XORQ	DX, DX
	MOVQ	$10, CX
	DIVQ	CX
	ADDQ	$48, DX
	DECQ	R12
	MOVB	DX, (R12)
	TESTQ	AX, AX
	JNZ	digit
	LEAQ	76(SP), DI		// the digits, to the colon
shift:
	MOVB	(R12), AX
	MOVB	AX, (DI)
	INCQ	R12
	INCQ	DI
	TESTB	AX, AX
	JNZ	shift
	MOVQ	$0, 8(SP)
	MOVQ	$14, AX			// rt_sigprocmask: the caller had none blocked
	MOVQ	$2, DI
	LEAQ	8(SP), SI
	XORQ	DX, DX
	MOVQ	$8, R10
	SYSCALL
	MOVQ	256(SP), R12
	LEAQ	64(SP), AX
	MOVQ	AX, 8(R12)		// argv[0]
	MOVQ	(R12), AX
	LEAQ	16(R12)(AX*8), R10	// envp
	LEAQ	8(R12), DX
	MOVQ	$0, 0(SP)
	LEAQ	0(SP), SI		// ""
	MOVQ	PARAM_SELF(BX), DI
	MOVQ	$0x1000, R8		// AT_EMPTY_PATH
	MOVQ	$322, AX		// execveat
	SYSCALL
	MOVQ	$127, DI
	JMP	exit

	// The end, for image_amd64.go to find.
	BYTE	$0xf1; BYTE $0x53; BYTE $0x4e; BYTE $0x55
	BYTE	$0x47; BYTE $0x20; BYTE $0x70; BYTE $0x69
	BYTE	$0x64; BYTE $0x20; BYTE $0x31; BYTE $0x20
	BYTE	$0x65; BYTE $0x6e; BYTE $0x64; BYTE $0xf1

// func monitorCode() *byte
TEXT ·monitorCode(SB),NOSPLIT,$0-8
	LEAQ	·monitor(SB), AX
	MOVQ	AX, ret+0(FP)
	RET
