package seccomp

import (
	"cmp"
	"slices"
)

// span is a range of call numbers with one outcome: from first up to the next span.
type span struct {
	first uint32
	outcome
}

// x32 is the bit that makes a call on amd64 one of the x32 ABI. Its numbers are those of
// amd64, so a filter that doesn't look at it lets denied calls through.
const x32 = 0x40000000

// spans works out what becomes of every number on one architecture.
func (p *Profile) spans(a Arch, t *Target) []span {
	calls := calls(a)
	for i := range p.Rules {
		if r := &p.Rules[i]; r.counts(a, t) {
			addRule(calls, a, r)
		}
	}
	unnamed := always(p.unnamed())
	all := []span{{0, unnamed}}
	for i, c := range calls {
		all = merge(all, span{c.first, c.finish(p.Default)})
		if i+1 == len(calls) || calls[i+1].first != c.first+1 {
			all = merge(all, span{c.first + 1, unnamed})
		}
	}
	return all
}

// unnamed is for numbers that are no call of ours, see [Profile].
func (p *Profile) unnamed() Action {
	switch p.Default & actionMask {
	case Log, Notify, Trace(0):
		return p.Default
	}
	return enosys
}

// calls lists the numbers of all calls of an architecture in order, without outcomes.
func calls(a Arch) []span {
	list := make([]span, 0, len(names)+len(armPrivate))
	for i := range &numbers {
		if n := numbers[i][archs[a].column]; n >= 0 {
			list = append(list, span{first: uint32(n)})
		}
	}
	for _, p := range &armPrivate {
		if a == ArchARM {
			list = append(list, span{first: p.value})
		}
	}
	slices.SortFunc(list, func(x, y span) int { return cmp.Compare(x.first, y.first) })
	return list
}

func addRule(calls []span, a Arch, r *Rule) {
	for _, name := range r.Names {
		n, ok := a.Number(name)
		if !ok {
			continue
		}
		i, _ := slices.BinarySearchFunc(calls, n, func(c span, n uint32) int { return cmp.Compare(c.first, n) })
		if c := &calls[i]; !c.finished() {
			c.outcome = append(c.outcome, alternative{r.Conds, r.Action})
		}
	}
}

// merge appends a span, unless the one before has the same outcome or the same start.
func merge(all []span, s span) []span {
	last := &all[len(all)-1]
	if last.first == s.first {
		all = all[:len(all)-1]
		if len(all) == 0 {
			return append(all, s)
		}
		last = &all[len(all)-1]
	}
	if last.equal(s.outcome) {
		return all
	}
	return append(all, s)
}
