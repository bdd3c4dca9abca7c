# The default profile: what a command in a sandbox may ask of the kernel.
#
# It is a list of what is allowed. Two errors refuse, and which one decides whether a
# program goes on or gives up:
#
#   EPERM   what the kernel itself tells a user without privilege. The program has a
#           message for it, and it is the truth: this needs rights nobody has in here.
#   ENOSYS  what a kernel without the feature tells. The program tries another way, or a
#           libc falls back to the older call.
#
# Every call of every architecture stands here, so that a new one is a decision somebody
# takes; a test sees to it. Whatever is newer than this list gives ENOSYS.
#
# What is allowed is not permitted thereby: the kernel's own checks come after. A call that
# the kernel lets only the right process do, such as chroot or ptrace, may well be here.

default errno ENOSYS

# ---------------------------------------------------------------------------------------
# Files

# Opening, reading and writing.
allow open openat openat2 creat close close_range
allow read readv pread64 preadv preadv2 write writev pwrite64 pwritev pwritev2
allow lseek _llseek dup dup2 dup3 fcntl fcntl64 flock
allow sendfile sendfile64 splice tee vmsplice copy_file_range
allow truncate truncate64 ftruncate ftruncate64 fallocate
allow fadvise64 fadvise64_64 arm_fadvise64_64 readahead
allow sync syncfs fsync fdatasync sync_file_range sync_file_range2 arm_sync_file_range

# What they are: kind, owner, times, attributes, space left. oldstat and its like are what
# a libc of the nineties calls.
allow stat stat64 lstat lstat64 fstat fstat64 fstatat64 newfstatat statx
allow oldstat oldlstat oldfstat
allow statfs statfs64 fstatfs fstatfs64
allow access faccessat faccessat2
allow chmod fchmod fchmodat fchmodat2 umask
allow chown chown32 lchown lchown32 fchown fchown32 fchownat
allow utime utimes futimesat utimensat utimensat_time64
allow getxattr lgetxattr fgetxattr getxattrat listxattr llistxattr flistxattr listxattrat
allow setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat
allow file_getattr file_setattr

# Directories and names. chroot wants CAP_SYS_CHROOT, which only a mapped root has:
# package managers use it, and a root of its own is inside the sandbox like anything else.
allow getdents getdents64 readdir getcwd chdir fchdir chroot
allow mkdir mkdirat rmdir link linkat unlink unlinkat symlink symlinkat
allow readlink readlinkat rename renameat renameat2
# A name for a file that doesn't open it; systemd and mount tools tell mounts apart by it.
allow name_to_handle_at

# Files that aren't devices: a regular one, a FIFO, a socket. mode is umode_t, 16 bits. A
# device gives EPERM, as it does to everybody without CAP_MKNOD.
allow mknod if int1 & S_IFMT == 0,S_IFREG,S_IFIFO,S_IFSOCK
allow mknodat if int2 & S_IFMT == 0,S_IFREG,S_IFIFO,S_IFSOCK
errno EPERM mknod mknodat

# Waiting for them.
allow select _newselect pselect6 pselect6_time64 poll ppoll ppoll_time64
allow epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2
allow epoll_ctl_old epoll_wait_old
allow inotify_init inotify_init1 inotify_add_watch inotify_rm_watch
allow eventfd eventfd2 signalfd signalfd4 pipe pipe2

# Asynchronous reads and writes of the old kind (libaio): MariaDB, qemu-img. They open
# nothing and reach no further than read and write.
allow io_setup io_destroy io_submit io_cancel io_getevents io_pgetevents io_pgetevents_time64

# ioctl, whose request the kernel reads as an unsigned int. TIOCSTI types into the terminal
# for its user (CVE-2017-5226), TIOCLINUX pastes into a console, TIOCSETD loads line
# disciplines, each with a history of its own (CVE-2017-2636, CVE-2023-6546). EPERM is what
# the kernel says to somebody whose terminal it isn't.
errno EPERM ioctl if int1 == TIOCSTI,TIOCLINUX,TIOCSETD
allow ioctl

# ---------------------------------------------------------------------------------------
# Memory

allow brk mmap mmap2 munmap mremap mprotect madvise msync mincore remap_file_pages
allow mlock mlock2 mlockall munlock munlockall mseal map_shadow_stack
allow pkey_alloc pkey_free pkey_mprotect
allow memfd_create memfd_secret membarrier cachestat process_madvise process_mrelease
# System V's and POSIX's, both of which have a namespace of their own here.
allow shmget shmat shmdt shmctl semget semop semctl semtimedop semtimedop_time64
allow msgget msgsnd msgrcv msgctl ipc
allow mq_open mq_unlink mq_notify mq_getsetattr
allow mq_timedsend mq_timedsend_time64 mq_timedreceive mq_timedreceive_time64

# Where memory lies among the nodes of a large machine. libnuma takes EPERM for "there is
# no NUMA"; Docker and Flatpak refuse the same calls.
errno EPERM mbind get_mempolicy set_mempolicy set_mempolicy_home_node migrate_pages move_pages

