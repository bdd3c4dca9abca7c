package seccomp

import (
	"slices"
	"strconv"
)

// space is a set of cases that a rule may be for: calls by their arguments, and targets by
// kernel, capabilities and architecture. In each dimension it is one set, and a case is in
// it that is in all of them.
type space struct {
	arches uint64 // bits by archNumber
	dims   [8]values
}

// The dimensions behind the six arguments. Capabilities are the bits of one number.
const (
	dimCaps = 6 + iota
	dimKernel
)

// Scopes name architectures by Go's names and, for those without a table, by the OCI's:
// the bits are the places in a list of both.
func archNumber(name string) int {
	if a := ArchByName(name); a != NoArch {
		return int(a)
	}
	return len(archs) + slices.Index(ociArchs[:], name)
}

func archBits(list []string) (bits uint64) {
	for _, name := range list {
		bits |= 1 << archNumber(name)
	}
	return bits
}

// archNamesOf is the way back.
func archNamesOf(bits uint64) (list []string) {
	for i := range archs {
		if bits>>i&1 != 0 {
			list = append(list, archs[i].name)
		}
	}
	for i, name := range ociArchs {
		if bits>>(len(archs)+i)&1 != 0 {
			list = append(list, name)
		}
	}
	return list
}

// version makes kernels numbers in the same order.
func (k Kernel) version() uint64 { return uint64(k.Major)<<16 | uint64(k.Minor) }

// mostEntries of JSON stand for one rule, and as many spaces.
const mostEntries = 1000

func tooManyEntries(call string) error {
	return problem("for ", call, " it takes more than "+strconv.Itoa(mostEntries)+" entries of JSON")
}

// spaces are the cases in which a rule holds, as a sum.
func (r *Rule) spaces() ([]space, error) {
	s := space{arches: ^uint64(0)}
	for i := range s.dims {
		s.dims[i] = everyValue
	}
	if len(r.Only.Arches) > 0 {
		s.arches = archBits(r.Only.Arches)
	}
	s.arches &^= archBits(r.Except.Arches)
	only, except := r.Only.Caps, r.Except.Caps
	s.dims[dimCaps].mask, s.dims[dimCaps].value = only|except, only
	s.dims[dimKernel].first = r.Only.Since.version()
	if k := r.Except.Since.version(); k > 0 {
		s.dims[dimKernel].last = k - 1
	}
	if s.arches == 0 || only&except != 0 || s.dims[dimKernel].first > s.dims[dimKernel].last {
		return nil, nil
	}
	all := []space{s}
	for _, c := range r.Conds {
		if all = within(all, int(c.Arg), c.values()); len(all) > mostEntries {
			return nil, tooManyEntries(r.Names[0])
		}
	}
	return all, nil
}

// within cuts a sum of spaces down to some values in one dimension.
func within(all []space, dim int, allowed []values) (left []space) {
	for _, s := range all {
		for _, v := range allowed {
			for _, both := range s.dims[dim].and(v) {
				left = append(left, s)
				left[len(left)-1].dims[dim] = both
			}
		}
	}
	return left
}

// meets tells whether two spaces have a case in common.
func (s *space) meets(t *space) bool {
	for i := range s.dims {
		if len(s.dims[i].and(t.dims[i])) == 0 {
			return false
		}
	}
	return s.arches&t.arches != 0
}

// without gives what is left of s when t is taken away: what is outside t in the first
// dimension; what is inside in the first and outside in the second; and so on.
func (s space) without(t *space) (left []space) {
	if !s.meets(t) {
		return []space{s}
	}
	if outside := s.arches &^ t.arches; outside != 0 {
		left = append(left, s)
		left[0].arches = outside
	}
	s.arches &= t.arches
	inside := []space{s}
	for _, dim := range t.order() {
		left = append(left, within(inside, dim, t.dims[dim].others())...)
		inside = within(inside, dim, []values{t.dims[dim]})
	}
	return left
}

// order puts dimensions first that fall into few parts: what is taken away next then meets
// few of these.
func (s *space) order() []int {
	dims := []int{dimKernel, dimCaps, 0, 1, 2, 3, 4, 5}
	slices.SortStableFunc(dims, func(i, j int) int { return len(s.dims[i].others()) - len(s.dims[j].others()) })
	return dims
}

// parts tells how small a space is.
func (s *space) parts() (n int) {
	for i := range s.dims {
		n += len(s.dims[i].others())
	}
	return n
}
