package main

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/sys/unix"

	"snug/userns"
)

// The manual is made from the same grammar as --help, by `snug __man DIR` when a package or an
// installation is made: what can be typed is written down in one place.

// writeManual does `snug __man DIR`.
func writeManual(args []string) int {
	if len(args) != 1 {
		return report(os.Stderr, &userns.Error{Do: "write the manual", Err: unix.EINVAL,
			Why: "it needs one directory to write to", Fix: "name it: snug __man DIR"})
	}
	k, err := newParser(new(grammar))
	if err != nil {
		return report(os.Stderr, err)
	}
	for _, p := range manual(k.Model.Node, manualDate(), release()) {
		if err := os.WriteFile(filepath.Join(args[0], p.name+".1"), []byte(p.text), 0o644); err != nil {
			return report(os.Stderr, &userns.Error{Do: "write the manual to", On: args[0], Err: cause(err),
				Why: "it has to be a directory that you can write", Fix: "make it first, or name another"})
		}
	}
	return 0
}

// manualDate is the day of the last change: of the sources, so that the same sources make the
// same pages (https://reproducible-builds.org/specs/source-date-epoch/).
func manualDate() string {
	at := buildSetting("vcs.time")
	if n, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
		return time.Unix(n, 0).UTC().Format(time.DateOnly)
	}
	if t, err := time.Parse(time.RFC3339, at); err == nil {
		return t.UTC().Format(time.DateOnly)
	}
	return "1970-01-01"
}

// manualPage is a page of section 1.
type manualPage struct{ name, text string }

// manual is a page for snug and one for each command.
func manual(app *kong.Node, date, version string) []manualPage {
	var commands []*kong.Node
	for _, c := range app.Children {
		if !c.Hidden {
			commands = append(commands, c)
		}
	}
	pages := []manualPage{{"snug", overview(app, commands, date, version)}}
	for _, c := range commands {
		pages = append(pages, manualPage{"snug-" + c.Name, commandPage(c, date, version)})
	}
	return pages
}

func overview(app *kong.Node, commands []*kong.Node, date, version string) string {
	r := newRoff("snug", date, version)
	r.section("NAME")
	r.filled(`snug \- run a command in a room of its own, no root needed`)
	r.section("SYNOPSIS")
	r.line(bold("snug") + " " + italic("COMMAND") + " [" + italic("FLAGS") + "]")
	r.section("DESCRIPTION")
	r.text(manualAbout)
	r.section("COMMANDS")
	for _, c := range commands {
		also := ""
		if len(c.Aliases) > 0 {
			also = " Also: " + strings.Join(c.Aliases, ", ") + "."
		}
		r.item(bold("snug-"+c.Name)+"(1)", c.Help+also)
	}
	r.section("OPTIONS")
	r.flags(app.Flags)
	r.tail(manualExit, manualExamples(""), slices.Collect(func(yield func(string) bool) {
		for _, c := range commands {
			if !yield("snug-" + c.Name) {
				return
			}
		}
	}))
	return r.String()
}

func commandPage(c *kong.Node, date, version string) string {
	r := newRoff("snug-"+c.Name, date, version)
	h := readHelp(c.Detail)
	r.section("NAME")
	r.filled(roffEscape("snug-"+c.Name) + ` \- ` + roffEscape(lowerFirst(strings.TrimSuffix(c.Help, "."))))
	r.section("SYNOPSIS")
	r.line(synopsis(c))
	r.section("DESCRIPTION")
	r.text(c.Help)
	for _, b := range h.about {
		r.block(b)
	}
	for _, p := range c.Positional {
		r.item(italic(placeholder(p)), p.Help)
	}
	r.section("OPTIONS")
	r.flags(slices.Concat(c.Parent.Flags, c.Flags))
	exit := h.exit
	switch {
	case exit == "" && takesCommand(c):
		exit = manualCommandExit
	case exit == "":
		exit = manualExit
	}
	examples := h.examples
	if len(examples) == 0 {
		examples = manualExamples(c.Name)
	}
	r.tail(exit, examples, []string{"snug"})
	return r.String()
}

func synopsis(c *kong.Node) string {
	words := []string{bold("snug " + c.Name), "[" + italic("FLAGS") + "]"}
	for _, p := range c.Positional {
		word := italic(placeholder(p))
		switch {
		case takesCommand(c):
			words = append(words, `[\-\-]`, word, "["+italic("ARGUMENT"), "...]")
		case p.IsSlice():
			words = append(words, word, "...")
		default:
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
