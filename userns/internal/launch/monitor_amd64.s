#include "textflag.h"

// divide parts a program in two before its runtime starts: the child goes on as
// the Go program, makes the sandbox, and exits; the parent, which has the pid the
// caller knows, stays here as its monitor. It relays signals, keeps the time
// limit, and exits with the command's status. A Go process that only waits costs
// 0.7 MB, and replacing it, or ending it, a third of a millisecond in the way of
// the command; this has touched a page or two, and is ready for signals before
// there is anything to send them to.
//
// An entry point jumps here with the stack the kernel made. For everything but the
// child to undo, in R12 and R13 the address and size of the caller's CPU mask, or
// 0, and in R15 its timer slack, or 0. It leaves in one of three ways: as the
// child, with handoverFD and the like set; as the monitor, by ending; and as the Go
// program after all, alone, if it can't be divided or the child says so. So this
// uses no memory that a Go program minds.
//
// What the child says, each a message of its own (monitor.go):
//
//	params, 1024 bytes  the command may start now: keep its signals for it
//	pid, 8 bytes        pid 1 runs
//	8 bytes, at first   be the program yourself
//
// and its end without the second is the end of the program. After the second the
// monitor closes its end when the command has started, or says why not (8 bytes,
// an errno) and leaves it to the child to explain.
//
//	BX &params   R12 deadline, ns   R13 phase: 0 runs, 1 told to stop, 2 killed
//	R14 signalfd   R15 time of the last SIGINT   R9 1 if the time is up
//	R8 wait status
//	 0(SP) signal mask   16(SP) timespec   32(SP) pollfd[2]   48(SP) message
//	56(SP) a signal   64(SP) siginfo or sigaction
#define NEVER $0x7fffffffffffffff
#define PARAM_TIMEOUT 0
#define PARAM_STOPTIME 8
#define PARAM_STOPSIG 16
#define PARAM_DIE 24
#define PARAM_TEXTLEN 32
#define PARAM_SYSLEN 40
#define PARAM_TEXT 64
#define PARAM_SYSTEXT 256
#define PARAM_RECORD 512

// The two socket pairs: the monitor's and the child's end; the caller's and pid
// 1's. They stand in the order in which the kernel numbered them.
#define MONITOR 200
#define CHILD 204
#define CALLER 208
#define INNER 212
#define GO 224		// the child's pid
#define INIT 232	// pid 1's
#define SELF 240
#define PARENT 248
#define STACK 256	// as the kernel made it
#define MASK 264	// the caller's
#define CPUS 272
#define CPUSLEN 280
#define SLACK 288
#define PARAMS 512

TEXT ·divide(SB),NOSPLIT|NOFRAME,$0
	MOVQ	SP, BX
	SUBQ	$1536, SP
	ANDQ	$~15, SP
	MOVQ	BX, STACK(SP)
	MOVQ	R12, CPUS(SP)
	MOVQ	R13, CPUSLEN(SP)
	MOVQ	R15, SLACK(SP)
	LEAQ	PARAMS(SP), BX

	// A descriptor below 3 would be taken for a standard stream.
	XORQ	R15, R15
standard:
	MOVQ	$72, AX			// fcntl
	MOVQ	R15, DI
	MOVQ	$1, SI			// F_GETFD
	SYSCALL
	CMPQ	AX, $0
	JGE	isopen
	MOVQ	$0x6c756e2f7665642f, AX	// "/dev/nul"
	MOVQ	AX, 64(SP)
	MOVQ	$0x6c, AX		// "l"
	MOVQ	AX, 72(SP)
	MOVQ	$2, AX			// open
	LEAQ	64(SP), DI
	MOVQ	$2, SI			// O_RDWR
	XORQ	DX, DX
	SYSCALL
	CMPQ	AX, R15
	JNE	alone			// the runtime knows what to say