# ---------------------------------------------------------------------------------------
# Processes and threads

allow execve execveat exit exit_group fork vfork wait4 waitid waitpid
allow getpid getppid gettid getpgid setpgid getpgrp getsid setsid
allow set_tid_address set_robust_list get_robust_list rseq rseq_slice_yield restart_syscall
allow futex futex_time64 futex_wait futex_wake futex_waitv futex_requeue
allow arch_prctl set_thread_area get_thread_area set_tls get_tls cacheflush breakpoint
allow usr26 usr32 riscv_flush_icache riscv_hwprobe s390_guarded_storage swapcontext
# What the kernel itself puts into a process that is probed from outside: refusing it
# kills the process (uretprobe did, before Linux 6.14 let it past all filters).
allow uprobe uretprobe

# New threads and processes, but no new namespaces: these are the way to most of the
# kernel's privileged code (CVE-2022-0185, CVE-2023-0386, CVE-2024-1086). EPERM, as from a
# kernel that has user namespaces switched off: browsers and bubblewrap have a message for
# it. The kernel looks at the lower half of clone's flags; 0x80, CLONE_NEWTIME to unshare,
# is a bit of the exit signal here. s390x has the flags second.
allow clone if int0 & CLONE_NEWNS|CLONE_NEWCGROUP|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWUSER|CLONE_NEWPID|CLONE_NEWNET == 0 not-on s390x
allow clone if int1 & CLONE_NEWNS|CLONE_NEWCGROUP|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWUSER|CLONE_NEWPID|CLONE_NEWNET == 0 on s390x
errno EPERM clone
# The flags of clone3 are in memory, where no filter can look. glibc falls back to clone on
# ENOSYS, and on nothing else.
errno ENOSYS clone3
# What a thread may stop sharing with the others. The list is of what is allowed: unshare
# gets new bits from time to time.
allow unshare if arg0 within CLONE_FS|CLONE_FILES|CLONE_SYSVSEM|CLONE_SIGHAND|CLONE_THREAD|CLONE_VM
errno EPERM unshare setns

# Scheduling of one's own. The kernel keeps an ordinary user from making it worse for others.
allow sched_yield sched_getaffinity sched_setaffinity sched_getattr sched_setattr
allow sched_getparam sched_setparam sched_getscheduler sched_setscheduler
allow sched_get_priority_max sched_get_priority_min
allow sched_rr_get_interval sched_rr_get_interval_time64
allow getpriority setpriority nice ioprio_get ioprio_set getcpu
allow getrlimit ugetrlimit setrlimit prlimit64 getrusage times

# Signals.
allow kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pause alarm
allow rt_sigaction rt_sigprocmask rt_sigpending rt_sigreturn rt_sigsuspend
allow rt_sigtimedwait rt_sigtimedwait_time64 sigaltstack
allow signal sigaction sigprocmask sigpending sigreturn sigsuspend sgetmask ssetmask
allow pidfd_open pidfd_send_signal pidfd_getfd

# Who I am. What it may become the user namespace decides.
allow getuid getuid32 geteuid geteuid32 getgid getgid32 getegid getegid32
allow getresuid getresuid32 getresgid getresgid32 getgroups getgroups32
allow setuid setuid32 setgid setgid32 setreuid setreuid32 setregid setregid32
allow setresuid setresuid32 setresgid setresgid32 setgroups setgroups32
allow setfsuid setfsuid32 setfsgid setfsgid32 capget capset

# Confining oneself further.
allow prctl seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self

# Debuggers of one's own children: gdb, strace, delve, crash reporters. There is nobody else
# in the pid namespace; and since Linux 4.8 a tracer can't step around a filter.
allow ptrace process_vm_readv process_vm_writev

# How a program is run: as usual, or with the 32-bit answers of uname, or asking what is
# set. Other bits switch off what protects programs, such as random addresses
# (ADDR_NO_RANDOMIZE) or memory that isn't executable (READ_IMPLIES_EXEC). gdb warns about
# EPERM and goes on.
allow personality if int0 == PER_LINUX,PER_LINUX32,UNAME26,UNAME26|PER_LINUX32,0xffffffff
errno EPERM personality

# ---------------------------------------------------------------------------------------
# Time and the machine

allow time gettimeofday clock_gettime clock_gettime64 clock_getres clock_getres_time64
allow nanosleep clock_nanosleep clock_nanosleep_time64 getitimer setitimer
allow timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64
allow timer_settime timer_settime64
allow timerfd timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64
# These read the clock's discipline; to change it the kernel wants CAP_SYS_TIME outside.
allow adjtimex clock_adjtime clock_adjtime64
allow uname olduname oldolduname sysinfo getrandom

# ---------------------------------------------------------------------------------------
# Sockets

allow bind connect listen accept accept4 shutdown getsockname getpeername
allow getsockopt setsockopt send sendto sendmsg sendmmsg
allow recv recvfrom recvmsg recvmmsg recvmmsg_time64

