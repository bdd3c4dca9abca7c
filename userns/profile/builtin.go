package profile

import (
	"embed"
	"slices"
	"strings"
)

// The profiles that come with the program: files a person can read.
//
//go:embed builtin/*.toml
var builtin embed.FS

// Builtin gives the profile of that name that comes with the program.
func Builtin(name string) (p *Profile, ok bool) {
	text, ok := BuiltinText(name)
	if !ok {
		return nil, false
	}
	p, err := Parse(name, BuiltIn, []byte(text))
	return p, err == nil // a test reads them all
}

// BuiltinText is its text, with the comments that give the reasons.
func BuiltinText(name string) (text string, ok bool) {
	if !slices.Contains(BuiltinNames(), name) {
		return "", false
	}
	b, err := builtin.ReadFile("builtin/" + name + ".toml")
	return string(b), err == nil
}

// BuiltinNames lists them, sorted.
func BuiltinNames() (names []string) {
	entries, _ := builtin.ReadDir("builtin") // in memory, and there
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".toml"))
	}
	return names
}
