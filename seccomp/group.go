package seccomp

import "slices"

// group is alternatives that have their first condition in common: if any of some
// conditions holds, what follows is tried in order, and after it the next group.
//
// A profile says "socket if int0 == AF_INET,AF_INET6 and int2 == 0,IPPROTO_TCP", which is
// four alternatives of two conditions. As groups it is one of two, then one of two: half
// the program, and it is by its length that a filter takes time to install.
type group struct {
	any  []Cond // none: always
	then outcome
}

func groups(o outcome) (all []group) {
	for _, x := range o {
		g := group{then: outcome{x}}
		if len(x.conds) > 0 {
			g.any = slices.Clone(x.conds[:1])
			g.then[0].conds = x.conds[1:]
		}
		for all = append(all, g); len(all) > 1 && all[len(all)-2].join(g); g = all[len(all)-1] {
			all = all[:len(all)-1]
		}
	}
	return all
}

// join takes the next group in, if it begins with the same conditions or ends with the same
// alternatives.
func (g *group) join(next group) bool {
	switch {
	case len(g.any) == 0 || len(next.any) == 0:
		return false
	case slices.Equal(g.any, next.any):
		g.then = append(g.then, next.then...)
	case g.then.equal(next.then):
		// If what follows doesn't fit behind one condition, it doesn't behind the other.
		g.any = append(g.any, next.any...)
	default:
		return false
	}
	return true
}

// outcome writes the tests of an outcome, the last one first; where none fits the program
// goes on at next.
func (s section) outcome(o outcome, next target) target {
	for _, g := range slices.Backward(groups(o)) {
		if len(g.any) == 0 {
			next = returning(g.then[0].action)
			continue
		}
		yes := s.outcome(g.then, next)
		for _, c := range slices.Backward(g.any) {
			next = s.cond(c, yes, next)
		}
	}
	return next
}
