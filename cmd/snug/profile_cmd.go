package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"snug/userns/profile"
)

// profileCmd is `snug profile`.
type profileCmd struct {
	Ls    profileLsCmd    `cmd:"" aliases:"list" help:"List the profiles there are."`
	Show  profileShowCmd  `cmd:"" help:"Show what profiles say together, whose every line is, and what they loosen."`
	Check profileCheckCmd `cmd:"" help:"Say what is wrong with a profile, and where."`
	Prune profilePruneCmd `cmd:"" help:"Remove the caches that were kept for projects that are gone."`
}

// profileLsCmd is `snug profile ls`.
type profileLsCmd struct {
	JSON bool `name:"json" help:"Print it as JSON."`
}

// profileShowCmd is `snug profile show`.
type profileShowCmd struct {
	JSON  bool     `name:"json" help:"Print it as JSON."`
	Names []string `arg:"" placeholder:"NAME" help:"Profiles, later ones over earlier ones."`
}

// profileCheckCmd is `snug profile check`.
type profileCheckCmd struct {
	JSON  bool     `name:"json" help:"Print it as JSON."`
	Files []string `arg:"" placeholder:"FILE" help:"Files to check."`
}

// Help is what `snug profile --help` says besides.
func (*profileCmd) Help() string {
	return `A profile is a file of TOML whose keys are the long flags of snug run:

    profile   = ["go"]            # others, which this one is over
    memory    = "2G"
    ro-try    = ["~/.local/bin"]  # passed over if it isn't there
    cache     = ["~/.cache/x"]    # a directory of the sandbox's own, kept for the project
    share-net = false

Yours are NAME.toml in $XDG_CONFIG_HOME/snug/profiles (~/.config/snug/profiles). A project's
own is .snug.toml, which has no effect before snug allow.`
}

// run does the one of them with that name.
func (c *profileCmd) run(name string) int {
	switch name {
	case "ls":
		return c.Ls.Run()
	case "show":
		return c.Show.Run()
	case "prune":
		return c.Prune.Run()
	}
	return c.Check.Run()
}

// listedProfile is a profile of the list, or why it is none.
type listedProfile struct {
	Name        string   `json:"name"`
	Source      string   `json:"source"`
	Description string   `json:"description,omitempty"`
	Loosens     []string `json:"loosens"`
	Error       string   `json:"error,omitempty"`
}