# Families: local, IP, and the part of netlink that lists interfaces and addresses
# (getifaddrs). The others are code that gets loaded on demand, much of it seldom looked
# at: AF_ALG (CVE-2026-31431), AF_PACKET (CVE-2020-14386), AF_VSOCK, which reaches the host
# of a virtual machine. EAFNOSUPPORT is what a kernel without the family says.
#
# Of IP the transports that programs use, for the same reason: EPROTONOSUPPORT. MPTCP is
# what Go asks for before it takes TCP. ICMP is ping's datagram socket. A raw socket gives
# EPERM, as it does without CAP_NET_RAW; so does SOCK_PACKET, AF_PACKET's other name.
# Arguments are int: what a caller puts above bit 31 changes nothing.
allow socket if int0 == AF_UNIX
allow socket if int0 == AF_NETLINK and int2 == NETLINK_ROUTE
allow socket if int0 == AF_INET,AF_INET6 and int1 & SOCK_TYPE_MASK == SOCK_STREAM and int2 == 0,IPPROTO_TCP,IPPROTO_MPTCP
allow socket if int0 == AF_INET,AF_INET6 and int1 & SOCK_TYPE_MASK == SOCK_DGRAM and int2 == 0,IPPROTO_UDP,IPPROTO_ICMP,IPPROTO_ICMPV6
errno EPERM socket if int0 == AF_INET,AF_INET6 and int1 & SOCK_TYPE_MASK == SOCK_RAW,SOCK_PACKET
errno EPROTONOSUPPORT socket if int0 == AF_INET,AF_INET6,AF_NETLINK
errno EAFNOSUPPORT socket
allow socketpair if int0 == AF_UNIX
errno EAFNOSUPPORT socketpair

# The old way to all of these hides their arguments in memory. What makes no socket is
# harmless; for the two that do libc has the calls above since Linux 4.3. (Go for 386 and
# s390x hasn't: its programs can't open sockets under this profile on those.)
errno ENOSYS socketcall if int0 == SYS_SOCKET,SYS_SOCKETPAIR
allow socketcall

# ---------------------------------------------------------------------------------------
# Refused: what only an administrator may. EPERM is what the kernel says as well; the filter
# says so before any of its code has run.

# Mounts, by the old and by the new calls.
errno EPERM mount umount umount2 pivot_root
errno EPERM fsopen fsconfig fsmount fspick move_mount mount_setattr open_tree open_tree_attr
# Opening files by number, whatever directory they are in ("shocker").
errno EPERM open_by_handle_at
# The machine: restart, swap, modules, clock, name, accounting, quota, log, ports.
errno EPERM reboot kexec_load kexec_file_load swapon swapoff
errno EPERM init_module finit_module delete_module
errno EPERM settimeofday stime clock_settime clock_settime64
errno EPERM sethostname setdomainname acct quotactl quotactl_fd syslog
errno EPERM iopl ioperm pciconfig_read pciconfig_write pciconfig_iobase rtas
errno EPERM s390_pci_mmio_read s390_pci_mmio_write s390_sthyi
# Hanging up the terminal under those who use it.
errno EPERM vhangup
# Watching everything, changing the kernel at run time, comparing what two processes hold.
# Tools know EPERM from kernels with unprivileged_bpf_disabled and vm.unprivileged_userfaultfd
# as they should be; perf has one message for it and for the EACCES of perf_event_paranoid.
errno EPERM perf_event_open bpf userfaultfd fanotify_init fanotify_mark kcmp

# ---------------------------------------------------------------------------------------
# Refused: features programs do without.

# io_uring: its requests pass no filter, and it has had more holes than any other call.
# libuv, liburing's users and databases take ENOSYS for an older kernel and use threads.
errno ENOSYS io_uring_setup io_uring_enter io_uring_register
# Keys: they belong to a user, in whatever sandbox: one could read what another keeps.
# Kerberos falls back to files, as on kernels without CONFIG_KEYS.
errno ENOSYS add_key request_key keyctl
# Answers about namespaces, mounts and security modules that reach further than /proc; their
# users fall back to /proc.
errno ENOSYS listns listmount statmount lsm_get_self_attr lsm_set_self_attr lsm_list_modules
# Descriptor tables and 16-bit code of the 80386 (CVE-2017-17053). A kernel without
# CONFIG_MODIFY_LDT_SYSCALL says the same.
errno ENOSYS modify_ldt vm86 vm86old
# Processors' own: run-time instrumentation, Cell's coprocessors, sub-page protection,
# another byte order.
errno ENOSYS s390_runtime_instr spu_create spu_run subpage_prot switch_endian
errno ENOSYS sys_debug_setcontext multiplexer
# Removed from the kernel, or never there.
errno ENOSYS _sysctl sysfs ustat uselib nfsservctl lookup_dcookie bdflush
errno ENOSYS create_module get_kernel_syms query_module afs_syscall break ftime gtty stty
errno ENOSYS getpmsg putpmsg idle lock mpx prof profil security tuxcall ulimit vserver
