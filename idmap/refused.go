package idmap

import "strings"

// refusedRange reads the range outside from what the helper says:
// "newuidmap: uid range [1-11) -> [200000-200010) not allowed".
func (f *facts) refusedRange() (Range, bool) {
	_, rest, _ := strings.Cut(f.said, "-> [")
	text, _, _ := strings.Cut(rest, ")")
	first, behind, _ := strings.Cut(text, "-")
	start, problem := parseNumber(first)
	end, problemToo := parseNumber(behind)
	if problem != "" || problemToo != "" || end <= start {
		return Range{}, false
	}
	return Range{start, end - start}, true
}

func (f *facts) refused() string {
	if r, ok := f.refusedRange(); ok {
		return f.kind.String() + "s " + r.String()
	}
	return "some " + f.kind.String() + "s of the map"
}
