package profile

import (
	"bytes"
	"errors"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// MaxSize bounds the text of a profile, in bytes. Ours have less than two thousand.
const MaxSize = 64 << 10

// mostErrors are told of one text: nobody reads more at once.
const mostErrors = 20

// Parse takes a text apart. The error is of type [Errors]; source is the file's name in it.
func Parse(name, source string, text []byte) (*Profile, error) {
	p := &Profile{Name: name, Source: source}
	if len(text) > MaxSize {
		return nil, Errors{{Source: source, Problem: "it has more than 64 KiB", Fix: "a profile is a few lines of settings: name the right file"}}
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff")) // some editors begin every file with it
	var any map[string]any
	if err := toml.Unmarshal(text, &any); err != nil {
		return nil, Errors{syntax(source, err)}
	}
	r := &reader{profile: p, lines: strings.Split(string(text), "\n")}
	r.parser.Reset(text)
	for r.parser.NextExpression() && len(r.errors) < mostErrors {
		r.expression(r.parser.Expression())
	}
	if len(r.errors) > 0 {
		return nil, r.errors
	}
	return p, nil
}

// syntax is what the decoder says about a text that is no TOML: that it is UTF-8, that no
// key is given twice, and all else the form demands.
func syntax(source string, err error) *Error {
	e := &Error{Source: source, Problem: shortened(strings.TrimPrefix(err.Error(), "toml: ")), Fix: "write it as TOML has it: key = value, a line each"}
	if d, ok := errors.AsType[*toml.DecodeError](err); ok {
		e.Line, e.Column = d.Position()
		e.excerpt = picture(d.String())
	}
	return e
}

// picture is the line in question and its underline, of what the decoder draws.
func picture(drawn string) []string {
	lines := strings.Split(drawn, "\n")
	for i := 1; i < len(lines); i++ {
		bar, under, ok := strings.Cut(lines[i], "| ")
		if !ok || strings.Trim(bar, " ") != "" || !strings.HasPrefix(strings.TrimLeft(under, " "), "~") {
			continue
		}
		if len(lines[i-1]) > mostShown {
			return nil
		}
		end := strings.LastIndexByte(under, '~')
		return []string{lines[i-1], bar + "| " + under[:end+1]}
	}
	return nil
}

// reader walks over the expressions of a text that is known to be TOML.
type reader struct {
	parser  unstable.Parser
	profile *Profile
	lines   []string
	errors  Errors
}

func (r *reader) wrong(at place, problem, fix string) {
	r.errors = append(r.errors, &Error{Source: r.profile.Source, Line: at.line, Column: at.column, Problem: problem, Fix: fix, excerpt: at.excerpt})
}

func (r *reader) expression(e *unstable.Node) {
	k := e.Key()
	if !k.Next() {
		return
	}
	at := r.place(k.Node().Raw)
	name := string(k.Node().Data)
	if e.Kind != unstable.KeyValue {
		r.wrong(at, "there are no tables in a profile", "write "+name+" = ... on a line of its own, without brackets around it")
		return
	}
	i := find(name)
	switch {
	case k.Next():
		r.wrong(at, "a key is one word", "leave out the dot and what is behind it")
	case i < 0:
		r.wrong(at, "unknown key "+quoted(name), suggestion(name))
	default:
		r.values(i, at, e.Value())
	}
}

// values reads what stands behind the key with that index.
func (r *reader) values(i int, at place, n *unstable.Node) {
	switch k := &keys[i]; {
	case k.kind == List && n.Kind == unstable.Array:
		r.profile.set[i] = []Value{}
		for items := n.Children(); items.Next(); {
			if items.Node().Kind == unstable.String {
				r.value(i, at, items.Node())
			} else if items.Node().Kind != unstable.Comment {
				r.wrong(r.placeOr(items.Node(), at), k.name+" takes strings", "put it in quotes")
			}
		}
	case k.kind == List:
		r.wrong(r.placeOr(n, at), k.name+" takes a list", `write `+k.name+` = ["..."]`)
	case k.kind == Switch && n.Kind != unstable.Bool:
		r.wrong(r.placeOr(n, at), k.name+" is a switch", "write true or false, without quotes")
	case k.kind == Text && n.Kind != unstable.String && n.Kind != unstable.Integer && n.Kind != unstable.Float:
		r.wrong(r.placeOr(n, at), k.name+" takes one value", `write `+k.name+` = "..."`)
	default:
		r.value(i, at, n)
	}
}

func (r *reader) value(i int, at place, n *unstable.Node) {
	v := Value{Text: string(n.Data), profile: r.profile, key: i, place: r.placeOr(n, at)}
	if strings.IndexByte(v.Text, 0) >= 0 {
		r.errors = append(r.errors, v.Wrong("it holds a NUL byte", "leave it out: the kernel's strings end at one"))
		return
	}
	if k := &keys[i]; k.check != nil {
		if problem := k.check(v.Text); problem != "" {
			what, fix, _ := strings.Cut(problem, "; ")
			r.errors = append(r.errors, v.Wrong(quoted(v.Text)+" "+what, fix))
			return
		}
	}
	r.profile.set[i] = append(r.profile.set[i], v)
}

// placeOr is the place of a node, or at for one that doesn't say.
func (r *reader) placeOr(n *unstable.Node, at place) place {
	if n.Raw.Length == 0 {
		return at
	}
	return r.place(n.Raw)
}

// place finds a range and underlines it.
func (r *reader) place(raw unstable.Range) place {
	shape := r.parser.Shape(raw)
	at := place{line: shape.Start.Line, column: shape.Start.Column}
	line := strings.TrimSuffix(r.lines[at.line-1], "\r")
	if len(line) > mostShown {
		return at
	}
	end := len(line)
	if shape.End.Line == at.line {
		end = min(end, shape.End.Column-1)
	}
	margin := itoa(at.line) + "| "
	under := strings.Repeat(" ", len(margin)-2) + "| " + blank(line[:at.column-1]) + strings.Repeat("~", max(1, len([]rune(line[at.column-1:end]))))
	at.excerpt = []string{margin + line, under}
	return at
}

// blank is as wide as s on a terminal.
func blank(s string) string {
	return strings.Map(func(c rune) rune {
		if c == '\t' {
			return c
		}
		return ' '
	}, s)
}
