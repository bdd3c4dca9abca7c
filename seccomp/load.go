package seccomp

import (
	"bytes"
	"io"
)

// maxProfile bounds what is read: Docker's profile has 16 KB.
const maxProfile = 4 << 20

// Load reads a profile in either form: JSON of the OCI and Docker if the first character
// is a brace, otherwise our text form, see [ParseText].
func Load(r io.Reader) (*Profile, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxProfile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxProfile {
		return nil, problem("it has more than 4 MiB")
	}
	if bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{")) {
		return ParseJSON(text)
	}
	return ParseText(string(text))
}
