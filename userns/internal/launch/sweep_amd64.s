#include "textflag.h"

// sweeper waits until a sandbox has ended and takes its placeholders away, see
// sweep.go. Like pid1 it is copied out of this binary and never runs here.
//
// It is started in a session of its own, and
//	argv: name, two bytes that are descriptors plus one and maybe "s", placeholders...
// the descriptors being the project's directory, with a shared lock on it, and pid 1's
// pidfd, which is the higher one. With the "s" it is a socket, over which the pidfd comes
// when there is a pid 1; or the end comes, when whoever would send it has been killed.
//
//	BX the directory   R14 the pidfd   R12 cursor in argv   R15 the "s"
//	0(SP) pollfd   16(SP) timespec   64(SP) struct stat or msghdr   128(SP) iovec
//	144(SP) its byte   160(SP) control message
TEXT ·sweeper(SB),NOSPLIT|NOFRAME,$0
	LEAQ	24(SP), R12		// argv[2]
	MOVQ	16(SP), AX		// argv[1]
	MOVBLZX	(AX), BX
	MOVBLZX	1(AX), R14
	MOVBLZX	2(AX), R15
	DECQ	BX
	DECQ	R14
	SUBQ	$512, SP
	ANDQ	$~15, SP

	// Nobody's signals, and nothing of the command's: its streams end with it.
	MOVQ	$-1, 0(SP)
	MOVQ	$14, AX			// rt_sigprocmask
	MOVQ	$2, DI			// SIG_SETMASK
	LEAQ	0(SP), SI
	XORQ	DX, DX
	MOVQ	$8, R10
	SYSCALL
	MOVQ	$0x6577732d67756e73, AX	// "snug-swe"
	MOVQ	AX, 64(SP)
	MOVQ	$0x72657065, AX		// "eper"
	MOVQ	AX, 72(SP)
	MOVQ	$157, AX		// prctl
	MOVQ	$15, DI			// PR_SET_NAME
	LEAQ	64(SP), SI
	SYSCALL
	XORQ	DI, DI
	LEAQ	-1(BX), SI
	MOVQ	$436, AX		// close_range
	XORQ	DX, DX
	SYSCALL
	LEAQ	1(BX), DI
	LEAQ	-1(R14), SI
	MOVQ	$436, AX
	SYSCALL				// EINVAL if they are neighbours
	LEAQ	1(R14), DI
	MOVQ	$0xffffffff, SI
	MOVQ	$436, AX
	SYSCALL
	CMPQ	R15, $0x73		// "s"
	JNE	wait
receive:
	XORQ	AX, AX
	MOVQ	AX, 64(SP)		// msg_name
	MOVQ	AX, 72(SP)
	LEAQ	128(SP), CX
	MOVQ	CX, 80(SP)		// msg_iov
	MOVQ	$1, 88(SP)
	LEAQ	160(SP), CX
	MOVQ	CX, 96(SP)		// msg_control
	MOVQ	$24, 104(SP)		// CMSG_SPACE(4)
	MOVQ	AX, 112(SP)
	LEAQ	144(SP), CX
	MOVQ	CX, 128(SP)		// iov_base
	MOVQ	$1, 136(SP)
	MOVQ	$47, AX			// recvmsg
	MOVQ	R14, DI
	LEAQ	64(SP), SI
	XORQ	DX, DX
	SYSCALL
	CMPQ	AX, $-4			// EINTR
	JEQ	receive
	MOVL	176(SP), R14		// the descriptor, behind struct cmsghdr
	CMPQ	AX, $1
	JEQ	wait

	// A pid 1 that has begun ends by itself, and all with it, now that it is alone.
	MOVQ	$0, 16(SP)
	MOVQ	$100000000, 24(SP)	// ns
	MOVQ	$35, AX			// nanosleep
	LEAQ	16(SP), DI
	XORQ	SI, SI
	SYSCALL
	JMP	ended
wait:
	MOVL	R14, 0(SP)
	MOVL	$1, 4(SP)		// POLLIN
	MOVQ	$7, AX			// poll
	LEAQ	0(SP), DI
	MOVQ	$1, SI
	MOVQ	$-1, DX
	SYSCALL
	CMPQ	AX, $1
	JNE	wait			// EINTR after a SIGSTOP

ended:
	MOVQ	$73, AX			// flock
	MOVQ	BX, DI
	MOVQ	$6, SI			// LOCK_EX|LOCK_NB
	SYSCALL
	CMPQ	AX, $0
	JNE	done			// another sandbox is there
next:
	MOVQ	(R12), R13
	TESTQ	R13, R13
	JZ	done
	ADDQ	$8, R12
	MOVQ	$262, AX		// newfstatat
	MOVQ	BX, DI
	MOVQ	R13, SI
	LEAQ	64(SP), DX
	MOVQ	$0x100, R10		// AT_SYMLINK_NOFOLLOW
	SYSCALL
	CMPQ	AX, $0
	JNE	next
	MOVL	88(SP), AX		// st_mode
	CMPL	AX, $0xc200		// placeSocket
	JEQ	remove
	CMPL	AX, $0x8300		// placeFile
	JNE	next
remove:
	MOVQ	$263, AX		// unlinkat
	MOVQ	BX, DI
	MOVQ	R13, SI
	XORQ	DX, DX
	SYSCALL
	JMP	next
done:
	MOVQ	$231, AX		// exit_group
	XORQ	DI, DI
	SYSCALL
	JMP	done

	// The end, for image_amd64.go to find.
	BYTE	$0xf1; BYTE $0x53; BYTE $0x4e; BYTE $0x55
	BYTE	$0x47; BYTE $0x20; BYTE $0x70; BYTE $0x69
	BYTE	$0x64; BYTE $0x20; BYTE $0x31; BYTE $0x20
	BYTE	$0x65; BYTE $0x6e; BYTE $0x64; BYTE $0xf1

// func sweeperCode() *byte
TEXT ·sweeperCode(SB),NOSPLIT,$0-8
	LEAQ	·sweeper(SB), AX
	MOVQ	AX, ret+0(FP)
	RET
