package idmap

import "fmt"

// Range is a run of ids granted to a user: Count ids from Start on.
type Range struct{ Start, Count uint32 }

// String gives the form that usermod(8) takes, such as 100000-165535.
func (r Range) String() string {
	return fmt.Sprintf("%d-%d", r.Start, uint64(r.Start)+uint64(r.Count)-1)
}

// firstSubordinate is the default SUB_UID_MIN of login.defs(5). What lies below
// may be an account, and no advice of ours shall give root or another user away.
const firstSubordinate = 100000

func (r Range) intersects(s Range) bool { return intersects(r.Start, r.Count, s.Start, s.Count) }

// join gives the run from the first id of either to the last id of either.
func (r Range) join(s Range) Range {
	start := min(r.Start, s.Start)
	end := max(uint64(r.Start)+uint64(r.Count), uint64(s.Start)+uint64(s.Count))
	return Range{start, uint32(end - uint64(start))}
}

// grant adds a range to those of a user, in the order of the file.
//
// newuidmap takes the union of a user's lines: a map may run across two that
// overlap or touch. A map may not hold an id twice, though, so overlapping
// ranges become one, where the first of them stood. Touching ones are left
// apart, to give the map that podman and getsubids would give.
func grant(ranges []Range, r Range) []Range {
	kept, at := ranges[:0], -1
	for _, old := range ranges {
		switch {
		case !old.intersects(r):
			kept = append(kept, old)
		case at < 0:
			r, at = old.join(r), len(kept)
			kept = append(kept, r)
		default:
			r = old.join(r)
		}
	}
	if at < 0 {
		return append(kept, r)
	}
	kept[at] = r
	return kept
}

// without leaves one id out of ranges, which may split one of them.
func without(ranges []Range, id uint32) []Range {
	out := make([]Range, 0, len(ranges)+1)
	for _, r := range ranges {
		offset := id - r.Start
		if id < r.Start || offset >= r.Count {
			out = append(out, r)
			continue
		}
		if offset > 0 {
			out = append(out, Range{r.Start, offset})
		}
		if rest := r.Count - offset - 1; rest > 0 {
			out = append(out, Range{id + 1, rest})
		}
	}
	return out
}
