package notify

import "golang.org/x/sys/unix"

// constant is a value with a name.
type constant struct {
	name  string
	value uint64
}

// set is constants of one kind of argument, by the letter that shapes has for it: values,
// or bits.
type set struct {
	kind  byte
	bits  bool
	width uint64 // what the kernel looks at
	names []constant
}

const (
	low  = 0xffffffff
	full = ^uint64(0)
)

// sets are values that are the same on every architecture with a table in package seccomp.
var sets = [...]set{
	{'c', true, full, cloneFlags},
	{'f', false, low, families},
	{'t', true, low, socketTypes},
	{'r', false, low, requests},
	{'k', false, low, keyOperations},
	{'b', false, low, bpfCommands},
	{'m', true, low, mountFlags},
	{'U', true, low, unmountFlags},
	{'F', true, low, openFlags},
	{'w', true, low, personalities},
	{'O', false, low, prctlOptions},
	{'T', false, low, ptraceRequests},
	{'S', false, low, signals},
}

var cloneFlags = []constant{
	{"CLONE_NEWUSER", unix.CLONE_NEWUSER}, {"CLONE_NEWNS", unix.CLONE_NEWNS}, {"CLONE_NEWPID", unix.CLONE_NEWPID},
	{"CLONE_NEWNET", unix.CLONE_NEWNET}, {"CLONE_NEWIPC", unix.CLONE_NEWIPC}, {"CLONE_NEWUTS", unix.CLONE_NEWUTS},
	{"CLONE_NEWCGROUP", unix.CLONE_NEWCGROUP}, {"CLONE_VM", unix.CLONE_VM}, {"CLONE_VFORK", unix.CLONE_VFORK},
	{"CLONE_FS", unix.CLONE_FS}, {"CLONE_FILES", unix.CLONE_FILES}, {"CLONE_SIGHAND", unix.CLONE_SIGHAND},
	{"CLONE_THREAD", unix.CLONE_THREAD}, {"CLONE_SYSVSEM", unix.CLONE_SYSVSEM}, {"CLONE_SETTLS", unix.CLONE_SETTLS},
	{"SIGCHLD", 17},
}

var families = []constant{
	{"AF_UNSPEC", unix.AF_UNSPEC}, {"AF_UNIX", unix.AF_UNIX}, {"AF_INET", unix.AF_INET}, {"AF_AX25", unix.AF_AX25},
	{"AF_IPX", unix.AF_IPX}, {"AF_APPLETALK", unix.AF_APPLETALK}, {"AF_X25", unix.AF_X25}, {"AF_INET6", unix.AF_INET6},
	{"AF_KEY", unix.AF_KEY}, {"AF_NETLINK", unix.AF_NETLINK}, {"AF_PACKET", unix.AF_PACKET}, {"AF_RDS", unix.AF_RDS},
	{"AF_LLC", unix.AF_LLC}, {"AF_CAN", unix.AF_CAN}, {"AF_TIPC", unix.AF_TIPC}, {"AF_BLUETOOTH", unix.AF_BLUETOOTH},
	{"AF_ALG", unix.AF_ALG}, {"AF_NFC", unix.AF_NFC}, {"AF_VSOCK", unix.AF_VSOCK}, {"AF_KCM", unix.AF_KCM},
	{"AF_QIPCRTR", unix.AF_QIPCRTR}, {"AF_SMC", unix.AF_SMC}, {"AF_XDP", unix.AF_XDP},
}

// The type is a number in the lower four bits. Those with several come first.
var socketTypes = []constant{
	{"SOCK_PACKET", unix.SOCK_PACKET}, {"SOCK_SEQPACKET", unix.SOCK_SEQPACKET}, {"SOCK_RAW", unix.SOCK_RAW},
	{"SOCK_DGRAM", 2}, {"SOCK_STREAM", 1}, {"SOCK_CLOEXEC", unix.SOCK_CLOEXEC}, {"SOCK_NONBLOCK", unix.SOCK_NONBLOCK},
}

