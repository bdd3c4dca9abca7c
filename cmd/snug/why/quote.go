package why

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Quote writes a path as a shell takes it, in letters that obey nobody: as it is, in quotes,
// or with escapes for what a terminal might act on.
func Quote(s string) string {
	switch {
	case s != "" && strings.IndexFunc(s, unsafe) < 0:
		return s
	case !utf8.ValidString(s) || strings.IndexFunc(s, func(r rune) bool { return !strconv.IsPrint(r) }) >= 0:
		return escaped(s)
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// unsafe is what means something to a shell, or may.
func unsafe(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+=:,@%", r))
}

// escaped is $'...' of POSIX.1-2024, with all that isn't plain ASCII as bytes.
func escaped(s string) string {
	var b strings.Builder
	b.WriteString("$'")
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\'' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c >= 0x7f:
			b.WriteString(`\` + octal(c))
		default:
			b.WriteByte(c)
		}
	}
	b.WriteString("'")
	return b.String()
}

// octal has three digits always: what follows can't be taken for one more.
func octal(c byte) string { return string([]byte{'0' + c>>6, '0' + c>>3&7, '0' + c&7}) }