isopen:
	INCQ	R15
	CMPQ	R15, $3
	JLT	standard

	MOVQ	$-1, 0(SP)
	MOVQ	$14, AX			// rt_sigprocmask
	MOVQ	$2, DI			// SIG_SETMASK
	LEAQ	0(SP), SI
	LEAQ	MASK(SP), DX
	MOVQ	$8, R10
	SYSCALL
	// Ignored by the caller it would leave nothing to wait for.
	XORQ	AX, AX
	MOVQ	AX, 64(SP)		// SIG_DFL
	MOVQ	AX, 72(SP)
	MOVQ	AX, 80(SP)
	MOVQ	AX, 88(SP)
	MOVQ	$13, AX			// rt_sigaction
	MOVQ	$17, DI			// SIGCHLD
	LEAQ	64(SP), SI
	XORQ	DX, DX
	MOVQ	$8, R10
	SYSCALL
	MOVQ	$53, AX			// socketpair
	MOVQ	$1, DI			// AF_UNIX
	MOVQ	$0x80005, SI		// SOCK_SEQPACKET|SOCK_CLOEXEC
	XORQ	DX, DX
	LEAQ	MONITOR(SP), R10
	SYSCALL
	CMPQ	AX, $0
	JLT	unblock
	MOVQ	$53, AX
	MOVQ	$1, DI
	MOVQ	$0x80005, SI
	XORQ	DX, DX
	LEAQ	CALLER(SP), R10
	SYSCALL
	CMPQ	AX, $0
	JLT	unpair
	MOVQ	$289, AX		// signalfd4
	MOVQ	$-1, DI
	LEAQ	0(SP), SI
	MOVQ	$8, DX
	MOVQ	$0x80800, R10		// SFD_CLOEXEC|SFD_NONBLOCK
	SYSCALL
	MOVQ	AX, R14
	CMPQ	AX, $0
	JLT	uncontrol
	MOVQ	$110, AX		// getppid
	SYSCALL
	MOVQ	AX, PARENT(SP)
	MOVQ	$39, AX			// getpid
	SYSCALL
	MOVQ	AX, SELF(SP)
	MOVQ	$56, AX			// clone, as fork(2) does
	MOVQ	$17, DI			// SIGCHLD
	XORQ	SI, SI
	XORQ	DX, DX
	XORQ	R10, R10
	XORQ	R8, R8
	SYSCALL
	CMPQ	AX, $0
	JEQ	child
	JGT	parent

	MOVQ	$3, AX			// close
	MOVQ	R14, DI
	SYSCALL
uncontrol:
	MOVQ	$3, AX
	MOVL	CALLER(SP), DI
	SYSCALL
	MOVQ	$3, AX
	MOVL	INNER(SP), DI
	SYSCALL
unpair:
	MOVQ	$3, AX
	MOVL	CHILD(SP), DI
	SYSCALL
unmonitor:
	MOVQ	$3, AX
	MOVL	MONITOR(SP), DI
	SYSCALL
unblock:
	MOVQ	$14, AX			// rt_sigprocmask
	MOVQ	$2, DI
	LEAQ	MASK(SP), SI
	XORQ	DX, DX
	MOVQ	$8, R10
	SYSCALL
	CMPQ	·handoverFD(SB), $0
	JNE	enter			// the child
alone:
	MOVQ	$0, R13
	JMP	undo
enter:
	XORQ	DX, DX
	MOVQ	STACK(SP), SP
	JMP	_rt0_amd64_linux(SB)

child:
	MOVQ	$157, AX		// prctl
	MOVQ	$1, DI			// PR_SET_PDEATHSIG
	MOVQ	$9, SI
	SYSCALL
	MOVQ	$110, AX		// getppid
	SYSCALL
	CMPQ	AX, SELF(SP)
	MOVQ	$137, DI
	JNE	exit			// the monitor ended between the two
	MOVQ	$3, AX			// close
	MOVQ	R14, DI
	SYSCALL
	MOVQ	$3, AX
	MOVL	MONITOR(SP), DI
	SYSCALL
	MOVL	CHILD(SP), AX
	MOVQ	AX, ·handoverFD(SB)
	MOVL	CALLER(SP), AX
	MOVQ	AX, ·callerFD(SB)
	MOVL	INNER(SP), AX
	MOVQ	AX, ·innerFD(SB)
	JMP	unblock

parent:
	MOVQ	AX, GO(SP)
	MOVQ	$1, R13

	// R13 is 0 for the Go program, 1 for the monitor.
undo:
	CMPQ	CPUSLEN(SP), $0
	JEQ	slack
	MOVQ	$203, AX		// sched_setaffinity
	XORQ	DI, DI
	MOVQ	CPUSLEN(SP), SI
	MOVQ	CPUS(SP), DX
	SYSCALL
slack:
	CMPQ	SLACK(SP), $0
	JEQ	undone
	MOVQ	$157, AX		// prctl
	MOVQ	$29, DI			// PR_SET_TIMERSLACK
	MOVQ	SLACK(SP), SI
	SYSCALL
