package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"snug/seccomp"
	"snug/userns"
)

// The same room, made by somebody else: --print translates a Plan, which has everything
// decided, into the words of a peer. Translating is pure (print_*.go); what a peer has no
// word for is listed, not left out in silence.

// peer is another program, and what it would be told.
type peer struct {
	title string
	// lines are the words of its command line, those together that belong together.
	lines  [][]string
	filter []byte // for the descriptor filterFD
	lacks  []string
}

// filterFD is where bwrap is given its filter: above what shells use for themselves.
const filterFD = "10"

func (p *peer) add(words ...string) { p.lines = append(p.lines, words) }

// lack says what a peer can't do.
func (p *peer) lack(what string) { p.lacks = append(p.lacks, what) }

// lackIf says it if it matters.
func (p *peer) lackIf(matters bool, what string) {
	if matters {
		p.lack(what)
	}
}

// forms are what --print can print, but oci, which is no line.
var forms = []struct {
	name string
	of   func(*userns.Plan) *peer
}{
	{"bwrap", bwrapOf}, {"unshare", unshareOf}, {"systemd-run", systemdRunOf},
}

// prints says whether anything is asked of --print, or would be in vain.
func (r *runCmd) prints() bool { return r.Print != "" || r.Bundle != "" }

// printPeer does --print.
func (r *runCmd) printPeer(plan *userns.Plan, spec *userns.Spec) error {
	switch {
	case r.Bundle != "" && r.Print != "oci":
		return &userns.Error{Do: "write --bundle", On: r.Bundle, Err: unix.EINVAL,
			Why: "only --print oci makes a bundle", Fix: "add --print oci, or leave out --bundle"}
	case r.DryRun || r.Explain:
		return &conflict{"--print, --dry-run and --explain", "choose one"}
	case r.Print == "oci":
		return r.printOCI(plan, spec)
	}
	for _, f := range forms {
		if f.name == r.Print {
			return r.printLine(f.name, f.of(plan))
		}
	}
	return &valueError{"print", r.Print, "bwrap, unshare, systemd-run or oci"}
}

func (r *runCmd) printLine(form string, p *peer) error {
	var b bytes.Buffer
	if r.JSON {
		if err := encodePeer(&b, form, p); err != nil {
			return err
		}
	} else {
		p.script(&b)
	}
	if _, err := os.Stdout.Write(b.Bytes()); err != nil {
		return &printError{err}
	}
	return nil
}

// encodePeer writes a line for programs. A word that is not UTF-8 is quoted as in Go.
func encodePeer(b *bytes.Buffer, form string, p *peer) error {
	doc := struct {
		Schema  int      `json:"schema"`
		Form    string   `json:"form"`
		Words   []string `json:"words"`
		Filter  string   `json:"filter,omitempty"` // base64
		FD      string   `json:"filter_fd,omitempty"`
		NotSame []string `json:"not_expressed"`
	}{Schema: 1, Form: form, Words: []string{}, NotSame: allUTF8(p.lacks)}
	for _, l := range p.lines {
		doc.Words = append(doc.Words, allUTF8(l)...)
	}
	if p.filter != nil {
		doc.Filter, doc.FD = base64.StdEncoding.EncodeToString(p.filter), filterFD
	}
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}

// script writes a line for people and bash: an option a line, and above it, as comments,
// what is not the same.
func (p *peer) script(b *bytes.Buffer) {
	b.WriteString("#!/bin/bash\n# " + plain(p.title) + "\n")
	if len(p.lacks) > 0 {
		b.WriteString("# Not the same as with snug:\n")
	}
	for _, l := range p.lacks {
		b.WriteString("#  - " + plain(l) + "\n")
	}
	for i, l := range p.lines {
		if i > 0 {
			b.WriteString(" \\\n    ")
		}
		for j, w := range l {
			if j > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(shellWord(w))
		}
	}
	if p.filter != nil {
		b.WriteString(" \\\n    " + filterFD + "< <(base64 -d <<'END'\n" + folded(base64.StdEncoding.EncodeToString(p.filter), 120) + "END\n)")
	}
	b.WriteByte('\n')
}

// folded breaks a long word into lines.
func folded(s string, width int) string {
	var b strings.Builder
	for len(s) > 0 {
		n := min(width, len(s))
		b.WriteString(s[:n] + "\n")
		s = s[n:]
	}
	return b.String()
}

// filterBytes is the filter that the command would be under, for whoever can install it.
func filterBytes(p *userns.Plan) []byte {
	if f := ownFilter(p); f != nil {
		return f.Bytes(seccomp.Native())
	}
	return nil
}

// ownFilter is the filter without a supervisor's questions.
func ownFilter(p *userns.Plan) *seccomp.Filter {
	if p.Supervisor != nil {
		return p.Answers
	}
	return p.Filter
}
