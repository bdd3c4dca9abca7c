package idmap

import (
	"bytes"
	"fmt"
)

// maxLine is where shadow stops to understand a line, the newline left out.
const maxLine = 1023

// parseGrant reads one line. A line without a grant has a nil owner.
func parseGrant(line []byte) (owner []byte, g Range, problem string) {
	line = bytes.TrimSuffix(line, []byte("\n"))
	blank := bytes.Trim(line, " \t")
	switch {
	case len(line) > maxLine:
		return nil, g, "line is longer than 1023 bytes"
	case len(blank) == 0, blank[0] == '#':
		return nil, g, ""
	case bytes.Count(line, []byte(":")) != 2:
		return nil, g, "line does not have three fields"
	}
	owner, rest, _ := bytes.Cut(line, []byte(":"))
	start, count, _ := bytes.Cut(rest, []byte(":"))
	if len(owner) == 0 || len(bytes.TrimSpace(owner)) != len(owner) {
		return nil, g, "user name " + quote(owner) + " is empty or has blanks around it"
	}
	g, problem = parseRange(start, count)
	return owner, g, problem
}

// parseRange refuses a count of 0 for more than its being useless: before
// shadow 4.20, the line NAME:0:0 grants every id there is (tried with 4.13;
// the last id is computed as 0-1).
func parseRange[T text](start, count T) (r Range, problem string) {
	if r.Start, problem = parseNumber(start); problem != "" {
		return r, "start " + quote(start) + " " + problem
	}
	if r.Count, problem = parseNumber(count); problem != "" {
		return r, "count " + quote(count) + " " + problem
	}
	if r.Count == 0 {
		return r, "count is 0, so it grants nothing"
	}
	if crosses(r.Start, r.Count) {
		return r, "range runs past 4294967294, the last id"
	}
	return r, ""
}

func grantError(name string, number int, line []byte, problem string) error {
	const shown = 80
	line = bytes.TrimSuffix(line, []byte("\n"))
	return &SyntaxError{
		Name: name, Line: number, Text: string(line[:min(len(line), shown)]), Problem: problem,
		Format: "NAME:START:COUNT",
		Fix:    fmt.Sprintf("as root, correct the line: vi +%d %s", number, name),
	}
}
