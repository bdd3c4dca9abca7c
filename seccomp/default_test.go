package seccomp

import (
	"slices"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"snug/seccomp/internal/sim"
)

func defaultProfile(t testing.TB, v Variant) *Profile {
	t.Helper()
	p, err := DefaultProfile(v)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestDefaultNamesEveryCall: a call that x/sys learns of is allowed or refused by somebody
// who thought about it.
func TestDefaultNamesEveryCall(t *testing.T) {
	p := defaultProfile(t, Strict)
	stated := map[string]bool{}
	for _, r := range p.Rules {
		for _, name := range r.Names {
			stated[name] = true
		}
	}
	for _, a := range Arches() {
		for _, name := range a.Names() {
			if !stated[name] {
				t.Errorf("%s of %s doesn't stand in default.profile", name, a)
			}
		}
	}
}

// TestDefaultStatesOnce: a second rule for a call that the first has decided would be read,
// and mean nothing.
func TestDefaultStatesOnce(t *testing.T) {
	decided := map[string]bool{}
	for _, r := range defaultProfile(t, Strict).Rules {
		for _, name := range r.Names {
			if decided[name] {
				t.Errorf("%s: a rule for it comes after it was decided", name)
			}
			decided[name] = decided[name] || len(r.Conds) == 0 && len(r.Only.Arches)+len(r.Except.Arches) == 0
		}
	}
}

// asked is a call and what becomes of it.
type asked struct {
	name string
	args [6]uint64
	want Action
}

const (
	newns   = unix.CLONE_NEWNS
	newuser = unix.CLONE_NEWUSER
	bit32   = 1 << 32
)

var (
	eperm     = Errno(syscall.EPERM)
	noFamily  = Errno(syscall.EAFNOSUPPORT)
	noProto   = Errno(syscall.EPROTONOSUPPORT)
	threads   = uint64(unix.CLONE_VM | unix.CLONE_FS | unix.CLONE_FILES | unix.CLONE_SIGHAND | unix.CLONE_THREAD | unix.CLONE_SYSVSEM | unix.CLONE_SETTLS)
	strictAsk = []asked{
		{name: "read", want: Allow}, {name: "execve", want: Allow}, {name: "ptrace", want: Allow},
		{name: "process_vm_readv", want: Allow}, {name: "chroot", want: Allow}, {name: "seccomp", want: Allow},
		{name: "rseq", want: Allow}, {name: "landlock_create_ruleset", want: Allow}, {name: "memfd_create", want: Allow},
		{name: "mount", want: eperm}, {name: "umount2", want: eperm}, {name: "pivot_root", want: eperm},
		{name: "fsopen", want: eperm}, {name: "open_tree_attr", want: eperm}, {name: "setns", want: eperm},
		{name: "bpf", want: eperm}, {name: "perf_event_open", want: eperm}, {name: "userfaultfd", want: eperm},
		{name: "kexec_file_load", want: eperm}, {name: "finit_module", want: eperm}, {name: "reboot", want: eperm},
		{name: "open_by_handle_at", want: eperm}, {name: "clock_settime", want: eperm}, {name: "syslog", want: eperm},
		{name: "kcmp", want: eperm}, {name: "quotactl_fd", want: eperm}, {name: "fanotify_init", want: eperm},
		{name: "io_uring_setup", want: enosys}, {name: "keyctl", want: enosys}, {name: "clone3", want: enosys},
		{name: "modify_ldt", want: enosys}, {name: "listns", want: enosys}, {name: "lsm_set_self_attr", want: enosys},

		{"clone", [6]uint64{uint64(unix.SIGCHLD)}, Allow},
		{"clone", [6]uint64{threads}, Allow},
		{"clone", [6]uint64{bit32 | uint64(unix.SIGCHLD)}, Allow},
		{"clone", [6]uint64{newuser | uint64(unix.SIGCHLD)}, eperm},
		{"clone", [6]uint64{bit32 | newns}, eperm},
		{"clone", [6]uint64{unix.CLONE_NEWTIME}, Allow}, // an odd exit signal, not a namespace
		{"unshare", [6]uint64{unix.CLONE_FS | unix.CLONE_FILES}, Allow},
		{"unshare", [6]uint64{newuser}, eperm},
		{"unshare", [6]uint64{unix.CLONE_NEWTIME}, eperm},
		{"unshare", [6]uint64{bit32}, eperm},

		{"ioctl", [6]uint64{0, unix.TCGETS}, Allow},
		{"ioctl", [6]uint64{0, unix.TIOCSTI}, eperm},
		{"ioctl", [6]uint64{0, bit32 | unix.TIOCSTI}, eperm},
		{"ioctl", [6]uint64{0, 0xffffffff<<32 | unix.TIOCLINUX}, eperm},
		{"ioctl", [6]uint64{0, unix.TIOCSETD}, eperm},

		{"socket", [6]uint64{unix.AF_UNIX, unix.SOCK_SEQPACKET}, Allow},
		{"socket", [6]uint64{unix.AF_INET, unix.SOCK_STREAM | unix.SOCK_CLOEXEC | unix.SOCK_NONBLOCK}, Allow},
		{"socket", [6]uint64{unix.AF_INET6, unix.SOCK_STREAM, unix.IPPROTO_MPTCP}, Allow},
		{"socket", [6]uint64{unix.AF_INET6, unix.SOCK_DGRAM, unix.IPPROTO_ICMPV6}, Allow},
		{"socket", [6]uint64{unix.AF_INET, unix.SOCK_STREAM, unix.IPPROTO_SCTP}, noProto},
		{"socket", [6]uint64{unix.AF_INET, unix.SOCK_SEQPACKET}, noProto},
		{"socket", [6]uint64{unix.AF_INET, unix.SOCK_RAW, unix.IPPROTO_ICMP}, eperm},
		{"socket", [6]uint64{unix.AF_INET, unix.SOCK_PACKET}, eperm},
		{"socket", [6]uint64{bit32 | unix.AF_INET, unix.SOCK_RAW}, eperm},
		{"socket", [6]uint64{unix.AF_NETLINK, unix.SOCK_RAW, unix.NETLINK_ROUTE}, Allow},
		{"socket", [6]uint64{unix.AF_NETLINK, unix.SOCK_RAW, unix.NETLINK_NETFILTER}, noProto},
		{"socket", [6]uint64{unix.AF_ALG, unix.SOCK_SEQPACKET}, noFamily},
		{"socket", [6]uint64{unix.AF_PACKET, unix.SOCK_RAW}, noFamily},
		{"socket", [6]uint64{unix.AF_VSOCK, unix.SOCK_STREAM}, noFamily},
		{"socketpair", [6]uint64{unix.AF_UNIX, unix.SOCK_STREAM}, Allow},
		{"socketpair", [6]uint64{unix.AF_TIPC, unix.SOCK_STREAM}, noFamily},

		{"mknodat", [6]uint64{0, 0, unix.S_IFREG | 0o644}, Allow},
		{"mknodat", [6]uint64{0, 0, 0o644}, Allow},
		{"mknodat", [6]uint64{0, 0, unix.S_IFIFO}, Allow},
		{"mknodat", [6]uint64{0, 0, unix.S_IFCHR, 0x103}, eperm},
		{"mknodat", [6]uint64{0, 0, bit32 | unix.S_IFBLK | 0o600, 0x801}, eperm},
		{"mknodat", [6]uint64{0, 0, unix.S_IFCHR, 0}, eperm},

		{"personality", [6]uint64{0xffffffff}, Allow},
		{"personality", [6]uint64{^uint64(0)}, Allow},
		{"personality", [6]uint64{0x20008}, Allow},
		{"personality", [6]uint64{0x40000}, eperm},
		{"personality", [6]uint64{bit32 | 0x400000}, eperm},
	}
	usernsAsk = []asked{
		{"clone", [6]uint64{newuser | uint64(unix.SIGCHLD)}, Allow},
		{name: "clone3", want: Allow}, {name: "mount", want: Allow}, {name: "setns", want: Allow},
		{name: "pivot_root", want: Allow}, {name: "fsopen", want: Allow}, {name: "statmount", want: Allow},
		{"unshare", [6]uint64{newuser}, Allow},
		{"mknodat", [6]uint64{0, 0, unix.S_IFCHR, 0}, Allow},
		{"mknodat", [6]uint64{0, 0, unix.S_IFCHR, 0x103}, eperm},
		{name: "bpf", want: eperm}, {name: "io_uring_setup", want: enosys}, {name: "keyctl", want: enosys},
		{"socket", [6]uint64{unix.AF_ALG}, noFamily},
		{"ioctl", [6]uint64{0, unix.TIOCSTI}, eperm},
	}
)

func TestDefaultDecides(t *testing.T) {
	for v, list := range [][]asked{Strict: strictAsk, Userns: usernsAsk} {
		for _, a := range Arches() {
			f, err := Compile(defaultProfile(t, Variant(v)), Target{Arches: []Arch{a}})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range list {
				c.check(t, f, a)
			}
		}
	}
}

func (c asked) check(t *testing.T, f *Filter, a Arch) {
	t.Helper()
	number, ok := a.Number(c.name)
	if !ok {
		return // modify_ldt is of the x86 family
	}
	args := c.args
	if a == ArchS390X && c.name == "clone" {
		args[0], args[1] = args[1], args[0]
	}
	got, err := sim.Run(f.Raw(), &sim.Data{Number: number, Arch: a.Audit(), Args: args}, a.BigEndian())
	if err != nil || Action(got) != c.want {
		t.Errorf("%s: %s%#x: %s (%v), want %s", a, c.name, args, Action(got), err, c.want)
	}
}

func TestDefaultSocketcall(t *testing.T) {
	for _, a := range []Arch{Arch386, ArchS390X, ArchPPC64LE} {
		f, err := Compile(defaultProfile(t, Strict), Target{Arches: []Arch{a}})
		if err != nil {
			t.Fatal(err)
		}
		for call, want := range map[uint64]Action{1: enosys, 8: enosys, bit32 | 1: enosys, 2: Allow, 17: Allow} {
			asked{"socketcall", [6]uint64{call}, want}.check(t, f, a)
		}
	}
}

func TestDefaultIsTheProfile(t *testing.T) {
	for _, v := range []Variant{Strict, Userns} {
		f, ok := Default(v, Native())
		if !ok {
			t.Fatal("no default filter for", Native())
		}
		compiled, err := Compile(defaultProfile(t, v), Target{})
		if err != nil || !slices.Equal(compiled.Raw(), f.Raw()) {
			t.Errorf("variant %d isn't what its profile compiles to (%v): go generate ./seccomp", v, err)
		}
		if n := testing.AllocsPerRun(100, func() { Default(v, Native()) }); n != 0 {
			t.Errorf("variant %d: %g allocations", v, n)
		}
	}
}

func TestDefaultAbsent(t *testing.T) {
	foreign := ArchS390X
	if Native() == foreign {
		foreign = ArchAMD64
	}
	for _, a := range []Arch{foreign, NoArch} {
		if _, ok := Default(Strict, a); ok {
			t.Error("there is a filter for", a)
		}
	}
	if _, ok := Default(7, Native()); ok {
		t.Error("there is a variant 7")
	}
	if _, err := DefaultProfile(7); err == nil {
		t.Error("there is a profile 7")
	}
}