var requests = []constant{
	{"TIOCSTI", 0x5412}, {"TIOCLINUX", 0x541c}, {"TIOCSETD", 0x5423}, // asm-generic/ioctls.h
}

var keyOperations = []constant{
	{"KEYCTL_GET_KEYRING_ID", unix.KEYCTL_GET_KEYRING_ID}, {"KEYCTL_JOIN_SESSION_KEYRING", unix.KEYCTL_JOIN_SESSION_KEYRING},
	{"KEYCTL_UPDATE", unix.KEYCTL_UPDATE}, {"KEYCTL_REVOKE", unix.KEYCTL_REVOKE}, {"KEYCTL_CHOWN", unix.KEYCTL_CHOWN},
	{"KEYCTL_SETPERM", unix.KEYCTL_SETPERM}, {"KEYCTL_DESCRIBE", unix.KEYCTL_DESCRIBE}, {"KEYCTL_CLEAR", unix.KEYCTL_CLEAR},
	{"KEYCTL_LINK", unix.KEYCTL_LINK}, {"KEYCTL_UNLINK", unix.KEYCTL_UNLINK}, {"KEYCTL_SEARCH", unix.KEYCTL_SEARCH},
	{"KEYCTL_READ", unix.KEYCTL_READ}, {"KEYCTL_SESSION_TO_PARENT", unix.KEYCTL_SESSION_TO_PARENT},
	{"KEYCTL_SET_TIMEOUT", unix.KEYCTL_SET_TIMEOUT}, {"KEYCTL_INVALIDATE", unix.KEYCTL_INVALIDATE},
	{"KEYCTL_GET_PERSISTENT", unix.KEYCTL_GET_PERSISTENT}, {"KEYCTL_CAPABILITIES", unix.KEYCTL_CAPABILITIES},
}

var bpfCommands = []constant{
	{"BPF_MAP_CREATE", unix.BPF_MAP_CREATE}, {"BPF_MAP_LOOKUP_ELEM", unix.BPF_MAP_LOOKUP_ELEM},
	{"BPF_MAP_UPDATE_ELEM", unix.BPF_MAP_UPDATE_ELEM}, {"BPF_PROG_LOAD", unix.BPF_PROG_LOAD}, {"BPF_OBJ_PIN", unix.BPF_OBJ_PIN},
	{"BPF_OBJ_GET", unix.BPF_OBJ_GET}, {"BPF_PROG_ATTACH", unix.BPF_PROG_ATTACH}, {"BPF_BTF_LOAD", unix.BPF_BTF_LOAD},
	{"BPF_LINK_CREATE", unix.BPF_LINK_CREATE},
}

var mountFlags = []constant{
	{"0", 0}, {"MS_RDONLY", unix.MS_RDONLY}, {"MS_NOSUID", unix.MS_NOSUID}, {"MS_NODEV", unix.MS_NODEV}, {"MS_NOEXEC", unix.MS_NOEXEC},
	{"MS_REMOUNT", unix.MS_REMOUNT}, {"MS_BIND", unix.MS_BIND}, {"MS_MOVE", unix.MS_MOVE}, {"MS_REC", unix.MS_REC},
	{"MS_SILENT", unix.MS_SILENT}, {"MS_PRIVATE", unix.MS_PRIVATE}, {"MS_SLAVE", unix.MS_SLAVE}, {"MS_SHARED", unix.MS_SHARED},
	{"MS_RELATIME", unix.MS_RELATIME},
}

var unmountFlags = []constant{
	{"0", 0}, {"MNT_FORCE", unix.MNT_FORCE}, {"MNT_DETACH", unix.MNT_DETACH}, {"MNT_EXPIRE", unix.MNT_EXPIRE}, {"UMOUNT_NOFOLLOW", unix.UMOUNT_NOFOLLOW},
}

