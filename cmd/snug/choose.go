package main

import (
	"golang.org/x/sys/unix"

	"snug/userns"
	"snug/userns/store"
)

// running and finished choose among all sandboxes.
func running(r *store.Record) bool {
	return r.State() == store.Running || r.State() == store.Starting
}

func finished(r *store.Record) bool { return r.Over() }

// choice is some sandboxes, or all.
type choice struct {
	verb
	Sandbox []string `arg:"" optional:"" placeholder:"SANDBOX" help:"The name of a sandbox or the beginning of it, or the number of the snug that runs it, or of its pid 1."`
	All     bool     `short:"a" help:"All that it can be done to."`
}

// ids are their names, at least one. Of all, it is those that are wanted.
func (c *choice) ids(wanted func(*store.Record) bool) ([]string, error) {
	switch {
	case c.All && len(c.Sandbox) > 0:
		return nil, &conflict{"--all and a name", "leave one out"}
	case !c.All && len(c.Sandbox) == 0:
		return nil, &usageError{&userns.Error{Do: "choose a sandbox", Err: unix.EINVAL}}
	case !c.All:
		return c.Sandbox, nil
	}
	k, err := readRecords()
	if err != nil {
		return nil, err
	}
	defer k.dir.Close()
	var ids []string
	for _, r := range k.all {
		if wanted(r) {
			ids = append(ids, r.Name)
		}
	}
	return ids, nil
}
