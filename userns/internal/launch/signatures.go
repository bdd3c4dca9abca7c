package launch

import "golang.org/x/sys/unix"

// signature says how a system call is printed. args has a letter an argument:
// d number, x hexadecimal, o octal, s string, p pointer, f flags.
type signature struct {
	name, args string
	flags      []flagName
}

type flagName struct {
	bit  uint64
	name string
}

var signatures = map[uintptr]signature{
	unix.SYS_RT_SIGPROCMASK: {"rt_sigprocmask", "dppd", nil},
	unix.SYS_RT_SIGACTION:   {"rt_sigaction", "dppd", nil},
	unix.SYS_PRCTL:          {"prctl", "dddxx", nil},
	unix.SYS_SECCOMP:        {"seccomp", "ddp", nil},
	unix.SYS_CLOSE:          {"close", "d", nil},
	unix.SYS_RECVFROM:       {"recvfrom", "dpdxpp", nil},
	unix.SYS_READ:           {"read", "dpd", nil},
	unix.SYS_WRITE:          {"write", "dsd", nil},
	unix.SYS_SETSID:         {"setsid", "", nil},
	unix.SYS_OPENAT:         {"openat", "dsf", openFlags},
	unix.SYS_OPENAT2:        {"openat2", "dspd", nil},
	unix.SYS_SETGROUPS:      {"setgroups", "dp", nil},
	unix.SYS_SETHOSTNAME:    {"sethostname", "sd", nil},
	unix.SYS_SOCKET:         {"socket", "dxd", nil},
	unix.SYS_IOCTL:          {"ioctl", "dxp", nil},
	unix.SYS_SETNS:          {"setns", "df", cloneFlags},
	unix.SYS_CLONE:          {"clone", "fpppp", cloneFlags},
	unix.SYS_SENDMSG:        {"sendmsg", "dpx", nil},
	unix.SYS_UNSHARE:        {"unshare", "f", cloneFlags},
	unix.SYS_UMASK:          {"umask", "o", nil},
	unix.SYS_FCNTL:          {"fcntl", "ddd", nil},
	unix.SYS_DUP3:           {"dup3", "ddd", nil},
	unix.SYS_CLOSE_RANGE:    {"close_range", "dxf", closeFlags},
	unix.SYS_MOUNT:          {"mount", "sssfs", mountFlags},
	unix.SYS_FSOPEN:         {"fsopen", "sx", nil},
	unix.SYS_FSCONFIG:       {"fsconfig", "ddssd", nil},
	unix.SYS_FSMOUNT:        {"fsmount", "dxf", attrFlags},
	unix.SYS_MOVE_MOUNT:     {"move_mount", "dsdsf", moveFlags},
	unix.SYS_OPEN_TREE:      {"open_tree", "dsf", treeFlags},
	unix.SYS_MOUNT_SETATTR:  {"mount_setattr", "dsfpd", atFlags},
	unix.SYS_FCHDIR:         {"fchdir", "d", nil},
	unix.SYS_CHDIR:          {"chdir", "s", nil},
	unix.SYS_MKDIRAT:        {"mkdirat", "dso", nil},
	unix.SYS_MKNODAT:        {"mknodat", "dsod", nil},
	unix.SYS_SYMLINKAT:      {"symlinkat", "sds", nil},
	unix.SYS_PIVOT_ROOT:     {"pivot_root", "ss", nil},
	unix.SYS_UMOUNT2:        {"umount2", "sf", umountFlags},
	unix.SYS_PRLIMIT64:      {"prlimit64", "ddpp", nil},
	unix.SYS_CAPSET:         {"capset", "pp", nil},
	unix.SYS_EXECVEAT:       {"execveat", "dsppf", atFlags},
	unix.SYS_EXECVE:         {"execve", "spp", nil},

	unix.SYS_LANDLOCK_CREATE_RULESET: {"landlock_create_ruleset", "pdx", nil},
	unix.SYS_LANDLOCK_ADD_RULE:       {"landlock_add_rule", "ddpx", nil},
	unix.SYS_LANDLOCK_RESTRICT_SELF:  {"landlock_restrict_self", "dx", nil},
}

var cloneFlags = []flagName{
	{unix.CLONE_NEWUSER, "CLONE_NEWUSER"}, {unix.CLONE_NEWNS, "CLONE_NEWNS"}, {unix.CLONE_NEWPID, "CLONE_NEWPID"},
	{unix.CLONE_NEWNET, "CLONE_NEWNET"}, {unix.CLONE_NEWIPC, "CLONE_NEWIPC"}, {unix.CLONE_NEWUTS, "CLONE_NEWUTS"},
	{unix.CLONE_NEWCGROUP, "CLONE_NEWCGROUP"}, {unix.CLONE_VM, "CLONE_VM"}, {unix.CLONE_VFORK, "CLONE_VFORK"},
	{unix.CLONE_PIDFD, "CLONE_PIDFD"},
}

var (
	openFlags  = []flagName{{unix.O_WRONLY, "O_WRONLY"}, {unix.O_CLOEXEC, "O_CLOEXEC"}, {unix.O_PATH, "O_PATH"}}
	closeFlags = []flagName{{unix.CLOSE_RANGE_CLOEXEC, "CLOSE_RANGE_CLOEXEC"}}
	mountFlags = []flagName{
		{unix.MS_RDONLY, "MS_RDONLY"}, {unix.MS_NOSUID, "MS_NOSUID"}, {unix.MS_NODEV, "MS_NODEV"},
		{unix.MS_NOEXEC, "MS_NOEXEC"}, {unix.MS_REC, "MS_REC"}, {unix.MS_PRIVATE, "MS_PRIVATE"},
	}
	attrFlags = []flagName{
		{unix.MOUNT_ATTR_RDONLY, "MOUNT_ATTR_RDONLY"}, {unix.MOUNT_ATTR_NOSUID, "MOUNT_ATTR_NOSUID"},
		{unix.MOUNT_ATTR_NODEV, "MOUNT_ATTR_NODEV"},
	}
	moveFlags = []flagName{
		{unix.MOVE_MOUNT_F_EMPTY_PATH, "MOVE_MOUNT_F_EMPTY_PATH"},
		{unix.MOVE_MOUNT_T_EMPTY_PATH, "MOVE_MOUNT_T_EMPTY_PATH"},
	}
	treeFlags = []flagName{
		{unix.OPEN_TREE_CLONE, "OPEN_TREE_CLONE"}, {unix.OPEN_TREE_CLOEXEC, "OPEN_TREE_CLOEXEC"},
		{unix.AT_RECURSIVE, "AT_RECURSIVE"}, {unix.AT_SYMLINK_NOFOLLOW, "AT_SYMLINK_NOFOLLOW"},
	}
	atFlags     = []flagName{{unix.AT_EMPTY_PATH, "AT_EMPTY_PATH"}, {unix.AT_RECURSIVE, "AT_RECURSIVE"}}
	umountFlags = []flagName{{unix.MNT_DETACH, "MNT_DETACH"}}
)