// Those whose values every architecture has; the others stay numbers.
var openFlags = []constant{
	{"O_RDONLY", 0}, {"O_WRONLY", 1}, {"O_RDWR", 2}, {"O_CREAT", 0x40}, {"O_EXCL", 0x80}, {"O_TRUNC", 0x200},
	{"O_APPEND", 0x400}, {"O_NONBLOCK", 0x800}, {"O_CLOEXEC", 0x80000},
}

// linux/personality.h
var personalities = []constant{
	{"PER_LINUX", 0}, {"query", 0xffffffff}, {"ADDR_NO_RANDOMIZE", 0x40000}, {"READ_IMPLIES_EXEC", 0x400000}, {"UNAME26", 0x20000},
	{"MMAP_PAGE_ZERO", 0x100000}, {"ADDR_COMPAT_LAYOUT", 0x200000}, {"ADDR_LIMIT_32BIT", 0x800000}, {"PER_LINUX32", 0x8},
}

var prctlOptions = []constant{
	{"PR_SET_PDEATHSIG", unix.PR_SET_PDEATHSIG}, {"PR_GET_DUMPABLE", unix.PR_GET_DUMPABLE}, {"PR_SET_DUMPABLE", unix.PR_SET_DUMPABLE},
	{"PR_SET_KEEPCAPS", unix.PR_SET_KEEPCAPS}, {"PR_SET_NAME", unix.PR_SET_NAME}, {"PR_GET_NAME", unix.PR_GET_NAME},
	{"PR_SET_SECCOMP", unix.PR_SET_SECCOMP}, {"PR_CAPBSET_READ", unix.PR_CAPBSET_READ}, {"PR_CAPBSET_DROP", unix.PR_CAPBSET_DROP},
	{"PR_SET_TIMERSLACK", unix.PR_SET_TIMERSLACK}, {"PR_SET_MM", unix.PR_SET_MM}, {"PR_SET_PTRACER", unix.PR_SET_PTRACER},
	{"PR_SET_CHILD_SUBREAPER", unix.PR_SET_CHILD_SUBREAPER}, {"PR_SET_NO_NEW_PRIVS", unix.PR_SET_NO_NEW_PRIVS},
	{"PR_GET_NO_NEW_PRIVS", unix.PR_GET_NO_NEW_PRIVS}, {"PR_SET_THP_DISABLE", unix.PR_SET_THP_DISABLE},
	{"PR_CAP_AMBIENT", unix.PR_CAP_AMBIENT}, {"PR_SET_VMA", unix.PR_SET_VMA},
}

var ptraceRequests = []constant{
	{"PTRACE_TRACEME", unix.PTRACE_TRACEME}, {"PTRACE_PEEKTEXT", unix.PTRACE_PEEKTEXT}, {"PTRACE_PEEKDATA", unix.PTRACE_PEEKDATA},
	{"PTRACE_POKETEXT", unix.PTRACE_POKETEXT}, {"PTRACE_POKEDATA", unix.PTRACE_POKEDATA}, {"PTRACE_CONT", unix.PTRACE_CONT},
	{"PTRACE_ATTACH", unix.PTRACE_ATTACH}, {"PTRACE_DETACH", unix.PTRACE_DETACH}, {"PTRACE_SEIZE", unix.PTRACE_SEIZE},
	{"PTRACE_GETREGSET", unix.PTRACE_GETREGSET}, {"PTRACE_SETREGSET", unix.PTRACE_SETREGSET}, {"PTRACE_SETOPTIONS", unix.PTRACE_SETOPTIONS},
}

var signals = []constant{
	{"0", 0}, {"SIGHUP", 1}, {"SIGINT", 2}, {"SIGQUIT", 3}, {"SIGABRT", 6}, {"SIGKILL", 9}, {"SIGUSR1", 10}, {"SIGSEGV", 11},
	{"SIGUSR2", 12}, {"SIGPIPE", 13}, {"SIGALRM", 14}, {"SIGTERM", 15}, {"SIGCHLD", 17}, {"SIGCONT", 18}, {"SIGSTOP", 19},
}
