package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"golang.org/x/sys/unix"

	"snug/userns"
)

// report prints an error as WHAT, cause and fix, and returns the exit status.
func report(w io.Writer, err error) int {
	fmt.Fprintf(w, "snug: error: %s\n", plain(err.Error()))
	if cause := causeOf(err); cause != "" {
		fmt.Fprintf(w, "  cause: %s\n", plain(cause))
	}
	if fix := hintOf(err); fix != "" {
		fmt.Fprintf(w, "  fix: %s\n", plain(fix))
	}
	printExcerpt(w, err)
	return statusOf(err)
}

func causeOf(err error) string {
	var c interface{ Cause() string }
	if errors.As(err, &c) {
		return c.Cause()
	}
	return ""
}

func hintOf(err error) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) {
		return h.Hint()
	}
	return ""
}

func statusOf(err error) int {
	var e *userns.Error
	if errors.As(err, &e) {
		switch e.Code {
		case userns.CommandNotFound:
			return exitNotFound
		case userns.CommandNotRunable:
			return exitNotRun
		}
	}
	return exitFailed
}

// jsonError is an error for programs.
type jsonError struct {
	Schema int       `json:"schema"`
	Error  jsonCause `json:"error"`
}

type jsonCause struct {
	What  string `json:"what"`
	Cause string `json:"cause,omitempty"`
	Fix   string `json:"fix,omitempty"`
	Errno string `json:"errno,omitempty"`
}

func reportJSON(w io.Writer, err error) int {
	json.NewEncoder(w).Encode(errorDocument(err))
	return statusOf(err)
}

func errorDocument(err error) *jsonError {
	e := &jsonError{Schema: 1}
	e.Error.What, e.Error.Cause, e.Error.Fix = err.Error(), causeOf(err), hintOf(err)
	var errno unix.Errno
	if errors.As(err, &errno) {
		e.Error.Errno = unix.ErrnoName(errno)
	}
	return e
}

// cause takes the path off an error of package os: it is said already.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// plain keeps control characters, line ends too, from reaching a terminal: a name
// may come from an untrusted project, and must not look like words of snug's.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}
