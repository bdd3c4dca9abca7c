package seccomp

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"snug/seccomp/internal/sim"
)

func TestCompileErrors(t *testing.T) {
	one := func(r Rule) *Profile { return &Profile{Default: Allow, Rules: []Rule{r}} }
	read := []string{"read"}
	for _, c := range []struct {
		p    *Profile
		t    Target
		want string
	}{
		{&Profile{Default: 5}, Target{}, "default: action 0x5 doesn't exist"},
		{&Profile{Default: Allow | 1}, Target{}, "default: action 0x7fff0001 doesn't exist"},
		{&Profile{Default: Errno(0) | 4096}, Target{}, "doesn't exist"},
		{one(Rule{}), Target{}, "rule 1: it names no system call"},
		{one(Rule{Names: []string{"raed"}}), Target{}, `rule 1: unknown system call "raed"`},
		{one(Rule{Names: read, Action: 9}), Target{}, "rule 1: action 0x9 doesn't exist"},
		{one(Rule{Names: read, Conds: []Cond{{Arg: 6}}}), Target{}, "arguments 0 to 5, not 6"},
		{one(Rule{Names: read, Conds: []Cond{{Op: ops}}}), Target{}, "operator 7 doesn't exist"},
		{one(Rule{Names: read, Only: Scope{Arches: []string{"x86"}}}), Target{}, `rule 1: unknown architecture "x86"`},
		{one(Rule{Names: read, Except: Scope{Caps: 1 << 63}}), Target{}, "rule 1: capability 63 doesn't exist"},
		{&Profile{}, Target{Arches: []Arch{77}}, "target: architecture 77 doesn't exist"},
		{&Profile{}, Target{Arches: []Arch{ArchAMD64, ArchAMD64}}, "target: amd64 is listed twice"},
		{&Profile{}, Target{Arches: []Arch{ArchAMD64, ArchS390X}}, "target: no kernel has both byte orders: amd64, s390x"},
		{&Profile{}, Target{Foreign: 9}, "target: action 0x9 doesn't exist"},
	} {
		_, err := Compile(c.p, c.t)
		if err == nil || !strings.HasPrefix(err.Error(), "seccomp profile: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// long makes a profile with n conditions that can't be merged.
func long(n int) *Profile {
	p := &Profile{Default: Errno(1)}
	for i := range n {
		p.Rules = append(p.Rules, Rule{Names: []string{names[i%len(names)]}, Action: Allow,
			Conds: []Cond{{Arg: uint8(i % 6), Op: Greater, Value: uint64(i) << 20}}})
	}
	return p
}

func TestCompileTooLong(t *testing.T) {
	_, err := Compile(long(3000), Target{Arches: []Arch{ArchAMD64}})
	e, ok := errors.AsType[*Error](err)
	if !ok || !strings.Contains(e.Error(), "instructions, the kernel takes 4096") || e.Hint() == "" {
		t.Error(err)
	}
}

// TestCompileLong goes up to the limit, where everything is further away than a branch goes.
func TestCompileLong(t *testing.T) {
	d := newDice(5)
	for _, n := range []int{100, 400, 700, 860} {
		agree(t, d, long(n), Target{Arches: []Arch{ArchAMD64}}, 3000)
	}
}

// TestCompileWrongWay: whatever the profile says, nothing but the architectures of the target
// gets in, and no x32.
func TestCompileWrongWay(t *testing.T) {
	p := &Profile{Default: Allow, Rules: []Rule{{Names: []string{"getpid"}, Action: Allow}}}
	for _, c := range []struct {
		arch, number uint32
		foreign      Action
		want         Action
	}{
		{unix.AUDIT_ARCH_X86_64, 39, 0, Allow},
		{unix.AUDIT_ARCH_I386, 20, 0, KillProcess},
		{unix.AUDIT_ARCH_I386, 20, Errno(13), Errno(13)},
		{unix.AUDIT_ARCH_X86_64, 0x40000000 | 39, 0, Errno(38)},
		{unix.AUDIT_ARCH_X86_64, 0x40000000 | 520, 0, Errno(38)},
		{unix.AUDIT_ARCH_X86_64, 0xffffffff, 0, Errno(38)},
		{unix.AUDIT_ARCH_X86_64, 512, 0, Errno(38)}, // an x32 number without its bit
		{unix.AUDIT_ARCH_X86_64, 2000, 0, Errno(38)},
		{0, 39, 0, KillProcess},
	} {
		f, err := Compile(p, Target{Arches: []Arch{ArchAMD64}, Foreign: c.foreign})
		if err != nil {
			t.Fatal(err)
		}
		got, err := sim.Run(f.Raw(), &sim.Data{Number: c.number, Arch: c.arch}, false)
		if err != nil || Action(got) != c.want {
			t.Errorf("%#x %#x: %s (%v), want %s", c.arch, c.number, Action(got), err, c.want)
		}
	}
}

// TestCompileX32: the bit is tested for, or what follows makes the test superfluous.
func TestCompileX32(t *testing.T) {
	for _, first := range []string{"allow", "log", "notify", "trap", "trace 3", "errno EPERM", "errno ENOSYS"} {
		p, err := ParseText("default " + first + "\nallow read\nkill write")
		if err != nil {
			t.Fatal(err)
		}
		f, err := Compile(p, Target{Arches: []Arch{Arch386, ArchAMD64}})
		if err != nil {
			t.Fatal(err)
		}
		for _, number := range []uint32{x32, x32 | 1, x32 | 39, 2 * x32, ^uint32(0)} {
			got, err := sim.Run(f.Raw(), &sim.Data{Number: number, Arch: unix.AUDIT_ARCH_X86_64}, false)
			if err != nil || Action(got) != enosys {
				t.Errorf("default %s, %#x: %s (%v)", first, number, Action(got), err)
			}
		}
	}
}

// TestCompileSmall: what is merged and left out.
func TestCompileSmall(t *testing.T) {
	amd64 := Target{Arches: []Arch{ArchAMD64}}
	for text, most := range map[string]int{
		"default errno ENOSYS\nallow read write open close stat fstat":                    7,
		"default errno ENOSYS\nerrno ENOSYS mount if arg0 == 1\nallow read":               8,
		"default errno ENOSYS\nallow read if arg0 == 1,2,3\nallow read":                   8,
		"default errno ENOSYS\nallow read write if arg0 == 1\nallow set_tls recv":         14,
		"default errno ENOSYS\nallow read if int0 == 1,2,3":                               12,
		"default errno ENOSYS\nallow read if int0 & 7 == 1,2,3":                           13,
		"default errno ENOSYS\nallow read write open stat fstat\nerrno EPERM close":       9,
		"default errno ENOSYS\nallow read write open stat lstat\nerrno EPERM close fstat": 10,
	} {
		p, err := ParseText(text)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Compile(p, amd64)
		if err != nil || f.Len() > most {
			t.Errorf("%q: %d instructions (%v), not %d", text, f.Len(), err, most)
		}
	}
}

func TestBytes(t *testing.T) {
	f := &Filter{[]unix.SockFilter{{Code: 0x1234, Jt: 5, Jf: 6, K: 0x789abcde}}}
	for a, want := range map[Arch]string{
		ArchAMD64: "34 12 05 06 de bc 9a 78",
		ArchS390X: "12 34 05 06 78 9a bc de",
	} {
		if got := fmt.Sprintf("% x", f.Bytes(a)); got != want {
			t.Errorf("%s: %s, want %s", a, got, want)
		}
	}
}

func TestActionString(t *testing.T) {
	for a, want := range map[Action]string{
		Allow: "allow", Log: "log", Notify: "notify", Trap: "trap", KillProcess: "kill", KillThread: "kill-thread",
		Errno(unix.EPERM): "errno EPERM", Errno(400): "errno 400", Trace(3): "trace 3", 5: "action 0x5",
	} {
		if a.String() != want {
			t.Errorf("%#x: %s, want %s", uint32(a), a, want)
		}
	}
}

func TestThisKernel(t *testing.T) {
	k, err := ThisKernel()
	if err != nil || k.before(Kernel{3, 17}) { // seccomp(2) is of 3.17
		t.Errorf("%s, %v", k, err)
	}
}

func TestPrepend(t *testing.T) {
	p := defaultProfile(t, Strict)
	p.Prepend(Rule{Names: []string{"bpf"}, Action: Allow})
	f, err := Compile(p, Target{})
	if err != nil {
		t.Fatal(err)
	}
	asked{name: "bpf", want: Allow}.check(t, f, Native())
}

func TestNearest(t *testing.T) {
	for word, want := range map[string]string{
		"opne": "open", "open_by_handel_at": "open_by_handle_at", "mountt": "mount", "getpidd": "getpid",
		"xyzzyxyzzy": "", "": "", strings.Repeat("a", 100): "",
	} {
		if got := nearest(word, allNames); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}
