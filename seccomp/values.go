package seccomp

import "math/bits"

// values is a set of numbers: those from first to last that have value under mask.
type values struct{ first, last, mask, value uint64 }

var everyValue = values{last: ^uint64(0)}

func oneValue(v uint64) values { return values{first: v, last: v} }

// values gives the arguments that meet a condition, as a sum of sets.
func (c Cond) values() []values {
	v := c.Value
	switch c.Op {
	case Equal:
		return []values{oneValue(v)}
	case NotEqual:
		return oneValue(v).others()
	case Less:
		return values{first: v, last: ^uint64(0)}.others()
	case LessEqual:
		return []values{{last: v}}
	case Greater:
		return values{last: v}.others()
	case GreaterEqual:
		return []values{{first: v, last: ^uint64(0)}}
	}
	if c.never() {
		return nil
	}
	return values{0, ^uint64(0), c.Mask, v}.simple()
}

// others are the numbers that aren't in the set.
func (a values) others() (all []values) {
	for above := uint64(0); a.mask&^above != 0; {
		bit := uint64(1) << (bits.Len64(a.mask&^above) - 1)
		above |= bit // equal in the bits above this one, and different here
		all = append(all, values{0, ^uint64(0), a.mask & above, (a.value ^ bit) & above})
	}
	if a.first > 0 {
		all = append(all, values{last: a.first - 1})
	}
	if a.last < ^uint64(0) {
		all = append(all, values{first: a.last + 1, last: ^uint64(0)})
	}
	return all
}

// and gives the numbers that are in both.
func (a values) and(b values) []values {
	both := values{max(a.first, b.first), min(a.last, b.last), a.mask | b.mask, a.value | b.value}
	if both.first > both.last || (a.value^b.value)&a.mask&b.mask != 0 {
		return nil
	}
	return both.simple()
}

// simple takes a set apart that has both a range and a mask.
func (a values) simple() (all []values) {
	if a.mask == ^uint64(0) {
		a = values{max(a.first, a.value), min(a.last, a.value), a.mask, a.value}
	}
	switch {
	case a.first > a.last || a.first == a.last && a.first&a.mask != a.value:
		return nil
	case a.first == a.last:
		return []values{oneValue(a.first)}
	case a.mask == 0 || a.first == 0 && a.last == ^uint64(0):
		return []values{a}
	}
	for _, b := range (values{first: a.first, last: a.last}).blocks() {
		all = append(all, b.and(values{0, ^uint64(0), a.mask, a.value})...)
	}
	return all
}

// blocks takes a range apart into masks: as few as there are.
func (a values) blocks() (all []values) {
	for first := a.first; ; {
		n := min(bits.TrailingZeros64(first), bits.Len64(a.last-first+1)-1)
		if first == 0 && a.last == ^uint64(0) {
			return append(all, everyValue)
		}
		size := uint64(1) << n
		all = append(all, values{0, ^uint64(0), -size, first}.simple()...)
		if first += size; first > a.last || first == 0 {
			return all
		}
	}
}

// conds gives conditions, any of which says that an argument is in the set; none if it says
// nothing.
func (a values) conds(arg uint8) (all []Cond) {
	switch {
	case a == everyValue:
		return nil
	case a.mask != 0:
		return []Cond{{arg, MaskedEqual, a.value, a.mask}}
	case a.first == a.last:
		return []Cond{{Arg: arg, Op: Equal, Value: a.first}}
	case a.first == 0:
		return []Cond{{Arg: arg, Op: LessEqual, Value: a.last}}
	case a.last == ^uint64(0):
		return []Cond{{Arg: arg, Op: GreaterEqual, Value: a.first}}
	}
	for _, b := range a.blocks() {
		all = append(all, b.conds(arg)...)
	}
	return all
}
