package seccomp

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"snug/seccomp/internal/sim"
)

// TestAsking: a filter that asks is the same filter but for the actions that are asked
// about. It must not let anything pass that the other refuses.
func TestAsking(t *testing.T) {
	d := newDice(11)
	for range 40 {
		p := d.profile()
		f, err := Compile(p, Target{})
		if err != nil {
			t.Fatal(err)
		}
		for _, those := range []func(Action) bool{Action.Refuses, Action.Kills} {
			asking := f.Asking(those, "getppid", "nosuchcall", "vhangup")
			if err := sim.Check(asking.Raw()); err != nil {
				t.Fatal(err)
			}
			for range 300 {
				c := d.call(p, Native(), nil)
				asked := &Call{c.Number, c.Arch, c.Pointer, c.Args}
				want := f.Decide(asked)
				name := Native().Name(asked.Number)
				_, always := f.decide(asked)
				excepted := always && asked.Arch == Native().Audit() && (name == "getppid" || name == "vhangup")
				if those(want) && !excepted {
					want = Notify
				}
				if got := asking.Decide(asked); got != want {
					t.Fatalf("%+v: %v, want %v", c, got, want)
				}
			}
		}
		if f.Decide(&Call{Arch: 12345}) != KillProcess {
			t.Error("asking changed the filter it was made from")
		}
	}
}

// TestAskingAlso: it asks about what would pass, and changes nothing about what wouldn't.
func TestAskingAlso(t *testing.T) {
	d := newDice(12)
	names := append(Native().Names(), "nosuchcall") // more than one jump reaches
	for range 20 {
		p := d.profile()
		f, err := Compile(p, Target{})
		if err != nil {
			t.Fatal(err)
		}
		asking := f.AskingAlso(names...)
		if err := sim.Check(asking.Raw()); err != nil {
			t.Fatal(err)
		}
		for range 300 {
			c := d.call(p, Native(), nil)
			asked := &Call{c.Number, c.Arch, c.Pointer, c.Args}
			want, always := f.decide(asked)
			if want == Allow && always && asked.Arch == Native().Audit() && Native().Name(asked.Number) != "" {
				want = Notify
			}
			if got := asking.Decide(asked); got != want {
				t.Fatalf("%+v: %v, want %v", c, got, want)
			}
		}
	}
}

// TestAskingLooksAtArguments: what depends on them is no exception, or the answer for one call
// would be that for another.
func TestAskingLooksAtArguments(t *testing.T) {
	p, err := ParseText("default allow\nallow clone3 if arg1 == 0\nerrno EPERM clone3\nerrno ENOSYS vhangup")
	if err != nil {
		t.Fatal(err)
	}
	f, err := Compile(p, Target{})
	if err != nil {
		t.Fatal(err)
	}
	asking := f.Asking(Action.Refuses, "clone3", "vhangup")
	for _, c := range []struct {
		name string
		arg  uint64
		want Action
	}{{"clone3", 0, Allow}, {"clone3", 88, Notify}, {"vhangup", 0, Errno(unix.ENOSYS)}, {"vhangup", 88, Errno(unix.ENOSYS)}} {
		n, _ := Native().Number(c.name)
		if got := asking.Decide(&Call{Number: n, Arch: Native().Audit(), Args: [6]uint64{0, c.arg}}); got != c.want {
			t.Errorf("%s with %d: %v, want %v", c.name, c.arg, got, c.want)
		}
	}
}

func TestActionKinds(t *testing.T) {
	for _, x := range []struct {
		a              Action
		refuses, kills bool
		errno          unix.Errno
	}{
		{Allow, false, false, 0},
		{Log, false, false, 0},
		{Notify, false, false, 0},
		{Trap, false, false, 0},
		{Trace(3), false, false, 0},
		{Errno(unix.EPERM), true, false, unix.EPERM},
		{Errno(0), true, false, 0},
		{KillProcess, true, true, 0},
		{KillThread, true, true, 0},
	} {
		if x.a.Refuses() != x.refuses || x.a.Kills() != x.kills || x.a.Errno() != x.errno {
			t.Errorf("%v: refuses %v, kills %v, errno %v", x.a, x.a.Refuses(), x.a.Kills(), x.a.Errno())
		}
	}
	for text, want := range map[string]bool{"default allow": false, "default kill": true, "default allow\nkill-thread bpf": true, "default errno EPERM\ntrap bpf": false} {
		if p, err := ParseText(text); err != nil || p.Kills() != want {
			t.Errorf("%q: %v, kills: %v", text, err, !want)
		}
	}
}

func TestSupports(t *testing.T) {
	if !Supports(unix.SECCOMP_FILTER_FLAG_LOG) {
		t.Error("no SECCOMP_FILTER_FLAG_LOG, of Linux 4.14")
	}
	if Supports(1 << 30) {
		t.Error("a flag of the far future")
	}
}

func TestParseRules(t *testing.T) {
	rules, err := ParseRules("allow socket if int0 == AF_ALG,AF_VSOCK and int2 == 0")
	if err != nil || len(rules) != 2 || rules[1].Conds[0].Value != unix.AF_VSOCK {
		t.Errorf("%+v, %v", rules, err)
	}
	for text, want := range map[string]string{
		"":                   "unknown action",
		"allow":              "names no system call",
		"default allow":      "default is no rule",
		"allow keyctll":      `unknown system call "keyctll"`,
		"allow read if int9": "no argument",
		"errno EWHAT read":   "unknown errno",
	} {
		if _, err := ParseRules(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestArchByAudit(t *testing.T) {
	for _, a := range Arches() {
		if ArchByAudit(a.Audit()) != a {
			t.Errorf("%v is not found again", a)
		}
	}
	if a := ArchByAudit(0); a != NoArch {
		t.Errorf("0 is %v", a)
	}
	if !slices.Contains(Arches(), Native()) {
		t.Skip("no table for this architecture")
	}
}
