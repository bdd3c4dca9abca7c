package idmap

import "strings"

// extentError explains what is wrong with the value of a flag.
func extentError(s, problem string) error {
	e := &SyntaxError{
		Name: "id map", Text: s, Problem: problem,
		Format: "inner:outer:count",
		Fix:    "write inner:outer:count, for example 0:1000:1",
	}
	if strings.Contains(s, ",") {
		e.Problem = "commas separate outer,inner,count, an order given up by util-linux 2.39"
		e.Fix = "write inner:outer:count with colons" + swapped(s)
	}
	return e
}

// swapped turns outer,inner,count around where it is that, so that the advice
// can be pasted.
func swapped(s string) string {
	outer, rest, _ := strings.Cut(s, ",")
	inner, count, _ := strings.Cut(rest, ",")
	e, problem := parseFields(inner, outer, count)
	if problem != "" || e.problem() != "" {
		return ", for example 0:1000:1"
	}
	return ": " + e.String()
}
