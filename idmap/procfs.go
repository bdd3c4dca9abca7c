package idmap

import "strings"

// ParseProcfs reads the text of /proc/PID/uid_map or gid_map. An empty text is
// a map not written yet: nil, without an error.
func ParseProcfs(r string) (Map, error) {
	if r == "" {
		return nil, nil
	}
	m := make(Map, 0, strings.Count(r, "\n")+1)
	for line := range strings.Lines(r) {
		e, problem := parseLine(line)
		if problem != "" {
			return nil, procfsError(len(m)+1, line, problem)
		}
		m = append(m, e)
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	return m, nil
}

// parseLine takes any number of blanks: the kernel pads with "%10u %10u %10u".
func parseLine(line string) (e Extent, problem string) {
	var fields [3]string
	n := 0
	for field := range strings.FieldsSeq(line) {
		if n == len(fields) {
			return e, "it has more than three fields"
		}
		fields[n] = field
		n++
	}
	if n < len(fields) {
		return e, "it has fewer than three fields"
	}
	e, problem = parseFields(fields[0], fields[1], fields[2])
	switch {
	case problem != "":
		return e, problem
	case e.Outer == noID:
		return e, outerUnnamed
	}
	return e, e.problem()
}

// outerUnnamed is the one way in which the kernel itself writes a line that is
// no extent: what has no name in the reader's namespace, seen from a sibling
// for instance, shows as 4294967295.
const outerUnnamed = "its outer ids have no name in the namespace of the reader"

func procfsError(line int, s, problem string) error {
	s = strings.TrimSuffix(s, "\n")
	e := &SyntaxError{Name: "id map", Line: line, Text: s, Problem: problem, Format: "INNER OUTER COUNT"}
	e.Fix = "pass the text of /proc/PID/uid_map or gid_map as it is"
	if problem == outerUnnamed {
		e.Fix = "read the map from the parent namespace, or from inside"
	}
	return e
}
