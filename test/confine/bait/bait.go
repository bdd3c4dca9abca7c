// Package bait describes what the confinement test lays out on the host.
//
// # Theory of operation
//
// A check that finds nothing proves little: there may have been nothing to
// find. So the test puts something behind every wall first (a listening socket,
// a secret file, shared memory, a process with a telling name) and writes down
// what and where. The helper inside reads that and goes looking for each.
package bait

import (
	"encoding/json"
	"os"
)

// Host is what lies about outside.
type Host struct {
	// How the sandbox was asked for: "self", "root" or "auto".
	Mode     string
	UID, GID int
	Umask    int
	Caps     string // the capabilities promised, as /proc/self/status has them

	Hostname, MachineID string

	Namespaces      map[string]string // as the links in /proc/self/ns
	TimeNamespace   string
	RootDev, PtsDev uint64 // the devices of the host's root and /dev/pts

	Marker  string   // in the arguments and environment of a process
	PID     int      // of that process
	Flag    string   // an argument of the tool's own
	Secrets []string // files that aren't for the command
	Env     []string // names of variables that aren't
	Home    string
	Project string
	Guarded []string // files in the project that are to stay as they are
	Links   []string // symlinks in it that lead out
	TmpFile string   // a file in the host's /tmp, or nearby
	ShmFile string   // a name in the host's /dev/shm

	TCP                    []string // listening addresses
	Abstract               string   // a listening socket without a file
	Unix                   []string // listening sockets with one
	ShmKey, SemKey, MsgKey int
	Queue                  string // of POSIX
	Key                    bool   // the session's keyring has one of the marker's name
}

// Write stores h in a file.
func (h *Host) Write(file string) error {
	b, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return os.WriteFile(file, b, 0o644)
}

// Read is the opposite.
func Read(file string) (*Host, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	h := new(Host)
	return h, json.Unmarshal(b, h)
}
