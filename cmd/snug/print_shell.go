package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// shellWord is s as one word of a line for bash. Nothing in it is ever expanded, and
// nothing of it reaches a terminal as an order: what a terminal could take for one is
// written as $'\x1b'.
func shellWord(s string) string {
	switch {
	case s == "":
		return "''"
	case strings.Trim(s, shellSafe) == "":
		return s
	case plain(s) != s:
		return ansiQuoted(s)
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// shellSafe are the characters that no shell does anything with.
const shellSafe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-"

// ansiQuoted is s as $'...', for bytes that can't be shown.
func ansiQuoted(s string) string {
	var b strings.Builder
	b.WriteString("$'")
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == '\'' || r == '\\':
			b.WriteString(`\` + s[:n])
		case r == '\n':
			b.WriteString(`\n`)
		case r == utf8.RuneError && n == 1, plain(s[:n]) != s[:n]:
			for i := range n {
				fmt.Fprintf(&b, `\x%02x`, s[i])
			}
		default:
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return b.String() + "'"
}
