package userns

import "strings"

// gitValue is one setting of a git configuration, without the subsection.
type gitValue struct{ section, key, value string }

// parseGitConfig reads as git does (git-config(1), "Syntax"), but goes on after what git
// would refuse: what it can't read is not held by anything it says.
func parseGitConfig(text string) (values []gitValue) {
	section := ""
	for text != "" {
		var line string
		line, text = gitLine(text)
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			head, rest, _ := strings.Cut(line[1:], "]")
			if open := strings.IndexByte(head, '"'); open >= 0 { // a subsection may have a bracket in it
				if end := strings.Index(line, `"]`); end > 0 {
					rest = line[end+2:]
				}
				head = head[:open]
			}
			section, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(head)), ".")
			line = strings.TrimSpace(rest)
		}
		key, value, found := strings.Cut(line, "=")
		if found && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, ";") {
			values = append(values, gitValue{section, strings.ToLower(strings.TrimSpace(key)), gitUnquote(value)})
		}
	}
	return values
}

// gitLine is the first line, with those that it goes on in.
func gitLine(text string) (line, rest string) {
	var b strings.Builder
	for {
		line, after, more := strings.Cut(text, "\n")
		line = strings.TrimSuffix(line, "\r")
		if !more || !strings.HasSuffix(line, `\`) || strings.HasSuffix(line, `\\`) {
			b.WriteString(line)
			return b.String(), after
		}
		b.WriteString(line[:len(line)-1])
		text = after
	}
}

// gitUnquote is what a value says: quotes taken away, escapes carried out, and no comment.
func gitUnquote(s string) string {
	var b strings.Builder
	s, quoted, spaces := strings.TrimSpace(s), false, 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '"':
			quoted = !quoted
			continue
		case c == '\\' && i+1 < len(s):
			i++
			if c = s[i]; c == 'n' || c == 't' || c == 'b' {
				c = map[byte]byte{'n': '\n', 't': '\t', 'b': '\b'}[c]
			}
		case !quoted && (c == '#' || c == ';'):
			return b.String()
		case !quoted && (c == ' ' || c == '\t'):
			spaces++
			continue
		}
		b.WriteString(strings.Repeat(" ", spaces))
		spaces = 0
		b.WriteByte(c)
	}
	return b.String()
}
