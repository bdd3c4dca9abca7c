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
		all = append(all, Target{Arches: []Arch{a}})
	}
	all = append(all, Target{Arches: []Arch{ArchAMD64, Arch386}}, Target{Arches: []Arch{Arch386, ArchAMD64}},
		Target{Arches: []Arch{ArchARM64, ArchARM}, Foreign: Errno(unix.EACCES)})
	for i := range all {
		all[i].Caps = d.Uint64() & d.Uint64()
		all[i].Kernel = Kernel{uint16(d.IntN(7)), uint16(d.IntN(20))}
	}
	return all
}

// agree asks the compiled filter and the naive evaluator about random calls.
func agree(t *testing.T, d dice, p *Profile, target Target, calls int) {
	t.Helper()
	f, err := Compile(p, target)
	if err != nil {
		t.Fatalf("%v: %v", target, err)
	}
	if err := sim.Check(f.Raw()); err != nil {
		t.Fatalf("%v: %v", target, err)
	}
	rules := rulesByName(p)
	n := newNaive(p, target)
	for range calls {
		a := pick(d, target.Arches)
		c := d.call(p, a, rules)
		got, err := sim.Run(f.Raw(), c, a.BigEndian())
		if want := n.decide(c); err != nil || Action(got) != want {
			t.Fatalf("%v, %s %+v: %s (%v), want %s", target, a.Name(c.Number), c, Action(got), err, want)
		}
	}
}

// rulesByName tells which rules are about a call.
func rulesByName(p *Profile) map[string][]*Rule {
	rules := map[string][]*Rule{}
	for i := range p.Rules {
		for _, name := range p.Rules[i].Names {
			rules[name] = append(rules[name], &p.Rules[i])
		}
	}
	return rules
}

// each runs agree for every target.
func each(t *testing.T, d dice, p *Profile, calls int) {
	t.Helper()
	for _, target := range targets(d) {
		agree(t, d, p, target, calls)
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

func TestAgreeDocker(t *testing.T) {
	p := dockers(t)
	for seed := range uint64(7) {
		each(t, newDice(seed), p, 5000)
	}
}

func TestAgreeDefault(t *testing.T) {
	for _, v := range []Variant{Strict, Userns} {
		p, err := DefaultProfile(v)
		if err != nil {
			t.Fatal(err)
		}
		for seed := range uint64(3) {
			each(t, newDice(seed), p, 5000)
		}
	}
}

func TestAgreeRandom(t *testing.T) {
	for seed := range uint64(60) {
		d := newDice(1000 + seed)
		each(t, d, d.profile(), 1000)
	}
}