undone:
	CMPQ	R13, $0
	JEQ	enter

	MOVQ	$3, AX			// close
	MOVL	CHILD(SP), DI
	SYSCALL
	MOVQ	$3, AX
	MOVL	INNER(SP), DI
	SYSCALL
	XORQ	R9, R9			// 1: keep signals; 2: be the program
	XORQ	R13, R13
launching:
	MOVL	MONITOR(SP), AX
	MOVL	AX, 32(SP)
	MOVL	R14, 40(SP)
	TESTQ	R9, R9
	JEQ	both
	MOVL	$-1, 40(SP)
both:
	MOVL	$1, 36(SP)		// POLLIN
	MOVL	$1, 44(SP)
	MOVQ	$7, AX			// poll
	LEAQ	32(SP), DI
	MOVQ	$2, SI
	MOVQ	$-1, DX
	SYSCALL
	CMPQ	AX, $0
	JLE	launching		// EINTR after a SIGSTOP
	CMPW	38(SP), $0
	JEQ	early

	XORQ	AX, AX			// read
	MOVL	MONITOR(SP), DI
	MOVQ	BX, SI
	MOVQ	$1024, DX
	TESTQ	R9, R9
	JEQ	message
	LEAQ	INIT(SP), SI
	MOVQ	$8, DX
message:
	SYSCALL
	CMPQ	AX, $-4			// EINTR
	JEQ	launching
	CMPQ	AX, $8
	JEQ	word
	CMPQ	AX, $1024
	JNE	childended
	MOVQ	$1, R9

	// From here on nobody but the command holds what the caller may have left open.
	MOVQ	$3, R15			// what is not ours, from here on
	MOVL	MONITOR(SP), R13
	MOVQ	$1, R12
gap:
	MOVQ	R15, DI
	LEAQ	-1(R13), SI
	LEAQ	1(R13), R15
	CMPQ	DI, SI
	JGT	nogap
	MOVQ	$436, AX		// close_range
	XORQ	DX, DX
	SYSCALL
nogap:
	INCQ	R12
	MOVL	CALLER(SP), R13
	CMPQ	R12, $2
	JEQ	gap
	MOVQ	R14, R13
	CMPQ	R12, $3
	JEQ	gap
	MOVQ	$0xffffffff, R13
	CMPQ	R12, $4
	JEQ	gap

	XORQ	R13, R13
	CMPQ	PARAM_DIE(BX), $0
	JEQ	launching
	MOVQ	$157, AX		// prctl
	MOVQ	$1, DI			// PR_SET_PDEATHSIG
	MOVQ	$9, SI
	SYSCALL
	MOVQ	$110, AX		// getppid
	SYSCALL
	CMPQ	AX, PARENT(SP)
	MOVQ	$137, DI
	JNE	exit			// it ended before
	JMP	launching
word:
	CMPQ	R9, $1
	JEQ	runs
	MOVQ	$2, R9
	JMP	launching

	// A signal before the command could start does to this program what it does
	// to any. The child doesn't outlive it.
early:
	XORQ	AX, AX			// read
	MOVQ	R14, DI
	LEAQ	64(SP), SI
	MOVQ	$128, DX
	SYSCALL
	CMPQ	AX, $128
	JNE	launching
	MOVL	64(SP), AX
	CMPL	AX, $17			// SIGCHLD
	JEQ	launching
	CMPL	AX, $18			// SIGCONT
	JEQ	launching
	CMPL	AX, $23			// SIGURG
	JEQ	launching
	CMPL	AX, $28			// SIGWINCH
	JEQ	launching
	CMPL	AX, $20			// SIGTSTP
	JLT	raise
	CMPL	AX, $22			// SIGTTOU
	JGT	raise
	MOVQ	$62, AX			// kill
	MOVQ	GO(SP), DI		// which may be in a session of its own
	MOVQ	$19, SI			// SIGSTOP
	SYSCALL
	MOVQ	$62, AX
	MOVQ	SELF(SP), DI
	SYSCALL
	MOVQ	$62, AX			// who continued this one continues both
	MOVQ	GO(SP), DI
	MOVQ	$18, SI			// SIGCONT
	SYSCALL
	JMP	launching

	// AX is a signal; R13 is 0 to go on if it was ignored, 1 to exit.
