package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

// doctorCmd is `snug doctor`.
//
// It works in two halves. examine (doctor_examine.go) tries things out and writes down
// what came of it: errors, numbers, names. judge (doctor_judge.go) is pure and makes checks of
// that. Causes and fixes are those of the errors that a run would end with, or are asked of
// the same tables (userns.Error.Diagnose), so that the two can't disagree.
type doctorCmd struct {
	JSON bool `name:"json" help:"As JSON: {\"schema\":1,\"ok\":BOOL,\"checks\":[...]}."`
}

// Help is what `snug doctor --help` says besides the flags.
func (*doctorCmd) Help() string {
	return `Everything is tried, not guessed: sandboxes are started, a scope is asked for, a limit is set and read back. It takes a few seconds at most and leaves nothing behind.

Each line says yes, no or ? (could not tell). For what is not there it says what is lost without it, why it isn't, and what to do.

Exit status: 0 "snug run" works, whatever else is missing; 1 it doesn't; 125 the line was not understood, or nothing could be printed.`
}

// Run does `snug doctor`.
func (d *doctorCmd) Run() int {
	useAllCPUs()
	r := judge(examine())
	var err error
	if d.JSON {
		err = r.encode(os.Stdout)
	} else {
		err = r.print(os.Stdout, colours(os.Stdout))
	}
	switch {
	case err != nil:
		return report(os.Stderr, &printError{err})
	case !r.OK:
		return 1
	}
	return 0
}

// diagnosis is all that is said.
type diagnosis struct {
	OK     bool // the default run works
	Snug   string
	Kernel string
	User   string
	Notes  []string
	Groups []group
}

// encode writes it for programs.
func (r *diagnosis) encode(w io.Writer) error {
	doc := struct {
		Schema int      `json:"schema"`
		OK     bool     `json:"ok"`
		Snug   string   `json:"snug"`
		Kernel string   `json:"kernel"`
		User   string   `json:"user"`
		Notes  []string `json:"notes"`
		Checks []check  `json:"checks"`
	}{1, r.OK, r.Snug, r.Kernel, r.User, r.Notes, nil}
	if doc.Notes == nil {
		doc.Notes = []string{}
	}
	for _, g := range r.Groups {
		doc.Checks = append(doc.Checks, g.checks...)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}

// summary is the last line.
func (r *diagnosis) summary() string {
	var missing, open []string
	for _, g := range r.Groups {
		for _, c := range g.checks {
			switch {
			case c.Name == defaultRun: // said first
			case c.State == no:
				missing = append(missing, c.Name)
			case c.State == unknown:
				open = append(open, c.Name)
			}
		}
	}
	parts := []string{"snug run works here"}
	if !r.OK {
		parts[0] = "snug run does not work here"
	}
	if len(missing) > 0 {
		parts = append(parts, "missing: "+strings.Join(missing, ", "))
	}
	if len(open) > 0 {
		parts = append(parts, "could not tell: "+strings.Join(open, ", "))
	}
	return strings.Join(parts, "; ")
}

// colours are those of the marks, for a terminal whose user has nothing against them
// (no-color.org). They only repeat what the words say.
func colours(f *os.File) map[state]string {
	if !isTerminal(int(f.Fd())) || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return nil
	}
	return map[state]string{yes: "\x1b[32m", no: "\x1b[31m", unknown: "\x1b[33m"}
}

// who is the user, for people.
func who(name string, uid uint32) string {
	if name == "" {
		return fmt.Sprintf("uid %d", uid)
	}
	return fmt.Sprintf("%s (uid %d)", name, uid)
}
