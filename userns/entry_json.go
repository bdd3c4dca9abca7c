package userns

import (
	"encoding/base64"

	"snug/userns/internal/jsontext"
)

// AppendJSON appends e as encoding/json reads it, in less time than that takes to write it: a
// record is made at every start.
func (e *Entry) AppendJSON(b []byte) []byte {
	b = jsontext.Number(append(b, '{'), "share", uint64(e.Share))
	b = jsontext.Strings(jsontext.Key(b, "env"), e.Env)
	b = jsontext.String(jsontext.Key(b, "dir"), e.Dir)
	b = jsontext.Number(b, "caps", uint64(e.Caps))
	b = jsontext.Flag(b, "ambient", e.Ambient)
	b = jsontext.Flag(b, "drop_groups", e.DropGroups)
	b = jsontext.Flag(b, "filtered", e.Filtered)
	b = append(jsontext.Key(b, "filter"), '"')
	b = append(base64.StdEncoding.AppendEncode(b, e.Filter), '"')
	b = jsontext.Flag(b, "filter_log", e.FilterLog)
	b = e.appendLandlock(jsontext.Key(b, "landlock"))
	b = append(jsontext.Key(b, "rlimits"), '[')
	for i, r := range e.Rlimits {
		if i > 0 {
			b = append(b, ',')
		}
		b = jsontext.String(jsontext.Key(append(b, '{'), "name"), r.Name)
		b = append(jsontext.Number(jsontext.Number(b, "soft", r.Soft), "hard", r.Hard), '}')
	}
	return append(b, ']', '}')
}

// appendLandlock leaves out what isn't enforced: it is for people.
func (e *Entry) appendLandlock(b []byte) []byte {
	d := &e.Landlock
	b = jsontext.Number(append(b, '{'), "ABI", uint64(d.ABI))
	b = jsontext.Number(b, "Files", uint64(d.Files))
	b = jsontext.Number(b, "Scope", uint64(d.Scope))
	b = append(jsontext.Key(b, "Rules"), '[')
	for i, r := range d.Rules {
		if i > 0 {
			b = append(b, ',')
		}
		b = jsontext.String(jsontext.Key(append(b, '{'), "Path"), r.Path)
		b = append(jsontext.Number(b, "Allow", uint64(r.Allow)), '}')
	}
	return append(b, ']', '}')
}
