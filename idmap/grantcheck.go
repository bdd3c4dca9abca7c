package idmap

// CheckGrant tells whether newuidmap will agree to the map: every outer id has
// to be own or granted, or the error is [NotGrantedError].
//
// It follows verify_range of shadow, which looks at one extent at a time: own
// counts only as an extent by itself. With own 1000, the map 0:1000:2 is
// refused even if 1001 is granted; 0:1000:1,1:1001:1 is fine.
func (m Map) CheckGrant(own uint32, ranges []Range) error {
	for _, e := range m {
		if e.Count == 1 && e.Outer == own {
			continue
		}
		if id, missing := firstMissing(e, ranges); missing {
			return &NotGrantedError{ID: id, Extent: e, Own: own, Granted: ranges}
		}
	}
	return nil
}

// firstMissing walks over the ranges, which may be in any order and overlap.
func firstMissing(e Extent, ranges []Range) (id uint32, missing bool) {
	id = e.Outer
	for end := uint64(e.Outer) + uint64(e.Count); uint64(id) < end; {
		next := id
		for _, r := range ranges {
			if id >= r.Start && id-r.Start < r.Count {
				next = max(next, r.Start+r.Count)
			}
		}
		if next == id {
			return id, true
		}
		id = next
	}
	return 0, false
}
