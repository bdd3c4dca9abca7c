package launch

import "golang.org/x/sys/unix"

// InitCall is a system call that pid 1 may make once its filter is installed; Args are
// those that a filter may look at.
type InitCall struct {
	Name string
	Args [6]uint64
}

// InitCalls are those that it may make whenever it has to, not only those that every run
// makes. A profile without them makes sandboxes that don't start, don't end, or don't hear
// of signals. portable is for the pid 1 in Go.
func InitCalls(asPid1, portable bool) []InitCall {
	switch {
	case asPid1:
		return execCalls
	case portable:
		return append(append([]InitCall{}, initCalls...), runtimeCalls...)
	}
	return append(append([]InitCall{}, initCalls...), assembledCalls...)
}

// execCalls are the way to a command that is pid 1 itself.
var execCalls = []InitCall{{Name: "rt_sigprocmask"}, {Name: "execve"}}

// initCalls are those of both makes of pid 1. The last three are for everybody: the kernel's
// own, after a signal handler and after a stop, and a thread's end.
var initCalls = []InitCall{
	{Name: "prctl", Args: [6]uint64{unix.PR_SET_PDEATHSIG}}, {Name: "prctl", Args: [6]uint64{unix.PR_SET_DUMPABLE}},
	{Name: "execveat"}, {Name: "execve"}, {Name: "close_range"}, {Name: "exit_group"}, {Name: "fcntl", Args: [6]uint64{3, unix.F_SETFD, unix.FD_CLOEXEC}},
	{Name: "getpid"}, {Name: "kill"}, {Name: "read"}, {Name: "rt_sigaction"}, {Name: "rt_sigprocmask"}, {Name: "setsid"},
	{Name: "wait4"}, {Name: "write"}, {Name: "clone", Args: [6]uint64{unix.CLONE_VM | unix.CLONE_VFORK | 17}},
	{Name: "rt_sigreturn"}, {Name: "restart_syscall"}, {Name: "exit"},
}

var assembledCalls = []InitCall{{Name: "prctl", Args: [6]uint64{unix.PR_SET_NAME}}, {Name: "signalfd4"}, {Name: "poll"}}

// runtimeCalls are those of the Go runtime, of which some come only by chance.
var runtimeCalls = []InitCall{
	{Name: "arch_prctl"}, {Name: "close"}, {Name: "dup3"}, {Name: "epoll_create1"}, {Name: "epoll_ctl"}, {Name: "epoll_pwait"},
	{Name: "eventfd2"}, {Name: "fstat"}, {Name: "futex"}, {Name: "getrandom"}, {Name: "gettid"}, {Name: "madvise"}, {Name: "mincore"},
	{Name: "mmap"}, {Name: "munmap"}, {Name: "nanosleep"}, {Name: "newfstatat"}, {Name: "openat"}, {Name: "pipe2"}, {Name: "prlimit64"},
	{Name: "getdents64"}, {Name: "pidfd_open"}, {Name: "pidfd_send_signal"}, {Name: "readlinkat"}, {Name: "sched_getaffinity"}, {Name: "sched_yield"}, {Name: "sigaltstack"}, {Name: "tgkill"},
	{Name: "ioctl", Args: [6]uint64{0, unix.TIOCGPGRP}}, {Name: "ioctl", Args: [6]uint64{0, unix.TIOCSPGRP}}, {Name: "setpgid"},
	{Name: "prctl", Args: [6]uint64{unix.PR_SET_CHILD_SUBREAPER}}, {Name: "prctl", Args: [6]uint64{unix.PR_SET_VMA}},
}
