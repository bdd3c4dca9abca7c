package seccomp

import (
	"slices"

	"snug/seccomp/internal/sim"
)

// naive says what a profile means, in the simplest way: it looks at every rule that names a
// call, one after the other. It shares no code with the compiler but the tables, which have
// tests of their own.
type naive struct {
	p      *Profile
	t      Target
	rules  map[string][]*Rule
	byArch map[Arch]map[uint32]string
}

func newNaive(p *Profile, t Target) *naive {
	n := &naive{p, t, rulesByName(p), map[Arch]map[uint32]string{}}
	for _, a := range t.Arches {
		n.byArch[a] = map[uint32]string{}
		for _, name := range a.Names() {
			number, _ := a.Number(name)
			n.byArch[a][number] = name
		}
	}
	return n
}

// rulesByName lists for each call the rules that name it, in their order.
func rulesByName(p *Profile) map[string][]*Rule {
	rules := map[string][]*Rule{}
	for i := range p.Rules {
		for _, name := range p.Rules[i].Names {
			rules[name] = append(rules[name], &p.Rules[i])
		}
	}
	return rules
}

func (n *naive) decide(d *sim.Data) Action {
	for _, a := range n.t.Arches {
		if a.Audit() != d.Arch {
			continue
		}
		if a == ArchAMD64 && d.Number >= 1<<30 { // x32
			return Errno(38)
		}
		name, ok := n.byArch[a][d.Number]
		if !ok {
			if n.p.Default == Log || n.p.Default == Notify || n.p.Default&0xffff0000 == Trace(0) {
				return n.p.Default
			}
			return Errno(38)
		}
		return n.named(a, name, d)
	}
	if n.t.Foreign != 0 {
		return n.t.Foreign
	}
	return KillProcess
}

func (n *naive) named(a Arch, name string, d *sim.Data) Action {
	for _, r := range n.rules[name] {
		if n.inScope(a, r) && n.allHold(r, d) {
			return r.Action
		}
	}
	return n.p.Default
}

func (n *naive) allHold(r *Rule, d *sim.Data) bool {
	for _, c := range r.Conds {
		if !holds(c, d.Args[c.Arg]) {
			return false
		}
	}
	return true
}

func holds(c Cond, x uint64) bool {
	return [...]bool{
		Equal: x == c.Value, NotEqual: x != c.Value,
		Less: x < c.Value, LessEqual: x <= c.Value,
		Greater: x > c.Value, GreaterEqual: x >= c.Value,
		MaskedEqual: x&c.Mask == c.Value,
	}[c.Op]
}

func (n *naive) inScope(a Arch, r *Rule) bool {
	since := func(k Kernel) bool {
		return int(n.t.Kernel.Major)<<16+int(n.t.Kernel.Minor) >= int(k.Major)<<16+int(k.Minor)
	}
	in, out := r.Only, r.Except
	switch {
	case len(in.Arches) > 0 && !slices.Contains(in.Arches, a.String()):
		return false
	case in.Caps&^n.t.Caps != 0, !since(in.Since):
		return false
	case slices.Contains(out.Arches, a.String()), out.Caps&n.t.Caps != 0:
		return false
	case out.Since != Kernel{} && since(out.Since):
		return false
	}
	return true
}
