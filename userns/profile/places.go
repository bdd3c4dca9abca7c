package profile

import (
	"encoding/hex"
	"path"
	"strings"
)

// Places says where the words of a profile lead.
type Places struct {
	Home   string // what ~ stands for
	Caches string // the directory of the project's caches, "" for none
}

// Path puts the home in for a leading ~.
func (p *Places) Path(s string) string {
	if s == "~" || strings.HasPrefix(s, "~/") {
		return path.Join(p.Home, s[1:])
	}
	return s
}

// Value is the value as a flag would take it: of what is a path, or a variable's value that
// begins with ~/, the home is put in.
func (p *Places) Value(v *Value) string {
	switch v.Key() {
	case "volume":
		source, target := v.ends()
		mode := v.Text[len(source)+1+len(target):]
		return p.Path(source) + ":" + p.Path(target) + mode
	case "env":
		if name, value, ok := strings.Cut(v.Text, "="); ok {
			return name + "=" + p.Path(value)
		}
	case "project", "chdir", "seccomp", "io-max", "rw", "rw-try", "ro", "ro-try", "cache", "tmpfs", "dir":
		return p.Path(v.Text)
	}
	return v.Text
}

// Source is the path outside that a mount shows, "" if it shows none.
func (p *Places) Source(v *Value) string {
	switch v.Key() {
	case "volume", "rw", "rw-try", "ro", "ro-try":
		source, _ := v.ends()
		return path.Clean(p.Path(source))
	}
	return ""
}

// Cache is the directory that the cache at the given path is kept in. It is a name of its
// own right below Caches: what is in one cache was written by what ran in a sandbox, and must
// not be on the way to another. "" if nothing is kept.
func (p *Places) Cache(target string) string {
	if p.Caches == "" {
		return ""
	}
	return path.Join(p.Caches, fileName(target))
}

// ProjectCaches is the name of a directory for the caches of a project.
func ProjectCaches(project string) string {
	return fileName(shortest(path.Base(project), 40)) + "-" + Sum([]byte(project))[:16]
}

func shortest(s string, most int) string { return s[:min(len(s), most)] }

// fileName turns a path into one name, a different one for each.
func fileName(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == '/':
			b.WriteString("+")
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_':
			b.WriteByte(c)
		default:
			b.WriteString("%" + hex.EncodeToString([]byte{c}))
		}
	}
	name := b.String()
	if len(name) > 200 || strings.Trim(name, ".") == "" {
		return "%" + Sum([]byte(s))
	}
	return name
}
