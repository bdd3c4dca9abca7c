package launch

// InitCalls are the system calls that pid 1 may make after its filter is installed, whenever
// it has to: not only those that every run makes. A profile without them makes sandboxes
// that don't end, or don't hear of signals.
func InitCalls() []string {
	calls := []string{
		"clone", "close_range", "execve", "execveat", "exit_group", "fcntl", "getpid", "kill", "prctl",
		"read", "rt_sigaction", "rt_sigprocmask", "setsid", "signalfd4", "wait4", "write",
		// The kernel's own: the way back from a signal handler, and from a stop.
		"restart_syscall", "rt_sigreturn", "exit",
	}
	if Portable() {
		return append(calls, runtimeCalls...)
	}
	return append(calls, "poll")
}

// runtimeCalls are those of the Go runtime, of which some come only by chance.
var runtimeCalls = []string{
	"clock_gettime", "close", "dup3", "epoll_create1", "epoll_ctl", "epoll_pwait", "eventfd2", "futex", "getrandom",
	"getrlimit", "gettid", "madvise", "mincore", "mmap", "munmap", "nanosleep", "openat", "pipe2", "prlimit64", "readlinkat",
	"sched_getaffinity", "sched_yield", "setrlimit", "sigaltstack", "tgkill", "timer_create", "timer_delete", "timer_settime",
	"uname", "waitid", "fstat", "newfstatat", "getdents64", "pidfd_open", "pidfd_send_signal", "arch_prctl",
}
