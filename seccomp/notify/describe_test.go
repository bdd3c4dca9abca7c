package notify

import (
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"snug/seccomp"
)

func pointerTo(p any) uintptr { return reflect.ValueOf(p).Pointer() }

func TestDescribe(t *testing.T) {
	i386 := seccomp.Arch386.Audit()
	for _, x := range []struct {
		call seccomp.Call
		want string
	}{
		{seccomp.Call{Number: unix.SYS_UNSHARE, Args: [6]uint64{unix.CLONE_NEWUSER | unix.CLONE_NEWNS}}, "unshare(CLONE_NEWUSER|CLONE_NEWNS)"},
		{seccomp.Call{Number: unix.SYS_SOCKET, Args: [6]uint64{unix.AF_VSOCK, unix.SOCK_STREAM | unix.SOCK_CLOEXEC}}, "socket(AF_VSOCK, SOCK_STREAM|SOCK_CLOEXEC, 0)"},
		{seccomp.Call{Number: unix.SYS_SOCKET, Args: [6]uint64{777, 3}}, "socket(0x309, SOCK_RAW, 0)"},
		{seccomp.Call{Number: unix.SYS_PERSONALITY, Args: [6]uint64{0x40000}}, "personality(ADDR_NO_RANDOMIZE)"},
		{seccomp.Call{Number: unix.SYS_PERSONALITY, Args: [6]uint64{0xffffffff}}, "personality(query)"},
		{seccomp.Call{Number: unix.SYS_UMOUNT2}, "umount2(NULL, 0)"},
		{seccomp.Call{Number: unix.SYS_UMOUNT2, Args: [6]uint64{1, 2}}, "umount2(..., MNT_DETACH)"}, // nothing is at 1
		{seccomp.Call{Number: unix.SYS_VHANGUP, Args: [6]uint64{1, 2}}, "vhangup()"},
		{seccomp.Call{Number: unix.SYS_MKDIRAT, Args: [6]uint64{^uint64(99), 0, 0o755}}, "mkdirat(AT_FDCWD, NULL, 0755)"},
		{seccomp.Call{Number: unix.SYS_GETITIMER, Args: [6]uint64{1, 0x7fff12345678}}, "getitimer(0x1, ..., 0x0, ...)"},
		{seccomp.Call{Number: 9999}, "call 9999(0x0, 0x0, 0x0, ...)"},
		{seccomp.Call{Number: 21, Arch: i386}, "mount by 386(NULL, NULL, NULL, 0, NULL)"},
		{seccomp.Call{Number: 5, Arch: 77}, "call 5 by another architecture(0x0, 0x0, 0x0, ...)"},
	} {
		if x.call.Arch == 0 {
			x.call.Arch = seccomp.Native().Audit()
		}
		if x.call.Arch == i386 && seccomp.Native() == seccomp.Arch386 {
			continue
		}
		if got := (&Asked{Call: x.call, Thread: os.Getpid()}).Describe(); got != x.want {
			t.Errorf("got %s, want %s", got, x.want)
		}
	}
	if seccomp.Native() == seccomp.ArchAMD64 {
		a := &Asked{Call: seccomp.Call{Number: x32 | unix.SYS_VHANGUP, Arch: seccomp.Native().Audit()}}
		if a.Describe() != "vhangup by x32()" || a.Name() != "vhangup (x32)" {
			t.Errorf("x32: %s, %s", a.Describe(), a.Name())
		}
	}
}

// TestText reads strings: over the end of a page, up to the end of memory, longer than
// anybody wants to read.
func TestText(t *testing.T) {
	page := unix.Getpagesize()
	m, err := unix.Mmap(-1, 0, 3*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Munmap(m)
	if err := unix.Mprotect(m[2*page:], unix.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	start := pointerTo(m)
	read := func(off int) string {
		s, ok := text(os.Getpid(), uint64(start)+uint64(off))
		if !ok {
			return "none"
		}
		return s
	}
	copy(m[page-3:], "across\x00")
	copy(m[2*page-4:], "last")
	copy(m, strings.Repeat("x", 500))
	for off, want := range map[int]string{
		page - 3: "across", 2*page - 4: "last", 2 * page: "none", 0: strings.Repeat("x", longest) + "...", 600: "",
	} {
		if got := read(off); got != want {
			t.Errorf("at %d: %q, want %q", off, got, want)
		}
	}
	if s, ok := text(1<<30, 4096); ok {
		t.Errorf("of nobody: %q", s)
	}
	runtime.KeepAlive(m)
}

func TestWho(t *testing.T) {
	if got := program(os.Getpid()); !strings.HasSuffix(got, ".test") {
		t.Errorf("program: %q", got)
	}
	if got := program(1 << 30); got != "?" {
		t.Errorf("nobody's program: %q", got)
	}
	if got := innerPID(1 << 30); got != 0 {
		t.Errorf("nobody's pid: %d", got)
	}
	if got := innerPID(os.Getpid()); got == 0 {
		t.Error("no pid of one's own")
	}
}

// TestTables: names that exist, in order, with letters that mean something.
func TestTables(t *testing.T) {
	var known strings.Builder
	known.WriteString("duoxspD ")
	for i := range sets {
		known.WriteString(string(sets[i].kind))
	}
	for i, s := range shapes {
		if !seccomp.Known(s.name) {
			t.Errorf("%s is no system call", s.name)
		}
		if i > 0 && shapes[i-1].name >= s.name {
			t.Errorf("%s is out of order", s.name)
		}
		if strings.Trim(s.args, known.String()) != "" || len(s.args) == 0 || len(s.args) > 6 {
			t.Errorf("%s has odd letters: %q", s.name, s.args)
		}
	}
	for _, s := range selectors {
		if !seccomp.Known(s.name) || len(s.fields) == 0 || slices.ContainsFunc(s.fields, func(f field) bool { return f.mask == 0 || f.arg > 5 }) {
			t.Errorf("selector %+v", s)
		}
	}
}
