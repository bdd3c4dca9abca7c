package seccomp

import "golang.org/x/sys/unix"

// constants that a profile may name. All have the same value on every architecture of
// [archs]; a test holds that against x/sys.
var constants = [...]named[uint64]{
	{"AF_ALG", unix.AF_ALG},
	{"AF_INET", unix.AF_INET},
	{"AF_INET6", unix.AF_INET6},
	{"AF_NETLINK", unix.AF_NETLINK},
	{"AF_PACKET", unix.AF_PACKET},
	{"AF_UNIX", unix.AF_UNIX},
	{"AF_UNSPEC", unix.AF_UNSPEC},
	{"AF_VSOCK", unix.AF_VSOCK},
	{"CLONE_FILES", unix.CLONE_FILES},
	{"CLONE_FS", unix.CLONE_FS},
	{"CLONE_NEWCGROUP", unix.CLONE_NEWCGROUP},
	{"CLONE_NEWIPC", unix.CLONE_NEWIPC},
	{"CLONE_NEWNET", unix.CLONE_NEWNET},
	{"CLONE_NEWNS", unix.CLONE_NEWNS},
	{"CLONE_NEWPID", unix.CLONE_NEWPID},
	{"CLONE_NEWTIME", unix.CLONE_NEWTIME},
	{"CLONE_NEWUSER", unix.CLONE_NEWUSER},
	{"CLONE_NEWUTS", unix.CLONE_NEWUTS},
	{"CLONE_SIGHAND", unix.CLONE_SIGHAND},
	{"CLONE_SYSVSEM", unix.CLONE_SYSVSEM},
	{"CLONE_THREAD", unix.CLONE_THREAD},
	{"CLONE_VM", unix.CLONE_VM},
	{"IPPROTO_ICMP", unix.IPPROTO_ICMP},
	{"IPPROTO_ICMPV6", unix.IPPROTO_ICMPV6},
	{"IPPROTO_MPTCP", unix.IPPROTO_MPTCP},
	{"IPPROTO_TCP", unix.IPPROTO_TCP},
	{"IPPROTO_UDP", unix.IPPROTO_UDP},
	{"NETLINK_ROUTE", unix.NETLINK_ROUTE},
	{"PER_LINUX", 0}, // linux/personality.h
	{"PER_LINUX32", 0x8},
	{"SOCK_DGRAM", 2}, // asm-generic; MIPS has them the other way round
	{"SOCK_PACKET", unix.SOCK_PACKET},
	{"SOCK_RAW", unix.SOCK_RAW},
	{"SOCK_SEQPACKET", unix.SOCK_SEQPACKET},
	{"SOCK_STREAM", 1},
	{"SOCK_TYPE_MASK", 0xf}, // include/linux/net.h; the rest is SOCK_CLOEXEC and SOCK_NONBLOCK
	{"SYS_SOCKET", 1},       // linux/net.h: the first argument of socketcall
	{"SYS_SOCKETPAIR", 8},
	{"S_IFBLK", unix.S_IFBLK},
	{"S_IFCHR", unix.S_IFCHR},
	{"S_IFIFO", unix.S_IFIFO},
	{"S_IFMT", unix.S_IFMT},
	{"S_IFREG", unix.S_IFREG},
	{"S_IFSOCK", unix.S_IFSOCK},
	{"TIOCLINUX", 0x541c}, // asm-generic/ioctls.h, and arch/powerpc's has the same
	{"TIOCSETD", 0x5423},
	{"TIOCSTI", 0x5412},
	{"UNAME26", 0x20000},
}
