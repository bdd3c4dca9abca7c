package profile

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// TOML is the stack as one profile: what is in force, and of each value whose it is.
func (s Stack) TOML() string {
	var b strings.Builder
	for _, p := range s {
		b.WriteString(comment(p.Name + " (" + p.Source + "): " + p.Description()))
	}
	for _, l := range s.Loosens() {
		b.WriteString(comment("It " + l + "."))
	}
	all := s.Settings()
	for i := 0; i < len(all); {
		n := i
		for n < len(all) && all[n].key == all[i].key {
			n++
		}
		b.WriteString("\n")
		write(&b, all[i:n])
		i = n
	}
	return b.String()
}

// write puts the values of one key down.
func write(b *strings.Builder, values []*Value) {
	first := values[0]
	if keys[first.key].kind != List {
		b.WriteString(first.Key() + " = " + literal(first) + " # " + plain(first.From()) + "\n")
		return
	}
	b.WriteString(first.Key() + " = [\n")
	for _, v := range values {
		b.WriteString("  " + literal(v) + ", # " + plain(v.From()) + "\n")
	}
	b.WriteString("]\n")
}

func literal(v *Value) string {
	if keys[v.key].kind == Switch {
		return v.Text
	}
	return quote(v.Text)
}

// quote is a basic string of TOML.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b.WriteString(`\` + string(c))
		case c < ' ' || c >= 0x7f && c < 0xa0 || c == utf8.RuneError:
			b.WriteString(`\u` + leftPadded(strconv.FormatInt(int64(c), 16), 4))
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func leftPadded(s string, n int) string { return strings.Repeat("0", max(0, n-len(s))) + s }

func comment(s string) string { return "# " + plain(s) + "\n" }

// plain keeps control characters out of a comment, where they may not be.
func plain(s string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c >= 0x7f && c < 0xa0 {
			return '?'
		}
		return c
	}, strings.ToValidUTF8(s, "?"))
}
