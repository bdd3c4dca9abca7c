package seccomp

import (
	"iter"
	"strconv"
	"strings"
)

// Error says what is wrong with a profile or a target, and where.
type Error struct {
	Line    int    // in the text form and for JSON that is no JSON; otherwise 0
	Where   string // otherwise: the place in words
	Problem string
	fix     string
}

func (e *Error) Error() string {
	where := e.Where
	if e.Line > 0 {
		where = "line " + strconv.Itoa(e.Line)
	}
	if where == "" {
		return "seccomp profile: " + e.Problem
	}
	return "seccomp profile: " + where + ": " + e.Problem
}

// Hint tells what to change, "" if Problem says it all.
func (e *Error) Hint() string { return e.fix }

// at adds the place to an error that doesn't know it.
func at(err error, line int, where string) error {
	if e, ok := err.(*Error); ok && e.Line == 0 && e.Where == "" {
		return &Error{line, where, e.Problem, e.fix}
	}
	return err
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
