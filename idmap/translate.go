package idmap

// run finds what inner stands for, and how many of the count ids from there on
// go on without a break. It returns n 0 for an id without a mapping.
func (m Map) run(inner, count uint32) (outer, n uint32) {
	for _, e := range m {
		if offset := inner - e.Inner; inner >= e.Inner && offset < e.Count {
			return e.Outer + offset, min(count, e.Count-offset)
		}
	}
	return 0, 0
}

// ToOuter translates an id inside the namespace to the one outside.
func (m Map) ToOuter(inner uint32) (uint32, bool) {
	outer, n := m.run(inner, 1)
	return outer, n > 0
}

// ToInner translates an id outside the namespace to the one inside.
func (m Map) ToInner(outer uint32) (uint32, bool) {
	for _, e := range m {
		if offset := outer - e.Outer; outer >= e.Outer && offset < e.Count {
			return e.Inner + offset, true
		}
	}
	return 0, false
}

// Compose carries m, from A to B, through parent, from B to C, and gives the map
// from A to C. An extent that parent maps in pieces is split. An id that parent
// does not map is an error, [UnmappedError], as it is EPERM for the kernel.
func (m Map) Compose(parent Map) (Map, error) {
	out := make(Map, 0, len(m))
	for _, e := range m {
		for e.Count > 0 {
			outer, n := parent.run(e.Outer, e.Count)
			if n == 0 {
				return nil, &UnmappedError{ID: e.Outer, Map: m, Parent: parent}
			}
			out = append(out, Extent{e.Inner, outer, n})
			e = Extent{e.Inner + n, e.Outer + n, e.Count - n}
		}
	}
	// Overlaps cannot arise, but the split may have made too many pieces.
	if err := out.check(); err != nil {
		return nil, err
	}
	return out, nil
}
