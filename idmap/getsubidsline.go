package idmap

import "strings"

// parseGetsubids reads lines such as "0: alice 100000 65536".
func parseGetsubids(out string) ([]Range, error) {
	var ranges []Range
	number := 0
	for line := range strings.Lines(out) {
		number++
		line = strings.TrimSuffix(line, "\n")
		r, problem := parseAnswer(line)
		if problem != "" {
			return nil, &SyntaxError{
				Name: "the output of getsubids", Line: number, Text: line, Problem: problem,
				Format: "INDEX: NAME START COUNT",
				Fix:    "see what it prints: getsubids $(id -un)",
			}
		}
		ranges = grant(ranges, r)
	}
	return ranges, nil
}

// parseAnswer goes from the right: a name from a directory may have blanks.
func parseAnswer(line string) (r Range, problem string) {
	index, rest, _ := strings.Cut(line, ": ")
	if _, problem = parseNumber(index); problem != "" {
		return r, "index " + quote(index) + " " + problem
	}
	rest, count, _ := cutLast(rest)
	name, start, ok := cutLast(rest)
	if !ok || name == "" {
		return r, "line does not have four fields"
	}
	return parseRange(start, count)
}

func cutLast(s string) (before, after string, ok bool) {
	if i := strings.LastIndexByte(s, ' '); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}