raise:
	MOVL	AX, 56(SP)
	MOVL	AX, SI
	MOVQ	$62, AX			// kill
	MOVQ	SELF(SP), DI
	SYSCALL
	MOVL	56(SP), CX
	DECQ	CX
	MOVQ	$1, AX
	SHLQ	CX, AX
	MOVQ	AX, 0(SP)
	MOVQ	$14, AX			// rt_sigprocmask
	MOVQ	$1, DI			// SIG_UNBLOCK
	LEAQ	0(SP), SI
	XORQ	DX, DX
	MOVQ	$8, R10
	SYSCALL
	MOVQ	$14, AX
	XORQ	DI, DI			// SIG_BLOCK
	LEAQ	0(SP), SI
	XORQ	DX, DX
	MOVQ	$8, R10
	SYSCALL
	TESTQ	R13, R13
	JEQ	launching
	MOVL	56(SP), DI
	ADDQ	$128, DI
	JMP	exit

	// The child has ended, or is about to: with a message for the user, its work
	// done without a sandbox, or killed.
childended:
	MOVQ	$61, AX			// wait4
	MOVQ	GO(SP), DI
	LEAQ	48(SP), SI
	MOVQ	$0x40000000, DX		// __WALL
	XORQ	R10, R10
	SYSCALL
	CMPQ	AX, $-4			// EINTR
	JEQ	childended
	CMPQ	R9, $2
	JNE	failed

	// The Go program, from the beginning, with everything as it was.
	MOVQ	$3, AX			// close
	MOVQ	R14, DI
	SYSCALL
	MOVQ	$3, AX
	MOVL	CALLER(SP), DI
	SYSCALL
	JMP	unmonitor

failed:
	MOVL	48(SP), R8

	// A pid 1 that failed was a child of this process, too, and is dead.
zombies:
	MOVQ	$61, AX			// wait4
	MOVQ	$-1, DI
	XORQ	SI, SI
	MOVQ	$0x40000001, DX		// __WALL|WNOHANG
	XORQ	R10, R10
	SYSCALL
	CMPQ	AX, $0
	JGT	zombies
	MOVQ	R8, AX
	ANDQ	$0x7f, AX
	MOVQ	$1, R13
	JNZ	raise
	JMP	status

runs:
	MOVL	CALLER(SP), AX
	MOVL	AX, 32(SP)
	XORQ	R13, R13
	XORQ	R9, R9
	MOVQ	$-4000000000, R15
	MOVQ	NEVER, R12
	MOVQ	PARAM_TIMEOUT(BX), R10
	TESTQ	R10, R10
	JZ	wait
	MOVQ	R10, R12
	JMP	fromnow

	// R12 is a time from now: make it a deadline.
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
	JEQ	bury
	CMPL	AX, $13			// SIGPIPE
	JEQ	wait
	CMPL	AX, $23			// SIGURG
	JEQ	wait
	CMPL	AX, $15			// SIGTERM
	JEQ	stop
	CMPL	AX, $2			// SIGINT
	JEQ	unignored
	CMPL	AX, $20			// SIGTSTP
	JEQ	suspend
	CMPL	AX, $21			// SIGTTIN
	JEQ	suspend
	CMPL	AX, $22			// SIGTTOU
	JEQ	suspend
	CMPL	AX, $1			// SIGHUP
	JEQ	unignored
	CMPL	AX, $3			// SIGQUIT
	JEQ	group
	CMPL	AX, $18			// SIGCONT
	JEQ	group
	CMPL	AX, $28			// SIGWINCH
	JEQ	group
	JMP	send
	// The child has ended; pid 1 says so itself.
bury:
	MOVQ	$61, AX			// wait4
	MOVQ	GO(SP), DI
	XORQ	SI, SI
	MOVQ	$0x40000001, DX		// __WALL|WNOHANG
	XORQ	R10, R10
	SYSCALL
	JMP	wait

group:
	MOVL	$1, R10			// ToGroup
send:
	MOVL	AX, 48(SP)
	MOVL	R10, 52(SP)
	MOVQ	$1, AX			// write; SIGPIPE is blocked, and there is room
	MOVL	CALLER(SP), DI
	LEAQ	48(SP), SI
	MOVQ	$8, DX
	SYSCALL
	JMP	wait

	// What the caller had this process ignore, as nohup(1) does, is not for the
	// command either. (Not SIGQUIT: the Go runtime catches that in any case, and
	// both kinds of snug should do the same.)
