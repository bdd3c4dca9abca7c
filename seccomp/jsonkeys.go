package seccomp

import (
	"bytes"
	"encoding/json"
	"strings"
)

// jsonLevel is an object or a list that a reader is in.
type jsonLevel struct {
	keys map[string]bool // nil in a list
	key  bool            // a key comes next
}

// repeatedKey refuses what encoding/json takes: of two keys that are the same, but for upper
// and lower case, the last would win there and the first with another runtime.
func repeatedKey(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	open := []*jsonLevel{{}}
	for {
		token, err := d.Token()
		if err != nil {
			return nil // the end: what is wrong otherwise was found before
		}
		level := open[len(open)-1]
		switch {
		case token == json.Delim('}') || token == json.Delim(']'):
			open = open[:len(open)-1]
			continue
		case level.key:
			name := strings.ToLower(token.(string))
			if level.keys[name] {
				return &Error{Line: lineAt(text, d.InputOffset()), Problem: "the key " + quoted(token.(string)) + " stands twice"}
			}
			level.keys[name] = true
		case token == json.Delim('{'):
			open = append(open, &jsonLevel{keys: map[string]bool{}, key: true})
		case token == json.Delim('['):
			open = append(open, &jsonLevel{})
		}
		level.key = level.keys != nil && !level.key
	}
}
