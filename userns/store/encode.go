package store

import (
	"encoding/json"
	"time"

	"snug/userns/internal/jsontext"
)

// encode is json.Marshal for a record, in a fraction of its time: it is done at every start.
// The end is for encoding/json: there is time for that.
func (r *Record) encode() ([]byte, error) {
	b := jsontext.Number(append(make([]byte, 0, 8<<10), '{'), "schema", Schema)
	b = jsontext.String(jsontext.Key(b, "name"), r.Name)
	b = jsontext.Flag(b, "named", r.Named)
	b = jsontext.Flag(b, "detached", r.Detached)
	b = jsontext.Flag(b, "remove", r.Remove)
	b = r.Keeper.append(jsontext.Key(b, "keeper"))
	b = r.Init.append(jsontext.Key(b, "init"))
	b = jsontext.Number(b, "pid_namespace", r.PIDNamespace)
	b = append(r.Created.AppendFormat(append(jsontext.Key(b, "created"), '"'), time.RFC3339Nano), '"')
	b = jsontext.Strings(jsontext.Key(b, "args"), r.Args)
	b = jsontext.String(jsontext.Key(b, "dir"), r.Dir)
	b = jsontext.Number(b, "stop_timeout_ns", uint64(max(r.StopTimeout, 0)))
	b = jsontext.Flag(b, "cgroup", r.Cgroup)
	b = jsontext.Flag(b, "shares_pid", r.SharesPID)
	if r.Ending != nil {
		ending, err := json.Marshal(r.Ending)
		if err != nil {
			return nil, err
		}
		b = append(jsontext.Key(b, "ending"), ending...)
	}
	if len(r.Entry) > 0 {
		b = append(jsontext.Key(b, "entry"), r.Entry...)
	}
	return append(b, '}', '\n'), nil
}

func (p Process) append(b []byte) []byte {
	b = jsontext.Number(append(b, '{'), "pid", uint64(max(p.Pid, 0)))
	return append(jsontext.Number(b, "start", p.Start), '}')
}
