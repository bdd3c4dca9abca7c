package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"snug/userns"
	"snug/userns/landlock"
)

// landlockDoc is the second wall for programs. What is listed is enforced; what isn't is
// in NotEnforced.
type landlockDoc struct {
	ABI         int               `json:"abi"` // 0: the kernel has none, or it was not asked
	Files       []string          `json:"files"`
	Rules       []landlockRuleDoc `json:"rules"`
	MountsOnly  []string          `json:"read_only_by_mounts_only"`
	Scopes      []string          `json:"scopes"`
	NotEnforced []landlockLackDoc `json:"not_enforced"`
}

type landlockRuleDoc struct {
	Path  string   `json:"path"`
	Allow []string `json:"allow"`
}

type landlockLackDoc struct {
	What  string `json:"what"`
	Cause string `json:"cause"`
	Fix   string `json:"fix"`
}

func landlockDocument(d *landlock.Domain) landlockDoc {
	doc := landlockDoc{ABI: d.ABI, Files: d.Files.Names(), Rules: []landlockRuleDoc{}, MountsOnly: []string{},
		Scopes: d.Scope.Names(), NotEnforced: []landlockLackDoc{}}
	for _, r := range d.Rules {
		doc.Rules = append(doc.Rules, landlockRuleDoc{asUTF8("/" + r.Path), r.Allow.Names()})
	}
	for _, path := range d.Bare {
		doc.MountsOnly = append(doc.MountsOnly, asUTF8("/"+path))
	}
	for _, l := range d.Lacks {
		doc.NotEnforced = append(doc.NotEnforced, landlockLackDoc{l.What, l.Why, l.Fix})
	}
	return doc
}

// describeLandlock says it to people.
func describeLandlock(row func(what, how string), d *landlock.Domain) {
	row("landlock", orNone(strings.Join(enforced(d), "; ")))
	if len(d.Bare) > 0 {
		row("  by mounts", "/"+strings.Join(d.Bare, " /")+" (read-only inside what can be written, where Landlock has no say)")
	}
	for _, l := range joined(d.Lacks) {
		row("  lacks", l.What+": "+l.Why)
	}
}

// enforced is what is, in words.
func enforced(d *landlock.Domain) (words []string) {
	if d.Files != 0 {
		words = append(words, "files of the view and the streams only, written only below "+strings.Join(writable(d), " ")+missing(d.Files))
	}
	if d.Scope&landlock.Sockets != 0 {
		words = append(words, "abstract sockets and signals stay inside")
	}
	if d.Enforced() {
		words = append(words, "ABI "+strconv.Itoa(d.ABI))
	}
	return words
}

func writable(d *landlock.Domain) (paths []string) {
	for _, r := range d.Rules {
		if r.Allow&landlock.Write != 0 {
			paths = append(paths, "/"+r.Path)
		}
	}
	return paths
}

// missing names what older kernels can't hold.
func missing(have landlock.Access) string {
	not := (landlock.Write | landlock.Device) &^ have
	if not == 0 {
		return ""
	}
	return " (not held: " + strings.Join(not.Names(), ", ") + ")"
}

// joined puts together what is lacking for the same cause.
func joined(lacks []landlock.Lack) (out []landlock.Lack) {
	for _, l := range lacks {
		if n := len(out); n > 0 && out[n-1].Why == l.Why {
			out[n-1].What += ", " + l.What
		} else {
			out = append(out, l)
		}
	}
	return out
}

// tellPlan is what --verbose says: what was withheld, and what holds the command.
func tellPlan(w io.Writer, p *userns.Plan) {
	say := func(what, how string) { fmt.Fprintf(w, "snug: %s: %s\n", what, plain(how)) }
	if len(p.Withheld) > 0 {
		say("withheld from the environment", strings.Join(p.Withheld, " ")+" (--env-keep NAME passes one on)")
	}
	say("landlock", orNone(strings.Join(enforced(&p.Landlock), "; ")))
	for _, l := range joined(p.Landlock.Lacks) {
		say("landlock lacks "+l.What, l.Why+" ("+l.Fix+")")
	}
}
