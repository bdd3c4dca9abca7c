package main

import (
	"encoding/json"
	"os"
	"sync"

	"snug/cgroupv2"
	"snug/userns/store"
)

// verb is a command that does something to each of some sandboxes: what came of it is said
// as it comes, or all of it as one document at the end.
type verb struct {
	JSON bool `name:"json" help:"Say what came of each as JSON."`

	outcomes []outcome
}

// outcome is what came of it for one sandbox.
type outcome struct {
	Sandbox  string     `json:"sandbox"` // as it was called
	OK       bool       `json:"ok"`
	ExitCode *int       `json:"exit_code,omitempty"` // of snug wait
	Error    *jsonCause `json:"error,omitempty"`
}

type jsonOutcomes struct {
	Schema    int       `json:"schema"`
	Sandboxes []outcome `json:"sandboxes"`
}

// refuse is for a line that is not understood, and what keeps everything from being done.
func (v *verb) refuse(err error) int {
	if v.JSON {
		return reportJSON(os.Stderr, err)
	}
	return report(os.Stderr, err)
}

// note keeps an outcome, and tells of a failure who reads.
func (v *verb) note(o outcome, err error) {
	switch {
	case err == nil:
		o.OK = true
	case v.JSON:
		o.Error = &errorDocument(err).Error
	default:
		report(os.Stderr, err)
	}
	v.outcomes = append(v.outcomes, o)
}

// status ends the command: 1 if there was a failure, as for kill(1).
func (v *verb) status() (status int) {
	for _, o := range v.outcomes {
		if !o.OK {
			status = 1
		}
	}
	if v.JSON {
		d := jsonOutcomes{Schema: 1, Sandboxes: v.outcomes}
		if d.Sandboxes == nil {
			d.Sandboxes = []outcome{}
		}
		if err := json.NewEncoder(os.Stdout).Encode(d); err != nil {
			return reportJSON(os.Stderr, err)
		}
	}
	return status
}

// each does something to every sandbox, and goes on after a failure.
func (v *verb) each(ids []string, do func(k *known, r *store.Record, o *outcome) error) int {
	for _, id := range ids {
		o := outcome{Sandbox: id}
		k, err := readRecords() // again: what was done to one may have ended another
		var r *store.Record
		if err == nil {
			r, err = k.find(id)
		}
		if err == nil {
			err = do(k, r, &o)
		}
		if k != nil {
			k.dir.Close()
		}
		v.note(o, err)
	}
	return v.status()
}

// together is each for something that takes long: all at once.
func (v *verb) together(ids []string, do func(*store.Record) error) int {
	k, err := readRecords()
	if err != nil {
		return v.refuse(err)
	}
	defer k.dir.Close()
	errs := make([]error, len(ids))
	var wg sync.WaitGroup
	for i, id := range ids {
		r, err := k.find(id)
		if err != nil {
			errs[i] = err
			continue
		}
		wg.Go(func() { errs[i] = do(r) })
	}
	wg.Wait()
	for i, err := range errs {
		v.note(outcome{Sandbox: ids[i]}, err)
	}
	return v.status()
}

// eachName does something to what has a name of its own choice.
func (v *verb) eachName(ids []string, do func(id string) error) int {
	for _, id := range ids {
		v.note(outcome{Sandbox: id}, do(id))
	}
	return v.status()
}

// eachLeaf does something to the cgroup of every one, by its record or, where there is none, by
// the name of the cgroup.
func (v *verb) eachLeaf(ids []string, do func(*cgroupv2.Leaf) error) int {
	return v.eachName(ids, func(id string) error {
		leaf, err := leafOf(id)
		if err == nil {
			err = do(leaf)
			leaf.Close()
		}
		return err
	})
}
