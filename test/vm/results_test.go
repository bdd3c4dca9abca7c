//go:build vm

package vm

import (
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
)

// event is one line of test2json.
type event struct {
	Action  string
	Test    string
	Output  string
	Elapsed float64
}

// outcome is what is known of one test inside; without an end its action is empty.
type outcome struct {
	name, action string
	seconds      float64
	output       []string
}

// results are filled as the tests inside end.
type results struct {
	events *json.Decoder
	open   []*outcome // began, and have not ended
	count  int        // ended
	failed int        // of these
	rest   []string   // output of no test
}

func read(events io.Reader) *results { return &results{events: json.NewDecoder(events)} }

// ended yields each test as it ends, until the machine says no more.
func (r *results) ended(yield func(*outcome) bool) {
	for {
		var e event
		if r.events.Decode(&e) != nil { // no test2json ends in the middle of a line, but who is killed does
			return
		}
		if o := r.take(e); o != nil && !yield(o) {
			return
		}
	}
}

// take takes one event, and returns the test that it ended.
func (r *results) take(e event) *outcome {
	if e.Test == "" {
		r.rest = append(r.rest, e.Output)
		return nil
	}
	i := slices.IndexFunc(r.open, func(o *outcome) bool { return o.name == e.Test })
	if i < 0 {
		r.open = append(r.open, &outcome{name: e.Test})
		i = len(r.open) - 1
	}
	o := r.open[i]
	switch e.Action {
	case "output":
		if !framing(e.Output) {
			o.output = append(o.output, e.Output)
		}
	case "pass", "fail", "skip":
		o.action, o.seconds = e.Action, e.Elapsed
		r.open = slices.Delete(r.open, i, i+1)
		r.count++
		if e.Action == "fail" {
			r.failed++
		}
		return o
	}
	return nil
}

func framing(line string) bool {
	return strings.HasPrefix(line, "=== ") || strings.HasPrefix(strings.TrimSpace(line), "--- ")
}

// replay ends a test here as it ended inside.
func (o *outcome) replay(t *testing.T) {
	said := strings.TrimSpace(strings.Join(o.output, ""))
	switch o.action {
	case "pass":
		t.Logf("%.2f s inside\n%s", o.seconds, said)
	case "skip":
		t.Skip(said)
	case "fail":
		t.Errorf("failed inside:\n%s", said)
	default:
		t.Errorf("began inside and has no result:\n%s", said)
	}
}
