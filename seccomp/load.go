package seccomp

import (
	"bytes"
	"io"
)

// maxProfile bounds what is read: Docker's profile has 16 KB.
const maxProfile = 4 << 20

// Load reads a profile in any form: JSON of the OCI and Docker if the first character is a
// brace, see [ParseJSON]; TOML if what comes first, other than comments, is a key and an
// equals sign or a bracket, see [ParseTOML]; otherwise our text form, see [ParseText]. It
// takes 4 MiB at most. An error is an [Error], or one of r.
func Load(r io.Reader) (*Profile, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxProfile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxProfile {
		return nil, problem("it has more than 4 MiB")
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff")) // some editors begin every file with it
	switch {
	case bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{")):
		return ParseJSON(text)
	case isTOML(text):
		return ParseTOML(text)
	}
	return ParseText(string(text))
}

// isTOML looks at the first line that says something. No statement of the text form has an
// equals sign behind its first word.
func isTOML(text []byte) bool {
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		if line[0] == '[' {
			return true
		}
		key, _, ok := bytes.Cut(line, []byte("="))
		return ok && len(bytes.Fields(key)) == 1
	}
	return false
}
