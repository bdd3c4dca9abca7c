package main

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"snug/cgroupv2"
	"snug/userns"
)

// status writes how a sandbox started and ended, for programs: a JSON document a line,
// with bubblewrap's keys and more. The first comes when the command has started, the
// second when it has ended; if snug fails, there is one with the error instead.
type status struct{ out []*os.File }

// reports says whether anybody wants to hear of the end, which the monitor can't tell.
func (r *runCmd) reports() bool {
	return r.Report || r.Stats || r.StatusFile != "" || r.JSONStatusFd != ""
}

// openStatus opens what the documents go to; with an error, some of it.
func (r *runCmd) openStatus() (*status, error) {
	s := &status{}
	if r.DryRun || r.Explain || r.prints() {
		return s, nil // nothing starts
	}
	if r.JSONStatusFd != "" {
		f, err := descriptor(r.JSONStatusFd)
		if err != nil {
			return s, err
		}
		s.out = append(s.out, f)
	}
	if r.StatusFile != "" {
		f, err := os.OpenFile(r.StatusFile, os.O_WRONLY|os.O_CREATE|os.O_TRUNC|unix.O_CLOEXEC, 0o666)
		if err != nil {
			return s, &userns.Error{Do: "write --status-file", On: r.StatusFile, Err: cause(err),
				Why: "the file has to be one that you can write, in a directory that is there", Fix: "name another"}
		}
		s.out = append(s.out, f)
	}
	return s, nil
}

// descriptor is one that the caller left open for snug; it is not for the command.
func descriptor(word string) (*os.File, error) {
	fd, err := strconv.ParseUint(word, 10, 31)
	if err != nil {
		return nil, &valueError{"json-status-fd", word, "the number of an open descriptor"}
	}
	how, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	if err == nil && how&unix.O_ACCMODE == unix.O_RDONLY {
		return nil, &userns.Error{Do: "write --json-status-fd", On: word, Err: unix.EBADF,
			Why: "that descriptor is open for reading only", Fix: "open it for writing: snug run --json-status-fd 3 ... 3>status.json"}
	}
	// A copy: the command's own output may be meant, which snug closes.
	own, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, &userns.Error{Do: "write --json-status-fd", On: word, Err: err,
			Why: "that descriptor is not open", Fix: "open it in the shell: snug run --json-status-fd 3 ... 3>status.json"}
	}
	if fd > 2 {
		unix.CloseOnExec(int(fd))
	}
	return os.NewFile(uintptr(own), "status"), nil
}

// patience is how long somebody who reads slowly is waited for.
const patience = time.Second

// write sends a document. Nobody who has stopped reading should stop the sandbox, or
// snug at its end.
func (s *status) write(document any) {
	b, err := json.Marshal(document)
	if err != nil || len(s.out) == 0 {
		return
	}
	written, out := make(chan struct{}), s.out
	go func() {
		defer close(written)
		for _, f := range out {
			f.Write(append(b, '\n'))
		}
	}()
	select {
	case <-written:
	case <-time.After(patience):
		s.out = nil // in the middle of a document
	}
}

// started is the first document.
func (s *status) started(sandbox *userns.Sandbox, c *cage) {
	if len(s.out) == 0 {
		return
	}
	at, scope := "", ""
	if leaf := c.leaf(); leaf != nil {
		at, scope = leaf.Path(), c.cell.Scope()
	}
	s.write(startedDocument(sandbox.Pid(), func(name string) (uint64, bool) { return namespace(sandbox.Pid(), name) }, at, scope))
}

// startedDocument is a sandbox by its first process, its namespaces and its cgroup, if it has
// one.
func startedDocument(pid int, namespace func(name string) (uint64, bool), cgroup, scope string) map[string]any {
	d := map[string]any{"schema": 1, "child-pid": pid}
	for _, name := range []string{"cgroup", "ipc", "mnt", "net", "pid", "user", "uts"} {
		if inode, ok := namespace(name); ok {
			d[name+"-namespace"] = inode
		}
	}
	if cgroup != "" {
		d["cgroup"] = cgroup
	}
	if scope != "" {
		d["scope"] = scope
	}
	return d
}

// namespace is the inode number of a process's namespace, as in /proc/PID/ns.
func namespace(pid int, name string) (uint64, bool) {
	link, err := os.Readlink("/proc/" + strconv.Itoa(pid) + "/ns/" + name)
	if err != nil {
		return 0, false
	}
	_, number, _ := strings.Cut(strings.TrimSuffix(link, "]"), "[")
	inode, err := strconv.ParseUint(number, 10, 64)
	return inode, err == nil
}

// usage is what a sandbox used.
type usage struct {
	WallNS   int64           `json:"wall_ns"`
	UserNS   int64           `json:"user_ns"`
	SystemNS int64           `json:"system_ns"`
	MaxRSS   int64           `json:"max_rss_bytes"` // of the largest process
	Cgroup   *cgroupv2.Stats `json:"cgroup,omitempty"`
}

// ending is the second document.
type ending struct {
	Schema   int    `json:"schema"`
	ExitCode int    `json:"exit-code"`
	Signal   int    `json:"signal,omitempty"`
	Reason   string `json:"reason"`
	OOM      bool   `json:"oom"`
	Usage    usage  `json:"usage"`

	// With --report.
	Refused []refusedCall `json:"refused,omitempty"`
	Paths   []hiddenPath  `json:"paths,omitempty"`
	Hosts   []triedHost   `json:"hosts,omitempty"`
	// Incomplete: there were more paths or hosts than are kept.
	Incomplete bool `json:"incomplete,omitempty"`
}

// failed is the document of a sandbox that did not come to be.
func (s *status) failed(err error) {
	if len(s.out) == 0 {
		return
	}
	s.write(errorDocument(err))
}
