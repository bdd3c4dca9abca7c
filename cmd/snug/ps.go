package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"snug/cgroupv2"
	"snug/userns/store"
)

// psCmd is `snug ps`.
type psCmd struct {
	All   bool `short:"a" help:"Also those that have ended."`
	Quiet bool `short:"q" help:"Only names."`
	JSON  bool `name:"json" help:"As JSON."`
}

// row is a sandbox in the list.
type row struct {
	Name     string        `json:"name"`
	PID      int           `json:"pid"`     // of the snug that runs it
	InitPID  int           `json:"pid1"`    // of its pid 1, as it is outside
	State    string        `json:"state"`   // starting, running, frozen, ended, lost, elsewhere
	Created  time.Time     `json:"created"` // RFC 3339
	AgeNS    int64         `json:"age_ns"`
	Command  []string      `json:"command"`
	Detached bool          `json:"detached"`
	Usage    *measured     `json:"usage,omitempty"` // of one that runs
	Ending   *store.Ending `json:"ending,omitempty"`
}

// Run does `snug ps`.
func (c *psCmd) Run() int {
	rows, err := c.rows()
	switch {
	case err != nil && c.JSON:
		return reportJSON(os.Stderr, err)
	case err != nil:
		return report(os.Stderr, err)
	}
	if err := c.print(os.Stdout, rows); err != nil {
		return report(os.Stderr, err)
	}
	return 0
}

func (c *psCmd) rows() ([]row, error) {
	k, err := readRecords()
	if err != nil {
		return nil, err
	}
	defer k.dir.Close()
	rows := []row{}
	var use crowd
	if !c.Quiet && len(k.all) > 0 {
		use = gather()
	}
	for _, r := range k.all {
		if c.All || !r.Over() {
			rows = append(rows, rowOf(r, use))
		}
	}
	return rows, nil
}

func rowOf(r *store.Record, use crowd) row {
	if use == nil {
		return rowUsing(r, nil)
	}
	return rowUsing(r, use.of(r))
}

func rowUsing(r *store.Record, usage *measured) row {
	out := row{
		Name: r.Name, PID: r.Keeper.Pid, InitPID: r.Init.Pid, State: string(r.State()), Created: r.Created,
		AgeNS: time.Since(r.Created).Nanoseconds(), Command: r.Args, Detached: r.Detached, Usage: usage, Ending: r.Ending,
	}
	if out.Usage != nil && out.Usage.Frozen {
		out.State = "frozen"
	}
	return out
}

func (c *psCmd) print(w io.Writer, rows []row) error {
	switch {
	case c.JSON:
		return json.NewEncoder(w).Encode(struct {
			Schema    int   `json:"schema"`
			Sandboxes []row `json:"sandboxes"`
		}{1, rows})
	case c.Quiet:
		for i := range rows {
			if _, err := fmt.Fprintln(w, plain(rows[i].Name)); err != nil {
				return err
			}
		}
		return nil
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "NAME\tPID\tAGE\tSTATE\tMEMORY\tCPU\tCOMMAND")
	for i := range rows {
		r := &rows[i]
		memory, cpu := "-", "-"
		if r.Usage != nil {
			memory, cpu = cgroupv2.Amount(r.Usage.Memory).Human(), r.Usage.CPU.Round(10*time.Millisecond).String()
		}
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%s\t%s\t%s\n", plain(r.Name), r.PID, age(r.AgeNS), r.stateWords(), memory, cpu, clipped(r.Command))
	}
	return t.Flush()
}

// stateWords is the state, and of one that has ended how.
func (r *row) stateWords() string {
	if r.Ending == nil {
		return r.State
	}
	return fmt.Sprintf("%s (%d)", r.State, r.Ending.ExitCode)
}

// age is a time in its two largest units.
func age(ns int64) string {
	d := max(time.Duration(ns), 0)
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm%ds", d/time.Minute, d%time.Minute/time.Second)
	case d < 24*time.Hour:
		return fmt.Sprintf("%dh%dm", d/time.Hour, d%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%dd%dh", d/(24*time.Hour), d%(24*time.Hour)/time.Hour)
}

// clipped is a command on a line that fits most screens.
func clipped(args []string) string {
	const wide = 60
	words := []rune(commandOf(&store.Record{Args: args}))
	if len(words) > wide {
		return strings.TrimSpace(string(words[:wide-3])) + "..."
	}
	return string(words)
}

// Help is what `snug ps --help` says besides the flags.
func (*psCmd) Help() string {
	return `Lists this user's sandboxes, the oldest first: those that run, with --all also detached ones that have ended. PID is that of the snug that runs it. MEMORY and CPU are the kernel's accounts for one with a cgroup, and the sum over its processes otherwise.

States: starting; running; frozen; ended (exit status); lost: it ended with the snug that ran it, which was killed; elsewhere: its processes have numbers in another pid namespace.`
}
