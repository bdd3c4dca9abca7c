package idmap

// Auto maps 0 to own and the ids from 1 on to the ranges, in their order, as
// podman and util-linux (unshare --map-auto --map-root-user) do.
//
// An own id that lies within the ranges is left out of them: it cannot be
// mapped twice. That happens in containers whose image grants 1:65535.
func Auto(own uint32, ranges []Range) (Map, error) {
	m := Single(0, own)
	inner := uint64(1)
	for _, r := range without(ranges, own) {
		if crosses(uint32(min(inner, noID)), r.Count) {
			return nil, &MapError{Problem: "the ranges hold more ids than there are", why: "inner ids go from 0 to 4294967294", fix: "map fewer ranges"}
		}
		m = append(m, Extent{uint32(inner), r.Start, r.Count})
		inner += uint64(r.Count)
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	return m, nil
}

// NeedsHelper tells whether newuidmap or newgidmap has to write the map. A
// process writes the one other map itself: a single id, its own outside. For
// groups it then has to deny setgroups first (user_namespaces(7)), since a
// group may be what keeps its members out.
func (m Map) NeedsHelper(own uint32) bool {
	return len(m) != 1 || m[0].Count != 1 || m[0].Outer != own
}
