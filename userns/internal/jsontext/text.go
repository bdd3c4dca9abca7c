// Package jsontext writes JSON without looking at types.
//
// # Theory of operation
//
// Every start of a sandbox writes a record of some kilobytes. encoding/json finds out at run
// time what it writes, which the first time takes a tenth of a millisecond and as many pages of
// code as the rest of the start has. Whoever writes one kind of value can as well append its
// parts to a slice of bytes; this package has what is needed for that, and encoding/json reads
// the result.
package jsontext

import (
	"strconv"
	"unicode/utf8"
)

// String appends s. What is no UTF-8 becomes U+FFFD, as with encoding/json.
func String(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if c >= utf8.RuneSelf && (r != utf8.RuneError || size > 1) {
			i += size
			continue
		}
		b = append(b, s[start:i]...)
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, `\ufffd`...)
		}
		i += size
		start = i
	}
	return append(append(b, s[start:]...), '"')
}

// Strings appends a list of them.
func Strings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = String(b, s)
	}
	return append(b, ']')
}

// Key appends the name of a member, with a comma unless it is the first.
func Key(b []byte, name string) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	b = append(b, '"')
	b = append(b, name...)
	return append(b, '"', ':')
}

// Number appends a member that is a number.
func Number(b []byte, name string, n uint64) []byte {
	return strconv.AppendUint(Key(b, name), n, 10)
}

// Flag appends a member that is true, and nothing if it isn't.
func Flag(b []byte, name string, on bool) []byte {
	if !on {
		return b
	}
	return append(Key(b, name), "true"...)
}
