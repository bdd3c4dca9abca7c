package seccomp

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// tomlProfile is the whole of the form: the text form in a container that editors know.
type tomlProfile struct {
	Default *string  `toml:"default"`
	Rules   []string `toml:"rules"`
}

var tomlKeys = [...]named[struct{}]{{name: "default"}, {name: "rules"}}

// ParseTOML reads a profile in TOML:
//
//	default = "errno ENOSYS"
//	rules = [
//	  "allow read write openat",
//	  "errno EPERM ioctl if int1 == TIOCSTI", # comments are TOML's own
//	  "allow ioctl",
//	]
//
// Each string of rules is one statement of the text form, see [ParseText]. There is nothing
// else: an unknown key is an error. An error is an [Error] with line and column.
func ParseTOML(text []byte) (*Profile, error) {
	var t tomlProfile
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&t); err != nil {
		return nil, tomlError(err)
	}
	if err := tomlCase(text); err != nil {
		return nil, err
	}
	if t.Default == nil {
		return nil, &Error{Problem: "default is missing", fix: `begin it with, for example, default = "errno ENOSYS"`}
	}
	p := &Profile{}
	if err := (&statement{strings.Fields(*t.Default)}).parse(p, true); err != nil {
		return nil, at(err, 0, "default")
	}
	for i, rule := range t.Rules {
		s := &statement{strings.Fields(rule)}
		if s.take("default") {
			return nil, tomlRuleError(text, i, &Error{Problem: "default is no rule", fix: `write default = "..." above the rules`})
		}
		if err := s.parse(p, false); err != nil {
			return nil, tomlRuleError(text, i, err)
		}
	}
	return p, p.Validate()
}

// tomlCase refuses Default and RULES, which the decoder takes for the same as default and
// rules: beside them one would win without a word.
func tomlCase(text []byte) error {
	p := unstable.Parser{}
	p.Reset(text)
	for p.NextExpression() {
		key := p.Expression().Key()
		if !key.Next() {
			continue
		}
		name := string(key.Node().Data)
		if _, ok := find(tomlKeys[:], name); !ok {
			e := unknown("key", name, keys(tomlKeys[:])).(*Error)
			at := p.Shape(key.Node().Raw).Start
			e.Line, e.Column = at.Line, at.Column
			return e
		}
	}
	return nil
}

// tomlError tells what the decoder says, and of several unknown keys the first.
func tomlError(err error) error {
	if strict, ok := errors.AsType[*toml.StrictMissingError](err); ok && len(strict.Errors) > 0 {
		first := &strict.Errors[0]
		key := strings.Join(first.Key(), ".")
		e := unknown("key", key, keys(tomlKeys[:])).(*Error)
		return e.located(first, excerpt(first.String(), "no such key"))
	}
	if d, ok := errors.AsType[*toml.DecodeError](err); ok {
		e := &Error{Problem: shortened(strings.TrimPrefix(d.Error(), "toml: "), mostMessage)}
		return e.located(d, excerpt(d.String(), ""))
	}
	return problem(shortened(strings.TrimPrefix(err.Error(), "toml: "), mostMessage))
}

func (e *Error) located(d *toml.DecodeError, excerpt string) error {
	e.Line, e.Column = d.Position()
	e.excerpt = excerpt
	return e
}

// excerpt is the line in question and its underline, of the picture that the decoder draws,
// with a comment of our own.
func excerpt(picture, comment string) string {
	lines := strings.Split(picture, "\n")
	for i := 1; i < len(lines); i++ {
		bar, under, ok := strings.Cut(lines[i], "| ")
		if !ok || strings.Trim(bar, " ") != "" || !strings.HasPrefix(strings.TrimLeft(under, " "), "~") {
			continue
		}
		if len(lines[i-1]) > mostMessage {
			return ""
		}
		if end := strings.LastIndexByte(under, '~'); comment != "" {
			under = under[:end+1] + " " + comment
		}
		return lines[i-1] + "\n" + bar + "| " + under
	}
	return ""
}

// tomlRuleError says which rule it is about and where that stands.
func tomlRuleError(text []byte, rule int, err error) error {
	e, ok := err.(*Error)
	if !ok {
		return err
	}
	where := *e
	where.Where = "rule " + strconv.Itoa(rule+1)
	where.Line, where.Column = tomlRulePlace(text, rule)
	return &where
}

// tomlRulePlace finds a rule in a document that has been read. The decoder doesn't tell where
// its values were, and until now nobody had to know.
func tomlRulePlace(text []byte, rule int) (line, column int) {
	p := unstable.Parser{}
	p.Reset(text)
	for p.NextExpression() {
		e := p.Expression()
		if e.Kind != unstable.KeyValue {
			continue
		}
		key := e.Key()
		if !key.Next() || string(key.Node().Data) != "rules" {
			continue
		}
		for values := e.Value().Children(); values.Next(); {
			if values.Node().Kind != unstable.String {
				continue // a comment
			}
			if rule--; rule < 0 {
				at := p.Shape(values.Node().Raw).Start
				return at.Line, at.Column
			}
		}
	}
	return 0, 0
}
