package probe

import (
	"os"
	"strings"
)

// profileFile is where AppArmor looks for profiles when the machine boots.
const profileFile = "/etc/apparmor.d/snug"

// Profile is what AppArmor needs in order to let the program make user namespaces: a
// profile for its path, which forbids nothing. Ubuntu ships such for other programs.
func (m Machine) Profile() []string {
	return []string{
		"abi <abi/4.0>,",
		"include <tunables/global>",
		"profile snug " + pattern(m.program()) + " flags=(unconfined) {",
		"  userns,",
		"}",
	}
}

// LoadProfile is the command by which root writes the profile and has it obeyed, now and
// after the next boot.
func (m Machine) LoadProfile() string {
	var b strings.Builder
	b.WriteString("printf '%s\\n'")
	for _, line := range m.Profile() {
		b.WriteString(" '" + strings.ReplaceAll(line, "'", `'\''`) + "'")
	}
	return b.String() + " >" + profileFile + " && apparmor_parser -r " + profileFile
}

func (m Machine) program() string {
	if m.Program != "" {
		return m.Program
	}
	if path, err := os.Executable(); err == nil {
		return strings.TrimSuffix(path, " (deleted)")
	}
	return "/usr/local/bin/snug"
}

// pattern writes a path so that AppArmor takes it for nothing but that path: its globbing
// characters are escaped, and quotes keep spaces in it.
func pattern(path string) string {
	const special = `\"*?[]{}^`
	var b strings.Builder
	for i := range len(path) {
		if strings.IndexByte(special, path[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(path[i])
	}
	if b.Len() != len(path) || strings.ContainsAny(path, " \t'#,()=@") {
		return `"` + b.String() + `"`
	}
	return path
}
