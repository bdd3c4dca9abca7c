package cgroupv2

import (
	"cmp"
	"os"
	"path"
	"strconv"
	"strings"
)

// prefix begins the name of every unit and directory that this package makes.
const prefix = "snug-"

// nameOf makes a name from what the caller calls it and this process's number, in the
// characters that both systemd.unit(5) and a shell take as they are: snug-make-1234.
func nameOf(what string) string {
	const longest = 40
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '_':
			return r
		}
		return '_'
	}, path.Base(what))
	name = name[:min(len(name), longest)]
	return prefix + cmp.Or(strings.Trim(name, "._"), "sandbox") + "-" + strconv.Itoa(os.Getpid())
}

// ownerOf is the process that made a unit or directory of that name.
func ownerOf(name string) (pid int, ok bool) {
	name, ours := strings.CutPrefix(strings.TrimSuffix(name, ".scope"), prefix)
	if !ours {
		return 0, false
	}
	parts := strings.Split(name, "-")
	for _, part := range parts[1:] { // NAME-PID, or NAME-PID-N for one of several
		if n, err := strconv.Atoi(part); err == nil && n > 0 {
			return n, true
		}
	}
	return 0, false
}
