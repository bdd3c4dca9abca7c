package seccomp

import (
	"math/rand/v2"

	"snug/seccomp/internal/sim"
)

// dice makes random profiles and calls; the same seed makes the same ones.
type dice struct{ *rand.Rand }

func newDice(seed uint64) dice { return dice{rand.New(rand.NewPCG(seed, 4))} }

func pick[T any](d dice, list []T) T { return list[d.IntN(len(list))] }

// someActions are enough to tell rules apart, and to be the same now and then.
var someActions = []Action{Allow, Allow, Allow, Errno(1), Errno(38), Errno(95), Log, Trap, KillProcess, KillThread, Notify, Trace(7)}

func (d dice) profile() *Profile {
	p := &Profile{Default: pick(d, someActions)}
	pool := make([]Cond, 6) // rules that have conditions in common are where groups go wrong
	for i := range pool {
		pool[i] = d.cond()
	}
	for range d.IntN(60) {
		p.Rules = append(p.Rules, d.rule(pool))
	}
	for range d.IntN(3) { // and a call with many rules
		name := []string{pick(d, names[:])}
		for range d.IntN(12) {
			r := d.rule(pool)
			r.Names = name
			p.Rules = append(p.Rules, r)
		}
	}
	return p
}

func (d dice) rule(pool []Cond) Rule {
	r := Rule{Action: pick(d, someActions)}
	start := d.IntN(len(names))
	for i := range 1 + d.IntN(1<<d.IntN(7)) { // often one, sometimes many in a row
		r.Names = append(r.Names, names[(start+i)%len(names)])
	}
	if d.IntN(10) == 0 {
		r.Names = append(r.Names, pick(d, armPrivate[:]).name)
	}
	if d.IntN(2) == 0 {
		for range 1 + d.IntN(4) {
			c := d.cond()
			if d.IntN(3) != 0 {
				c = pick(d, pool)
			}
			r.Conds = append(r.Conds, c)
		}
	}
	if d.IntN(8) == 0 {
		r.Only = d.scope()
	}
	if d.IntN(8) == 0 {
		r.Except = d.scope()
	}
	return r
}

func (d dice) scope() (s Scope) {
	switch d.IntN(3) {
	case 0:
		s.Arches = []string{pick(d, Arches()).String(), pick(d, Arches()).String(), "mips"}
	case 1:
		s.Caps = 1 << d.IntN(3)
	case 2:
		s.Since = Kernel{uint16(d.IntN(3)), uint16(d.IntN(3))}
	}
	return s
}

func (d dice) cond() Cond {
	c := Cond{Arg: uint8(d.IntN(6)), Op: Op(d.IntN(int(ops))), Value: d.number()}
	if c.Op == MaskedEqual {
		c.Mask = d.number()
		if d.IntN(4) != 0 { // else it may never hold
			c.Value &= c.Mask
		}
	}
	return c
}

// number is something at which comparisons of two halves go wrong.
func (d dice) number() uint64 {
	edges := []uint64{0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0x100000001, 0x7fffffffffffffff, 0x8000000000000000, 0xffffffff00000000, 0xfffffffffffffffe, 0xffffffffffffffff}
	switch d.IntN(4) {
	case 0:
		return d.Uint64()
	case 1:
		return uint64(d.IntN(64))
	case 2:
		return 1 << d.IntN(64)
	}
	return pick(d, edges)
}

// near changes a number a little, or one half of it.
func (d dice) near(x uint64) uint64 {
	switch d.IntN(8) {
	case 0:
		return x + 1
	case 1:
		return x - 1
	case 2:
		return x ^ 1<<d.IntN(64)
	case 3:
		return x & 0xffffffff
	case 4:
		return x | d.Uint64()<<32
	case 5:
		return d.number()
	}
	return x
}

// call makes one that the rules of p are about, if it can.
func (d dice) call(p *Profile, a Arch, rules map[string][]*Rule) *sim.Data {
	c := &sim.Data{Arch: a.Audit(), Pointer: d.Uint64()}
	name := names[d.IntN(len(names))]
	if len(p.Rules) > 0 && d.IntN(2) == 0 {
		name = pick(d, pick(d, p.Rules).Names)
	}
	c.Number, _ = a.Number(name)
	for i := range c.Args {
		c.Args[i] = d.number()
	}
	for _, r := range rules[name] { // the last rule that is aimed at wins; the others miss by it
		if d.IntN(2) != 0 {
			continue
		}
		for _, cond := range r.Conds {
			c.Args[cond.Arg] = d.near(cond.Value | d.number()&^cond.Mask*uint64(cond.Op/MaskedEqual))
		}
	}
	d.disturb(c)
	return c
}

func (d dice) disturb(c *sim.Data) {
	switch d.IntN(40) {
	case 0:
		c.Number |= 1 << (28 + d.IntN(4))
	case 1:
		c.Number = d.Uint32()
	case 2:
		c.Number += uint32(d.IntN(40))
	case 3:
		c.Arch = pick(d, []uint32{0, ^uint32(0), 0x40000028, 0xc0000102, 0x40000003, d.Uint32()})
	case 4:
		c.Number = uint32(d.IntN(600))
	}
}
