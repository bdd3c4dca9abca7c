package profile

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// Allowed is the list of files that somebody has said yes to: by path and content, so that
// a file that changes has to be asked about again, and the same text elsewhere as well.
type Allowed struct{ entries []allowedFile }

type allowedFile struct{ path, sum string }

// ParseAllowed reads a list as String writes it. Lines that say nothing clear allow nothing.
func ParseAllowed(text []byte) *Allowed {
	a := &Allowed{}
	for line := range bytes.Lines(text) {
		sum, quoted, ok := strings.Cut(strings.TrimSuffix(string(line), "\n"), " ")
		path, err := strconv.Unquote(quoted)
		if b, bad := hex.DecodeString(sum); ok && err == nil && bad == nil && len(b) == 32 {
			a.entries = append(a.entries, allowedFile{path, sum})
		}
	}
	return a
}

// String is a line a file: the sum and the path, quoted as in Go.
func (a *Allowed) String() string {
	var b strings.Builder
	for _, e := range a.entries {
		b.WriteString(e.sum + " " + strconv.Quote(e.path) + "\n")
	}
	return b.String()
}

// Has says whether this text at this path was allowed. known is true if some text was.
func (a *Allowed) Has(path string, text []byte) (allowed, known bool) {
	for _, e := range a.entries {
		if e.path == path {
			known = true
			if e.sum == Sum(text) {
				return true, true
			}
		}
	}
	return false, known
}

// Allow puts this text in the place of what was allowed at path before.
func (a *Allowed) Allow(path string, text []byte) {
	a.Deny(path)
	a.entries = append(a.entries, allowedFile{path, Sum(text)})
}

// Deny takes path off, and says whether it was there.
func (a *Allowed) Deny(path string) bool {
	before := len(a.entries)
	a.entries = slices.DeleteFunc(a.entries, func(e allowedFile) bool { return e.path == path })
	return len(a.entries) < before
}

// Len is the number of files.
func (a *Allowed) Len() int { return len(a.entries) }
