package seccomp

import (
	"cmp"
	"iter"
	"strconv"
	"strings"
)

// Error says what is wrong with a profile or a target, and where.
type Error struct {
	Line    int    // where a form has lines, otherwise 0
	Column  int    // in TOML, otherwise 0
	Where   string // the place in words
	Problem string
	fix     string
	excerpt string // the line, underlined
}

func (e *Error) Error() string {
	var where []string
	if e.Line > 0 {
		where = append(where, "line "+strconv.Itoa(e.Line))
	}
	if e.Column > 0 {
		where = append(where, "column "+strconv.Itoa(e.Column))
	}
	if e.Where != "" {
		where = append(where, e.Where)
	}
	if len(where) == 0 {
		return "seccomp profile: " + e.Problem
	}
	return "seccomp profile: " + strings.Join(where, ", ") + ": " + e.Problem
}

// Hint tells what to change, "" if Problem says it all. The TOML form shows the place below.
func (e *Error) Hint() string {
	if e.excerpt == "" {
		return e.fix
	}
	return cmp.Or(e.fix, "correct this:") + "\n" + e.excerpt
}

// at adds the place to an error that doesn't know it, or puts the larger one before it.
func at(err error, line int, where string) error {
	e, ok := err.(*Error)
	if !ok || e.Line != 0 {
		return err
	}
	placed := *e
	placed.Line = line
	if e.Where != "" && where != "" {
		where += ", "
	}
	placed.Where = where + e.Where
	return &placed
}

// problem is an error whose place the caller adds.
func problem(parts ...string) error { return &Error{Problem: strings.Join(parts, "")} }

// mostQuoted bytes of a profile are repeated in an error: its author knows by then, and no
// terminal shows a word of a megabyte.
const mostQuoted = 80

func quoted(word string) string { return strconv.Quote(shortened(word, mostQuoted)) }

func shortened(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}

// unknown is the error for a word that isn't in a list; it suggests the nearest that is.
func unknown(kind, word string, list iter.Seq[string]) error {
	e := &Error{Problem: "unknown " + kind + " " + quoted(word)}
	for _, w := range []string{word, strings.ToLower(word), strings.ToUpper(word)} {
		if n := nearest(w, list); n != "" {
			e.fix = "did you mean " + n + "?"
			break
		}
	}
	return e
}
