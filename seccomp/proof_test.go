package seccomp

import (
	"bytes"
	"testing"

	"golang.org/x/sys/unix"

	"snug/seccomp/internal/sim"
)

// targets are every architecture by itself, and those a kernel serves together.
func targets(d dice) (all []Target) {
	for _, a := range Arches() {
		all = append(all, someTarget(d, a))
	}
	return append(all, together(d)...)
}

func someTarget(d dice, arches ...Arch) Target {
	return Target{Arches: arches, Caps: d.Uint64() & d.Uint64(), Kernel: Kernel{uint16(d.IntN(7)), uint16(d.IntN(20))}}
}

func together(d dice) []Target {
	all := []Target{someTarget(d, ArchAMD64, Arch386), someTarget(d, Arch386, ArchAMD64), someTarget(d, ArchARM64, ArchARM)}
	all[2].Foreign = Errno(unix.EACCES)
	return all
}

// agree asks the compiled filter and the naive evaluator about random calls.
func agree(t testing.TB, d dice, p *Profile, target Target, calls int) {
	t.Helper()
	f, err := Compile(p, target)
	if err != nil {
		t.Fatalf("%v: %v", target, err)
	}
	if err := sim.Check(f.Raw()); err != nil {
		t.Fatalf("%v: %v", target, err)
	}
	n := newNaive(p, target)
	for range calls {
		a := pick(d, target.Arches)
		c := d.call(p, a, n.rules)
		got, err := sim.Run(f.Raw(), c, a.BigEndian())
		if want := n.decide(c); err != nil || Action(got) != want {
			t.Fatalf("%v, %s %+v: %s (%v), want %s", target, a.Name(c.Number), c, Action(got), err, want)
		}
	}
}

// dockers is the profile as the module has it in Go, and so in its default.json.
func dockers(t testing.TB) *Profile {
	t.Helper()
	p, err := Load(bytes.NewReader(dockersText(t)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// proven is how many calls of each architecture the filters are asked about, at least.
const proven = 1_000_000

// TestAgree compares filters with the naive evaluator: of Docker's profile, the default ones,
// and random ones.
func TestAgree(t *testing.T) {
	fixed := []*Profile{dockers(t), defaultProfile(t, Strict), defaultProfile(t, Userns)}
	var asked [len(archs)]int
	t.Run("arch", func(t *testing.T) { // ends when all that is parallel in it has
		for _, a := range Arches() {
			t.Run(a.String(), func(t *testing.T) {
				t.Parallel()
				asked[a] = prove(t, fixed, a)
			})
		}
	})
	for _, a := range Arches() {
		if asked[a] < proven {
			t.Errorf("%s: only %d calls were compared", a, asked[a])
		}
	}
}

// prove gives the number of calls that were compared.
func prove(t *testing.T, fixed []*Profile, a Arch) (asked int) {
	const seeds, fixedCalls, randomCalls = 100, 1000, 7100
	for seed := range uint64(seeds) {
		d := newDice(seed<<8 | uint64(a))
		target := someTarget(d, a)
		for _, p := range fixed {
			agree(t, d, p, target, fixedCalls)
			asked += fixedCalls
		}
		agree(t, d, d.profile(), target, randomCalls)
		asked += randomCalls
	}
	return asked
}

// TestAgreeTogether: programs for what a kernel serves together.
func TestAgreeTogether(t *testing.T) {
	t.Parallel()
	fixed := []*Profile{dockers(t), defaultProfile(t, Strict), defaultProfile(t, Userns)}
	for seed := range uint64(30) {
		d := newDice(1000 + seed)
		for _, target := range together(d) {
			for _, p := range append(fixed, d.profile()) {
				agree(t, d, p, target, 1000)
			}
		}
	}
}
