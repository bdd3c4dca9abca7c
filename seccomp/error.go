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

// at adds the place to an error that doesn't know it.
func at(err error, line int, where string) error {
	e, ok := err.(*Error)
	if !ok || e.Line != 0 || e.Where != "" {
		return err
	}
	placed := *e
	placed.Line, placed.Where = line, where
	return &placed
}

// problem is an error whose place the caller adds.
func problem(parts ...string) error { return &Error{Problem: strings.Join(parts, "")} }

// unknown is the error for a word that isn't in a list; it suggests the nearest that is.
func unknown(kind, word string, list iter.Seq[string]) error {
	e := &Error{Problem: "unknown " + kind + " " + strconv.Quote(word)}
	if n := nearest(word, list); n != "" {
		e.fix = "did you mean " + n + "?"
	}
	return e
}