// Run does `snug profile ls`.
func (c *profileLsCmd) Run() int {
	var list []listedProfile
	f := &finder{}
	for _, name := range profile.BuiltinNames() {
		list = append(list, f.listed(name, profile.BuiltIn))
	}
	dir, err := f.profileDir()
	if err != nil {
		return report(os.Stderr, err)
	}
	for _, name := range userProfiles(dir) {
		file := filepath.Join(dir, name+".toml")
		if _, ok := profile.Builtin(name); ok {
			list = append(list, listedProfile{Name: name, Source: file, Error: "not used: a built-in profile has this name"})
			continue
		}
		list = append(list, f.listed(name, file))
	}
	if c.JSON {
		return printJSON(struct {
			Schema   int             `json:"schema"`
			Profiles []listedProfile `json:"profiles"`
		}{1, list})
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', 0)
	for _, p := range list {
		what := p.Description
		if p.Error != "" {
			what = "error: " + p.Error
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", plain(p.Name), plain(p.Source), plain(what))
	}
	w.Flush()
	return 0
}

func (f *finder) listed(name, source string) listedProfile {
	l := listedProfile{Name: name, Source: asUTF8(source), Loosens: []string{}}
	p, err := f.named(name)
	var s profile.Stack
	if err == nil {
		s, err = profile.Expand(profile.Stack{p}, f.named)
	}
	if err != nil {
		l.Error = err.Error()
		return l
	}
	l.Description, l.Loosens = p.Description(), append(l.Loosens, s.Loosens()...)
	return l
}

// shownValue is one setting, and whose it is.
type shownValue struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	From  string `json:"from"`
}

// Run does `snug profile show`.
func (c *profileShowCmd) Run() int {
	f := &finder{}
	var s profile.Stack
	for _, name := range commas(c.Names) {
		p, err := f.shown(name)
		if err != nil {
			return c.fail(err)
		}
		s = append(s, p)
	}
	s, err := profile.Expand(s, f.named)
	if err != nil {
		return c.fail(err)
	}
	if !c.JSON {
		fmt.Print(s.TOML())
		return 0
	}
	values := []shownValue{}
	for _, v := range s.Settings() {
		values = append(values, shownValue{v.Key(), v.Text, v.From()})
	}
	docs := []profileDoc{}
	for _, p := range s {
		docs = append(docs, profileDoc{p.Name, asUTF8(p.Source), allUTF8(profile.Stack{p}.Loosens())})
	}
	return printJSON(struct {
		Schema   int          `json:"schema"`
		Profiles []profileDoc `json:"profiles"`
		Settings []shownValue `json:"settings"`
		Loosens  []string     `json:"loosens"`
	}{1, docs, values, append([]string{}, s.Loosens()...)})
}

func (c *profileShowCmd) fail(err error) int {
	if c.JSON {
		return reportJSON(os.Stderr, err)
	}
	return report(os.Stderr, err)
}

// shown is a profile to look at: of a file that needs no yes, since nothing runs.
func (f *finder) shown(name string) (*profile.Profile, error) {
	if !strings.Contains(name, "/") && !strings.HasSuffix(name, ".toml") {
		return f.named(name)
	}
	return parseFile(name)
}

func parseFile(name string) (*profile.Profile, error) {
	text, err := readSmall(name, false)
	if err != nil {
		return nil, unreadable(name, err)
	}
	return profile.Parse(filepath.Base(name), name, text)
}

// checkedFile is what is wrong with a file.
type checkedFile struct {
	File   string         `json:"file"`
	Valid  bool           `json:"valid"`
	Errors []checkedError `json:"errors"`
}

type checkedError struct {
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Problem string `json:"problem"`
	Fix     string `json:"fix,omitempty"`
}

// Run does `snug profile check`: 0 if all are good, 1 if not.
func (c *profileCheckCmd) Run() int {
	status := 0
	docs := []checkedFile{}
	for _, file := range c.Files {
		errs := checkFile(file)
		if len(errs) > 0 {
			status = 1
		}
		docs = append(docs, checkedDocument(file, errs))
		if c.JSON {
			continue
		}
		for _, err := range errs {
			report(os.Stderr, err)
		}
	}
	if c.JSON {
		printJSON(struct {
			Schema int           `json:"schema"`
			Files  []checkedFile `json:"files"`
		}{1, docs})
	}
	return status
}

func checkedDocument(file string, errs []error) checkedFile {
	doc := checkedFile{asUTF8(file), len(errs) == 0, []checkedError{}}
	for _, err := range errs {
		e := checkedError{Problem: err.Error(), Fix: hintOf(err)}
		if p, ok := errors.AsType[*profile.Error](err); ok {
			e.Line, e.Column, e.Problem = p.Line, p.Column, p.Problem
		}
		doc.Errors = append(doc.Errors, e)
	}
	return doc
}

// checkFile finds what is wrong: by itself, with what it is over, and as a wish.
func checkFile(file string) (errs []error) {
	p, err := parseFile(file)
	if all, ok := errors.AsType[profile.Errors](err); ok {
		for _, e := range all {
			errs = append(errs, e)
		}
		return errs
	}
	f := &finder{}
	var s profile.Stack
	if err == nil {
		s, err = profile.Expand(profile.Stack{p}, f.named)
	}
	if err == nil && p.Name == ownFile {
		err = staysAtHome(p)
	}
	if err == nil {
		err = asWish(s)
	}
	if err != nil {
		errs = append(errs, err)
	}
	return errs
}

// asWish tries whether flags could mean what the stack says. Nothing is run.
func asWish(s profile.Stack) error {
	r := &runCmd{Args: []string{"true"}, stack: s}
	r.take(s, places())
	_, err := r.wish()
	return r.blame(err)
}

func printJSON(document any) int {
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", "  ")
	if err := e.Encode(document); err != nil {
		return report(os.Stderr, err)
	}
	return 0
}

// excerptOf is the line of a profile that an error is about, and its underline.
func excerptOf(err error) []string {
	var e interface{ Excerpt() []string }
	if errors.As(err, &e) {
		return e.Excerpt()
	}
	return nil
}

func printExcerpt(w io.Writer, err error) {
	for _, line := range excerptOf(err) {
		fmt.Fprintf(w, "  %s\n", plain(strings.ReplaceAll(line, "\t", " ")))
	}
}
