package idmap

import (
	"strconv"
	"strings"
)

// Extent is one line of a map: Count ids from Inner on, inside the namespace,
// stand for as many ids from Outer on, outside.
type Extent struct{ Inner, Outer, Count uint32 }

// ParseExtent reads inner:outer:count, three decimal numbers.
//
// The order with commas, outer,inner,count, is refused rather than guessed at:
// util-linux used it until 2.38, so that 0,1000,1 once meant 1000:0:1.
func ParseExtent(s string) (Extent, error) {
	inner, rest, _ := strings.Cut(s, ":")
	outer, count, ok := strings.Cut(rest, ":")
	if !ok || strings.Contains(count, ":") {
		return Extent{}, extentError(s, "is not three numbers with colons between them")
	}
	e, problem := parseFields(inner, outer, count)
	if problem == "" {
		problem = e.problem()
	}
	if problem != "" {
		return Extent{}, extentError(s, problem)
	}
	return e, nil
}

// parseFields puts numbers into the fields, and names the one that is none.
func parseFields[T text](inner, outer, count T) (e Extent, problem string) {
	if e.Inner, problem = parseNumber(inner); problem != "" {
		return e, "inner id " + quote(inner) + " " + problem
	}
	if e.Outer, problem = parseNumber(outer); problem != "" {
		return e, "outer id " + quote(outer) + " " + problem
	}
	if e.Count, problem = parseNumber(count); problem != "" {
		return e, "count " + quote(count) + " " + problem
	}
	return e, ""
}

// problem says in words why the kernel would refuse the extent by itself.
func (e Extent) problem() string {
	switch {
	case e.Count == 0:
		return "count is 0, so it maps nothing"
	case crosses(e.Inner, e.Count):
		return "inner ids run past 4294967294, the last id"
	case crosses(e.Outer, e.Count):
		return "outer ids run past 4294967294, the last id"
	}
	return ""
}

// String gives the form that [ParseExtent] reads, such as 0:1000:1.
func (e Extent) String() string { return string(e.append(nil, ':')) }

func (e Extent) append(b []byte, sep byte) []byte {
	b = append(strconv.AppendUint(b, uint64(e.Inner), 10), sep)
	b = append(strconv.AppendUint(b, uint64(e.Outer), 10), sep)
	return strconv.AppendUint(b, uint64(e.Count), 10)
}

// quote makes a foreign text safe to show: it may hold terminal escapes.
func quote[T text](s T) string { return strconv.Quote(string(s)) }
