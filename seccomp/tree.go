package seccomp

// numbers writes the search for a call's number, which is in the accumulator. A balanced
// tree over ranges: what is common to neighbours costs nothing, and ten comparisons find
// one in a thousand. It is the size that matters: the kernel checks and translates all of
// the program when it is installed, but remembers which numbers are always allowed.
func (s section) numbers(spans []span) target {
	ends := make([]target, 0, len(spans)) // where each outcome was written
	for i := range spans {
		ends = append(ends, s.written(spans, ends, i))
	}
	return s.tree(spans, ends)
}

// written gives the place of an outcome, once for all spans that have it.
func (s section) written(spans []span, ends []target, i int) target {
	for j := range ends {
		if spans[j].equal(spans[i].outcome) {
			return ends[j]
		}
	}
	return s.outcome(spans[i].outcome, returning(KillThread)) // it is finished, so there is nothing after it
}

func (s section) tree(spans []span, ends []target) target {
	if len(spans) == 1 {
		return ends[0]
	}
	if len(spans) == 3 && spans[1].first+1 == spans[2].first && ends[0] == ends[2] {
		return s.branch(opEqual, spans[1].first, ends[1], ends[0], offNumber)
	}
	mid := len(spans) / 2
	right := s.tree(spans[mid:], ends[mid:])
	left := s.tree(spans[:mid], ends[:mid])
	return s.branch(opGreaterEqual, spans[mid].first, right, left, offNumber)
}
