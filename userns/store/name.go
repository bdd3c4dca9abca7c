package store

import (
	"errors"
	"path"
	"strconv"
	"strings"
)

// LongestName is how long a name can be.
const LongestName = 64

// ErrName says that a name is none.
var ErrName = errors.New("not a name for a sandbox")

// CheckName says whether a sandbox can be called that: small letters, digits, and . _ - after
// the first. A number alone is a process.
func CheckName(name string) error {
	letters := false
	for i, r := range name {
		switch {
		case r >= 'a' && r <= 'z':
			letters = true
		case r >= '0' && r <= '9':
		case i > 0 && (r == '.' || r == '_' || r == '-'):
			letters = true
		default:
			return ErrName
		}
	}
	if !letters || len(name) > LongestName {
		return ErrName
	}
	return nil
}

// NameOf makes a name of a command and of the process that keeps its sandbox: make-1234.
func NameOf(command string, pid int) string {
	const longest = 40
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '.', r == '_', r == '-':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '_'
	}, path.Base(command))
	name = strings.Trim(name[:min(len(name), longest)], "._-")
	if name == "" {
		name = "sandbox"
	}
	return name + "-" + strconv.Itoa(pid)
}
