package store

import (
	"encoding/json"
	"strconv"
	"time"
)

// Schema is the version of a record's format. Records of another are left alone.
const Schema = 1

// Record is what is known of a sandbox.
type Record struct {
	Schema int    `json:"schema"`
	Name   string `json:"name"`
	// Named says that the name was asked for or has to be kept: it is the file's, too.
	Named    bool `json:"named"`
	Detached bool `json:"detached"`
	Remove   bool `json:"remove,omitempty"` // nothing of it is to be left at the end

	Keeper       Process   `json:"keeper"`
	Init         Process   `json:"init"` // pid 0 as long as it is being started
	PIDNamespace uint64    `json:"pid_namespace"`
	Created      time.Time `json:"created"`

	Args        []string      `json:"args"`
	Dir         string        `json:"dir"` // where the command starts, inside
	StopTimeout time.Duration `json:"stop_timeout_ns"`
	Cgroup      bool          `json:"cgroup,omitempty"`     // it has one of its own
	SharesPID   bool          `json:"shares_pid,omitempty"` // with the host: pid 1 isn't one

	Ending *Ending `json:"ending"`
	// Entry is what has to be known to enter it.
	Entry json.RawMessage `json:"entry,omitempty"`

	file string // its name in the directory
}

// same says whether two records are of one sandbox: a keeper has one.
func (r *Record) same(other *Record) bool {
	return r.Keeper == other.Keeper && r.PIDNamespace == other.PIDNamespace && r.Created.Equal(other.Created)
}

// Ending is how a detached sandbox ended.
type Ending struct {
	At       time.Time `json:"at"`
	ExitCode int       `json:"exit_code"` // as a shell has it
	Signal   int       `json:"signal,omitempty"`
	Reason   string    `json:"reason"`
	OOM      bool      `json:"oom,omitempty"`
}

// State is what has become of a sandbox.
type State string

// The states. Lost is a sandbox whose keeper was killed: it ended with it, and nobody knows how.
// Elsewhere is one whose processes have numbers in another pid namespace.
const (
	Starting  State = "starting"
	Running   State = "running"
	Ended     State = "ended"
	Lost      State = "lost"
	Elsewhere State = "elsewhere"
)

// State asks the kernel.
func (r *Record) State() State {
	switch {
	case r.Ending != nil:
		return Ended
	case r.PIDNamespace != PIDNamespace():
		return Elsewhere
	case r.Init.Pid != 0 && r.Init.Alive():
		return Running
	case !r.Keeper.Alive():
		return Lost
	case r.Init.Pid == 0:
		return Starting
	}
	return Running // the keeper is about to say how it ended
}

// Over says whether it has ended, one way or the other.
func (r *Record) Over() bool {
	s := r.State()
	return s == Ended || s == Lost
}

func fileOf(r *Record) string {
	if r.Named {
		return r.Name + recordSuffix
	}
	return "." + strconv.Itoa(r.Keeper.Pid) + recordSuffix
}

const recordSuffix = ".json"
