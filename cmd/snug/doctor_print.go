package main

import (
	"fmt"
	"io"
	"strings"
)

// The table: a mark, a name, what was found.
const (
	columns  = 80
	nameWide = 18
	textAt   = 2 + 3 + 2 + nameWide + 1
)

// print writes it for people. Words carry everything; colours only repeat them.
func (r *diagnosis) print(w io.Writer, colour map[state]string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "snug %s on %s, as %s\n", plain(r.Snug), plain(r.Kernel), plain(r.User))
	for _, n := range r.Notes {
		fold(&b, "note: ", n, len("note: "))
	}
	said := map[string]string{} // a cause or a fix, and for which check
	for _, g := range r.Groups {
		fmt.Fprintf(&b, "\n%s\n", g.title)
		for i := range g.checks {
			g.checks[i].print(&b, colour, said)
		}
	}
	b.WriteString("\n")
	fold(&b, "", r.summary(), 0)
	_, err := io.WriteString(w, b.String())
	return err
}

func (c *check) print(b *strings.Builder, colour map[state]string, said map[string]string) {
	mark := fmt.Sprintf("%-3s", c.State.mark())
	text := c.Detail
	if text == "" {
		text = c.Question
	}
	row := fmt.Sprintf("  %s  %-*s ", mark, nameWide, c.Name)
	var line strings.Builder
	fold(&line, row, text, textAt)
	if on := colour[c.State]; on != "" {
		b.WriteString(strings.Replace(line.String(), mark, on+mark+"\x1b[0m", 1))
	} else {
		b.WriteString(line.String())
	}
	if c.State == yes || c.State == unknown && c.Cause == "" {
		return
	}
	c.explain(b, said)
}

// explain says what is lost, why, and what to do. What was said before is referred to.
func (c *check) explain(b *strings.Builder, said map[string]string) {
	const indent = "       "
	fold(b, indent+"lost: ", c.Lost, len(indent)+6)
	if c.Cause != "" && said[c.Cause] != "" && said[c.Cause] == said[c.Fix] {
		fold(b, indent+"cause, fix: ", "see "+said[c.Cause], len(indent)+12)
		return
	}
	if c.Cause != "" {
		fold(b, indent+"cause: ", c.once(c.Cause, said), len(indent)+7)
	}
	if c.Fix != "" {
		foldFix(b, indent+"fix: ", c.once(c.Fix, said), len(indent)+5)
	}
}

// once gives text, or the name of the check with which it was said.
func (c *check) once(text string, said map[string]string) string {
	if other := said[text]; other != "" {
		return "see " + other
	}
	said[text] = c.Name
	return text
}

// fold writes prefix and text, a line as wide as a terminal at most.
func fold(b *strings.Builder, prefix, text string, indent int) {
	pack(b, prefix, strings.Fields(plain(text)), indent)
}

// foldFix is fold for what may be pasted into a shell: a line ends only where a command
// does, or an alternative, and never within quotes.
func foldFix(b *strings.Builder, prefix, text string, indent int) {
	var pieces []string
	text = plain(text)
	start, quoted := 0, false
	for i := range len(text) {
		if text[i] == '\'' {
			quoted = !quoted
		}
		before, after := text[start:i], text[i:]
		if !quoted && (strings.HasSuffix(before, " &&") || strings.HasSuffix(before, ";") || strings.HasSuffix(before, ",") && strings.HasPrefix(after, " or")) {
			pieces = append(pieces, before)
			start = i + 1
		}
	}
	pack(b, prefix, append(pieces, text[start:]), indent)
}

// pack fills lines with pieces, of which none is cut.
func pack(b *strings.Builder, prefix string, pieces []string, indent int) {
	b.WriteString(prefix)
	at, first := len(prefix), true
	for _, p := range pieces {
		switch {
		case first:
		case at+1+len(p) > columns:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			at = indent
		default:
			b.WriteString(" ")
			at++
		}
		b.WriteString(p)
		at, first = at+len(p), false
	}
	b.WriteString("\n")
}

// printError is about standard output.
type printError struct{ error }

func (e *printError) Error() string { return "print: " + cause(e.error).Error() }

func (e *printError) Unwrap() error { return e.error }

// Cause says why.
func (e *printError) Cause() string { return "standard output can't be written" }

// Hint says what to do.
func (e *printError) Hint() string { return "give it somewhere to go, with room" }
