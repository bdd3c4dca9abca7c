package seccomp

import (
	"slices"
	"testing"
)

func (a values) has(x uint64) bool {
	return x >= a.first && x <= a.last && x&a.mask == a.value
}

func inAny(all []values, x uint64) bool {
	return slices.ContainsFunc(all, func(a values) bool { return a.has(x) })
}

// TestValues compares sets with what they were made of, at numbers near their edges.
func TestValues(t *testing.T) {
	d := newDice(11)
	for range 3000 {
		a, b := d.cond(), d.cond()
		b.Arg = a.Arg
		for range 30 {
			x := d.near(pick(d, []uint64{a.Value | d.number()&^a.Mask, b.Value}))
			inA, inB := inAny(a.values(), x), inAny(b.values(), x)
			if inA != holds(a, x) || inB != holds(b, x) {
				t.Fatalf("%+v or %+v has %#x", a, b, x)
			}
			for _, v := range a.values() {
				if inAny(v.others(), x) == v.has(x) {
					t.Fatalf("%+v without %#x", v, x)
				}
				if conds := v.conds(a.Arg); len(conds) > 0 && v.has(x) != slices.ContainsFunc(conds, func(c Cond) bool { return holds(c, x) }) {
					t.Fatalf("%+v as conditions has %#x", v, x)
				}
				for _, w := range b.values() {
					if inAny(v.and(w), x) != (v.has(x) && w.has(x)) {
						t.Fatalf("%+v and %+v has %#x", v, w, x)
					}
				}
			}
		}
	}
}

func TestValuesAreFew(t *testing.T) {
	for _, c := range []struct {
		got  []values
		want int
	}{
		{values{first: 0, last: 255}.blocks(), 1},
		{values{first: 1, last: 254}.blocks(), 14},
		{values{first: 1, last: ^uint64(1)}.blocks(), 126},
		{everyValue.blocks(), 1},
		{Cond{Op: MaskedEqual, Mask: Low, Value: 0x5412}.values()[0].others(), 32},
		{Cond{Op: Less}.values(), 0},
		{Cond{Op: Greater, Value: ^uint64(0)}.values(), 0},
		{Cond{Op: NotEqual}.values(), 1},
	} {
		if len(c.got) != c.want {
			t.Errorf("%d sets, want %d: %+v", len(c.got), c.want, c.got)
		}
	}
}
