package main

import (
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// roff writes man(7). Lines are short and no line of text begins like a request, so that neither
// groff nor mandoc has anything to say about it.
type roff struct{ strings.Builder }

func newRoff(name, date, version string) *roff {
	r := &roff{}
	r.WriteString(`.\" Made from the grammar of snug's command line by snug __man.` + "\n")
	r.WriteString(".TH " + strings.ToUpper(strings.ReplaceAll(name, "-", `\-`)) + " 1 " + date + ` "snug ` + roffEscape(version) + `" "User Commands"` + "\n")
	return r
}

func (r *roff) line(s string) { r.WriteString(s + "\n") }

func (r *roff) section(name string) { r.line(".SH " + name) }

// text writes a paragraph.
func (r *roff) text(s string) { r.filled(roffEscape(s)) }

// filled writes what is escaped already, in lines.
func (r *roff) filled(s string) {
	const width = 78
	line := ""
	for w := range strings.FieldsSeq(s) {
		if line != "" && len(line)+1+len(w) > width {
			r.line(guarded(line))
			line = ""
		}
		line = strings.TrimPrefix(line+" "+w, " ")
	}
	if line != "" {
		r.line(guarded(line))
	}
}

// guarded keeps a line of text from being a request.
func guarded(line string) string {
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		return `\&` + line
	}
	return line
}

// block is a paragraph, or lines to be taken as they are.
func (r *roff) block(b helpBlock) {
	if !b.literal {
		r.line(".PP")
		r.text(b.text)
		return
	}
	r.line(".RS 4")
	r.line(".nf")
	for l := range strings.SplitSeq(b.text, "\n") {
		r.line(guarded(roffEscape(l)))
	}
	r.line(".fi")
	r.line(".RE")
}

// item is a word and what it is.
func (r *roff) item(word, about string) {
	r.line(".TP")
	r.line(word)
	r.text(about)
}

// flags lists those that aren't hidden: those of no group, then group by group as --help has
// them.
func (r *roff) flags(flags []*kong.Flag) {
	r.group(flags, "")
	for _, g := range groups {
		if slices.ContainsFunc(flags, func(f *kong.Flag) bool { return !f.Hidden && groupOf(f) == g.Key }) {
			r.line(".SS " + roffEscape(strings.TrimSuffix(g.Title, ":")))
			r.group(flags, g.Key)
		}
	}
}

func (r *roff) group(flags []*kong.Flag, key string) {
	for _, f := range flags {
		if f.Hidden || groupOf(f) != key {
			continue
		}
		about := f.Help
		if len(f.Aliases) > 0 {
			about += " Also: --" + strings.Join(f.Aliases, ", --") + "."
		}
		r.item(flagWord(f), about)
	}
}

func groupOf(f *kong.Flag) string {
	if f.Group == nil {
		return ""
	}
	return f.Group.Key
}

func flagWord(f *kong.Flag) string {
	s := bold("--" + f.Name)
	if f.Short != 0 {
		s = bold("-"+string(f.Short)) + ", " + s
	}
	switch {
	case f.IsBool():
	case strings.Contains(f.PlaceHolder, " "):
		s += " " + italic(f.PlaceHolder)
	default:
		s += "=" + italic(f.PlaceHolder)
	}
	return s
}

// tail is what all pages end with.
func (r *roff) tail(exit string, examples []helpBlock, also []string) {
	r.section("EXIT STATUS")
	r.text(exit)
	r.section("ENVIRONMENT")
	for _, v := range manualEnvironment {
		r.item(bold(v[0]), v[1])
	}
	r.section("FILES")
	for _, f := range manualFiles {
		r.item(italic(f[0]), f[1])
	}
	if len(examples) > 0 {
		r.section("EXAMPLES")
		for _, b := range examples {
			r.block(b)
		}
	}
	r.section("SEE ALSO")
	words := make([]string, 0, len(also)+len(manualSeeAlso))
	for _, name := range also {
		words = append(words, bold(name)+"(1)")
	}
	for _, m := range manualSeeAlso {
		words = append(words, bold(m[0])+"("+m[1]+")")
	}
	r.filled(strings.Join(words, ", "))
}

func bold(s string) string { return `\fB` + roffEscape(s) + `\fR` }

func italic(s string) string { return `\fI` + roffEscape(s) + `\fR` }

// roffEscape makes every character come out as it is, for pasting, too: a plain - or ' would
// become a hyphen or a quotation mark.
func roffEscape(s string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "~", `\(ti`, "^", `\(ha`, `"`, `\(dq`).Replace(plainLines(s))
}

// plainLines is plain for text of our own, which may have several lines.
func plainLines(s string) string {
	return strings.ReplaceAll(plain(strings.ReplaceAll(s, "\n", "\u2028")), "\u2028", "\n")
}