unignored:
	MOVL	AX, 56(SP)
	MOVL	AX, DI
	MOVQ	$13, AX			// rt_sigaction
	XORQ	SI, SI
	LEAQ	64(SP), DX
	MOVQ	$8, R10
	SYSCALL
	CMPQ	64(SP), $1		// SIG_IGN
	JEQ	wait
	MOVL	56(SP), AX
	CMPL	AX, $2			// SIGINT
	JNE	group

	// A second SIGINT within two seconds is meant.
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
	MOVL	CALLER(SP), DI
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
	// them, to say that the time is up or what the filter did. The child is not
	// needed any more.
started:
	MOVQ	$3, AX			// close
	MOVL	MONITOR(SP), DI
	SYSCALL
	XORQ	DI, DI
	MOVQ	$1, SI
	XORQ	DX, DX
	MOVQ	PARAM_TIMEOUT(BX), AX
	ORQ	PARAM_SYSLEN(BX), AX
	JNZ	closing
	MOVQ	$2, SI
closing:
	MOVQ	$436, AX		// close_range
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
	MOVL	CALLER(SP), DI
	LEAQ	48(SP), SI
	MOVQ	$8, DX
	SYSCALL
	MOVQ	PARAM_STOPTIME(BX), R12
	JMP	fromnow

kill:
	MOVQ	$2, R13
	MOVQ	NEVER, R12
	MOVQ	$62, AX			// kill; it can't be another's number yet
	MOVQ	INIT(SP), DI
	MOVQ	$9, SI
	SYSCALL
	JMP	wait

report:
	MOVQ	$0, 48(SP)
	XORQ	AX, AX			// read
	MOVL	CALLER(SP), DI
	LEAQ	48(SP), SI
	MOVQ	$8, DX
	SYSCALL
	CMPQ	AX, $-4			// EINTR
	JEQ	wait
	MOVQ	$9, R8			// pid 1 was killed, and all with it
	CMPQ	AX, $8
	JNE	reap
	CMPL	48(SP), $1		// msgStarted
	JEQ	started
	MOVL	52(SP), R8
	CMPL	48(SP), $2		// msgNotStarted
	JNE	reap
	MOVQ	R8, 48(SP)
	MOVQ	$1, AX			// write
	MOVL	MONITOR(SP), DI
	LEAQ	48(SP), SI
	MOVQ	$8, DX
	SYSCALL
	JMP	childended

	// Leave no zombie to an init that may not care. Not any child: this process
	// may have some from before it was snug.
reap:
	MOVQ	$61, AX			// wait4
	MOVQ	INIT(SP), DI
	XORQ	SI, SI
	MOVQ	$0x40000000, DX		// __WALL
	XORQ	R10, R10
	SYSCALL
	CMPQ	AX, $-4			// EINTR
	JEQ	reap
	MOVQ	$3, AX			// close: this may be all that the child waits for
	MOVL	MONITOR(SP), DI
	SYSCALL
reapchild:
	MOVQ	$61, AX
	MOVQ	GO(SP), DI
	XORQ	SI, SI
	MOVQ	$0x40000000, DX
	XORQ	R10, R10
	SYSCALL
	CMPQ	AX, $-4
	JEQ	reapchild
	CMPB	PARAM_RECORD(BX), $0
	JEQ	norecord
	MOVQ	$87, AX			// unlink: the child has written it, if it could
	LEAQ	PARAM_RECORD(BX), DI
	SYSCALL
norecord:
	CMPQ	R9, $0
	JEQ	ended
	MOVQ	$1, AX			// write
	MOVQ	$2, DI
	LEAQ	PARAM_TEXT(BX), SI
	MOVQ	PARAM_TEXTLEN(BX), DX
	SYSCALL
	MOVQ	$124, DI
	JMP	exit
ended:
	MOVQ	R8, DI
	ANDQ	$0x7f, DI
	JZ	exited
	ADDQ	$128, DI
	JMP	filtered
exited:
	MOVQ	R8, DI
	SHRQ	$8, DI
	ANDQ	$0xff, DI
filtered:
	CMPQ	DI, $159		// SIGSYS, the command's or that of a shell's child
	JNE	exit
	MOVQ	DI, R8
	MOVQ	$1, AX			// write
	MOVQ	$2, DI
	LEAQ	PARAM_SYSTEXT(BX), SI
	MOVQ	PARAM_SYSLEN(BX), DX
	SYSCALL
	MOVQ	R8, DI
	JMP	exit
status:
	MOVQ	R8, DI
	SHRQ	$8, DI
	ANDQ	$0xff, DI
exit:
	MOVQ	$231, AX		// exit_group
	SYSCALL
	JMP	exit
