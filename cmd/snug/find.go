package main

import (
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"snug/cgroupv2"
	"snug/userns"
	"snug/userns/store"
)

// known are the sandboxes of this user.
type known struct {
	dir *store.Dir
	all []*store.Record
}

// readRecords reads them all.
func readRecords() (*known, error) {
	dir, err := store.Open()
	if err != nil {
		return nil, noRecords(err)
	}
	all, err := dir.All()
	if err != nil {
		return nil, noRecords(err)
	}
	return &known{dir, all}, nil
}

// find finds one, by name, by the beginning of it, or by number.
func (k *known) find(id string) (*store.Record, error) {
	found := store.Find(k.all, id)
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, &userns.Error{Do: "find a sandbox", On: id, Err: unix.ESRCH, Why: "no sandbox has that name or process" + k.names(k.all),
			Fix: "see which there are: snug ps --all"}
	}
	return nil, &userns.Error{Do: "find a sandbox", On: id, Err: unix.EINVAL, Why: "more than one begins with that" + k.names(found),
		Fix: "write more of its name, or give the number of its process"}
}

// names lists some names, for somebody who mistyped one.
func (k *known) names(records []*store.Record) string {
	const most = 10
	if len(records) == 0 {
		return "; there is none at all"
	}
	var names []string
	for _, r := range records {
		names = append(names, r.Name)
	}
	slices.Sort(names)
	if len(names) > most {
		names = append(names[:most], "...")
	}
	return ": " + strings.Join(names, ", ")
}

// commandOf is what a sandbox runs, on one line, harmless to a terminal.
func commandOf(r *store.Record) string {
	words := make([]string, len(r.Args))
	for i, w := range r.Args {
		if words[i] = plain(w); w == "" || strings.ContainsAny(w, " '\"") {
			words[i] = strconv.Quote(words[i])
		}
	}
	return strings.Join(words, " ")
}

// named are the sandboxes that a command is about.
type named struct {
	Sandbox []string `arg:"" placeholder:"SANDBOX" help:"The name of a sandbox or the beginning of it, or the number of the snug that runs it, or of its pid 1."`
}

// endedAlready notes that there is nothing to be done any more, which is no failure.
func endedAlready(r *store.Record) {
	tellShort(r.Name + " has ended already")
}

func tellShort(what string) { os.Stderr.WriteString("snug: " + plain(what) + "\n") }

func leafOf(id string) (*cgroupv2.Leaf, error) {
	if k, err := readRecords(); err == nil {
		defer k.dir.Close()
		r, err := k.find(id)
		if err == nil {
			return leafOfRecord(r)
		}
		if !errors.Is(err, unix.ESRCH) {
			return nil, err
		}
	}
	return cgroupv2.Find(id)
}

// leafOfRecord finds the cgroup of a sandbox that runs.
func leafOfRecord(r *store.Record) (*cgroupv2.Leaf, error) {
	if r.State() != store.Running {
		return nil, notRunning(r)
	}
	leaf, err := cgroupv2.Find(strconv.Itoa(r.Init.Pid))
	if err != nil || !r.Init.Alive() { // its number may have been another's by then
		if err == nil {
			leaf.Close()
		}
		return nil, &userns.Error{Do: "use the cgroup of", On: r.Name, Err: unix.EOPNOTSUPP,
			Why: "it has none: it was started without a limit, and nobody was asked for one",
			Fix: "start it with --cgroup, or with a limit such as -m 1G"}
	}
	return leaf, nil
}

// notRunning is the error about a sandbox that doesn't.
func notRunning(r *store.Record) error {
	e := &userns.Error{Do: "use the sandbox", On: r.Name, Err: unix.ESRCH, Why: "it has ended", Fix: "start it again"}
	switch r.State() {
	case store.Starting:
		e.Err, e.Why, e.Fix = unix.EAGAIN, "it is being started", "try again in a moment"
	case store.Elsewhere:
		e.Why, e.Fix = "it was started in another pid namespace, and its processes have no numbers here", "do it there"
	case store.Lost:
		e.Why = "it has ended with the snug that ran it, which was killed"
	}
	return e
}
