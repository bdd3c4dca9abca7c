package main

import (
	"encoding/json"
	"errors"
	"os"

	"snug/cgroupv2"
	"snug/userns"
	"snug/userns/store"
)

// inspectCmd is `snug inspect`.
type inspectCmd struct{ named }

// inspected is all that is known of a sandbox.
type inspected struct {
	Schema int `json:"schema"`
	row
	Dir         string            `json:"dir"` // where the command starts, inside
	StopTimeout int64             `json:"stop_timeout_ns"`
	Namespaces  map[string]uint64 `json:"namespaces,omitempty"` // inodes
	Shared      []string          `json:"shared_namespaces"`    // with the host
	Cgroup      string            `json:"cgroup,omitempty"`
	Stats       *cgroupv2.Stats   `json:"cgroup_stats,omitempty"`
	Record      string            `json:"record"` // a directory
	Log         string            `json:"log,omitempty"`
	Confined    *confined         `json:"confined,omitempty"`
}

// confined is what holds the command, and everybody who enters.
type confined struct {
	Env            []string        `json:"env"`
	Caps           []string        `json:"capabilities"`
	Filtered       bool            `json:"filtered"`
	Instructions   int             `json:"filter_instructions"`
	LandlockABI    int             `json:"landlock_abi"`
	LandlockRights []string        `json:"landlock_rights"` // that are refused but for the rules
	LandlockRules  []landlockRule  `json:"landlock_rules"`
	Rlimits        []userns.Rlimit `json:"rlimits"`
}

// landlockRule is what is allowed in a place and below it.
type landlockRule struct {
	Path  string   `json:"path"`
	Allow []string `json:"allow"`
}

// Run does `snug inspect`.
func (c *inspectCmd) Run() int {
	return new(verb).each(c.Sandbox, func(k *known, r *store.Record, _ *outcome) error {
		out := json.NewEncoder(os.Stdout)
		out.SetIndent("", "  ")
		return out.Encode(inspect(k, r))
	})
}

func inspect(k *known, r *store.Record) *inspected {
	i := &inspected{
		Schema: 1, row: rowOf(r, gather()), Dir: r.Dir, StopTimeout: r.StopTimeout.Nanoseconds(), Shared: []string{},
		Record: k.dir.Path(), Confined: confinedBy(r),
	}
	if r.Detached {
		i.Log = k.dir.LogOf(r.Name)
	}
	if r.State() != store.Running {
		return i
	}
	i.Namespaces = map[string]uint64{}
	for _, name := range []string{"cgroup", "ipc", "mnt", "net", "pid", "user", "uts"} {
		i.Namespaces[name] = namespaceInode(r.Init.Pid, name)
	}
	i.Shared = append(i.Shared, hostNamespaces(r.Init.Pid)...)
	if leaf, err := leafOfRecord(r); err == nil {
		i.Cgroup = leaf.Path()
		if s, err := leaf.Stats(); err == nil {
			i.Stats = &s
		}
		leaf.Close()
	}
	return i
}

// entryOf is what the record says about how to enter it.
func entryOf(r *store.Record) (*userns.Entry, error) {
	if len(r.Entry) == 0 {
		return nil, errors.New("its record doesn't say how it is confined")
	}
	e := new(userns.Entry)
	return e, json.Unmarshal(r.Entry, e)
}

func confinedBy(r *store.Record) *confined {
	e, err := entryOf(r)
	if err != nil {
		return nil
	}
	rules := []landlockRule{}
	for _, l := range e.Landlock.Rules {
		rules = append(rules, landlockRule{"/" + l.Path, l.Allow.Names()})
	}
	return &confined{
		Env: e.Env, Caps: keptCaps(e), Filtered: e.Filtered, Instructions: len(e.Filter) / 8,
		LandlockABI: e.Landlock.ABI, LandlockRights: e.Landlock.Files.Names(), LandlockRules: rules, Rlimits: e.Rlimits,
	}
}

// keptCaps are the capabilities in the sandbox's user namespace.
func keptCaps(e *userns.Entry) []string {
	return append([]string{}, e.Caps.Names()...)
}

// Help is what `snug inspect --help` says besides the flags.
func (*inspectCmd) Help() string {
	return `One JSON document for each.

Exit status: 0; 1 there was no such sandbox; 125 the line was not understood.`
}
