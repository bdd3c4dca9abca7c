package main

import (
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"snug/cgroupv2"
	"snug/userns/store"
)

// measured is what a sandbox uses now.
type measured struct {
	Memory    uint64        `json:"memory_bytes"`
	CPU       time.Duration `json:"cpu_ns"` // since it was started
	Processes uint64        `json:"processes"`
	// Exact says that the kernel has counted it, in a cgroup. Otherwise it is the sum over
	// the processes: memory that two share is counted twice, and what is in private
	// directories isn't; CPU time of a process that somebody else waited for is missing.
	Exact  bool `json:"exact"`
	Frozen bool `json:"-"`
}

// kind is where a process lives: sandboxes differ in one of the two.
type kind struct{ pid, user uint64 }

func kindOf(pid int) kind {
	return kind{namespaceInode(pid, "pid"), namespaceInode(pid, "user")}
}

func namespaceInode(pid int, name string) uint64 {
	n, _ := namespace(pid, name)
	return n
}

// crowd are the sums over processes, by where they live: one walk for all sandboxes.
type crowd map[kind]*measured

// clockTick is what proc_pid_stat(5) counts CPU time in: USER_HZ, which is 100 everywhere.
const clockTick = time.Second / 100

func gather() crowd {
	all := crowd{}
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		k := kindOf(pid)
		if k.user == 0 { // somebody else's, or gone
			continue
		}
		if s, err := store.StatOf(pid); err == nil {
			m := all[k]
			if m == nil {
				m = &measured{}
				all[k] = m
			}
			m.Memory += s.RSS * store.PageSize()
			m.CPU += time.Duration(s.Ticks) * clockTick
			m.Processes++
		}
	}
	return all
}

// of is what a sandbox uses, by the kernel's accounts if it has a cgroup.
func (c crowd) of(r *store.Record) *measured {
	m, _ := c.measure(r)
	return m
}

// measure is that, with the accounts themselves if there are any.
func (c crowd) measure(r *store.Record) (*measured, *cgroupv2.Stats) {
	if r.State() != store.Running {
		return nil, nil
	}
	m := &measured{}
	if sum := c[kindOf(r.Init.Pid)]; sum != nil {
		*m = *sum
	}
	leaf, err := leafOfRecord(r)
	if err != nil {
		return m, nil
	}
	defer leaf.Close()
	s, err := leaf.Stats()
	if err != nil {
		return m, nil
	}
	m.account(&s)
	return m, &s
}

func (m *measured) account(s *cgroupv2.Stats) {
	m.Frozen = s.Frozen
	m.CPU = s.CPU.Usage
	if s.Memory != nil {
		m.Memory, m.Exact = s.Memory.Current, true
	}
	if s.PIDs != nil {
		m.Processes = s.PIDs.Current
	}
}

// hostNamespaces are the names of those that a process shares with this one.
func hostNamespaces(pid int) (shared []string) {
	for _, name := range []string{"cgroup", "ipc", "net", "pid", "uts"} {
		if namespaceInode(pid, name) == namespaceInode(unix.Getpid(), name) {
			shared = append(shared, name)
		}
	}
	return shared
}
