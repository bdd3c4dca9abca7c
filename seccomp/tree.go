package seccomp

// numbers writes the search for a call's number, which is in the accumulator. A tree over
// ranges finds it: what is common to neighbours costs nothing, and ten comparisons find
// one in a thousand.
//
// What counts is how long it takes to install. The kernel checks and translates all of the
// program, some passes of it, so the tree has to be small; and it runs the program for each
// number there is, to remember which are always allowed, so the way has to be short for
// many numbers, whether they are often called or not.
func (s section) numbers(spans []span) target {
	ends := make([]target, 0, len(spans)) // where each outcome was written
	for i := range spans {
		ends = append(ends, s.written(spans, ends, i))
	}
	all := make([]leaf, len(spans))
	for i := range spans {
		all[i] = leaf{spans[i].first, widest, ends[i]}
		if i+1 < len(spans) {
			all[i].width = min(spans[i+1].first-spans[i].first, widest)
		}
	}
	return s.tree(all)
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

// leaf is a range of numbers and where they lead.
type leaf struct {
	first, width uint32 // widest: or more
	end          target
}

// widest bounds what a range weighs: there is none of so many calls, and nobody runs the
// program for a million numbers that are nothing.
const widest = 128

// few is how many numbers among others are picked out one by one. A comparison for equality
// falls through to the next, where the lowest ones of a tree need a jump for either side.
const few = 6

func (s section) tree(all []leaf) target {
	if t, ok := s.pick(all); ok {
		return t
	}
	cut := middle(all)
	right := s.tree(all[cut:])
	left := s.tree(all[:cut])
	return s.branch(opGreaterEqual, all[cut].first, right, left, offNumber)
}

// pick writes the search in a range where all but a few single numbers lead to one end. To
// cut such a number out takes two comparisons, to find it takes one.
func (s section) pick(all []leaf) (target, bool) {
	usual := all[0]
	for _, l := range all {
		if l.width > usual.width {
			usual = l
		}
	}
	var picked []leaf
	for _, l := range all {
		if l.end == usual.end {
			continue
		}
		if picked = append(picked, l); l.width > 1 || len(picked) > few {
			return target{}, false
		}
	}
	t := usual.end
	for _, l := range picked {
		t = s.branch(opEqual, l.first, l.end, t, offNumber)
	}
	return t, true
}

// middle finds where to cut: near the middle of all numbers, but not beside one that could
// be picked out.
func middle(all []leaf) (cut int) {
	var total, below uint32
	for _, l := range all {
		total += l.width
	}
	best := ^uint32(0)
	for i := 1; i < len(all); i++ {
		below += all[i-1].width
		off := max(2*below, total) - min(2*below, total)
		if single(all, i-1) || single(all, i) {
			off += total
		}
		if off < best {
			cut, best = i, off
		}
	}
	return cut
}

// single tells whether a leaf is one number between two ranges that are alike.
func single(all []leaf, i int) bool {
	return i > 0 && i+1 < len(all) && all[i].width == 1 && all[i-1].end == all[i+1].end
}
