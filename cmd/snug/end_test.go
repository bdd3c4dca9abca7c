package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"snug/cgroupv2"
	"snug/userns"
)

// endOf is an end with those accounts.
func endOf(state userns.State, change func(*cgroupv2.Stats)) *end {
	s := &cgroupv2.Stats{
		CPU:    cgroupv2.CPUStats{Usage: 1500 * time.Millisecond, User: time.Second, System: 500 * time.Millisecond},
		Memory: &cgroupv2.MemoryStats{Peak: new(uint64(64 << 20)), Max: new(uint64(64 << 20)), Swap: &cgroupv2.SwapStats{Max: new(uint64(0))}},
		PIDs:   &cgroupv2.PIDStats{Peak: new(uint64(7)), Max: new(uint64(50))},
	}
	change(s)
	return &end{state: state, wall: 2 * time.Second, stats: s, verdict: s.Verdict()}
}

var (
	killed = userns.State{Signal: unix.SIGKILL}
	oom    = func(s *cgroupv2.Stats) {
		s.Memory.Events = cgroupv2.MemoryEvents{OOM: 1, OOMKill: 3, OOMGroupKill: new(uint64(1))}
	}
	forks = func(s *cgroupv2.Stats) { s.PIDs.LimitHits = 12 }
)

func TestEnd(t *testing.T) {
	for name, c := range map[string]struct {
		end    *end
		reason string
		oom    bool
		says   string // all that is said, or ""
	}{
		"nothing special":    {endOf(userns.State{Code: 3}, func(*cgroupv2.Stats) {}), "ended", false, ""},
		"killed by somebody": {endOf(killed, func(*cgroupv2.Stats) {}), "ended", false, ""},
		"memory": {endOf(killed, oom), "out of memory", true, `snug: the memory limit of 64M was reached: the sandbox was killed
  cause: it used 64M of memory at its peak, and may not swap
  fix: allow more, if it may have more: -m 128M
`},
		"memory of a child that the command did without": {endOf(userns.State{}, func(s *cgroupv2.Stats) {
			s.Memory.Events = cgroupv2.MemoryEvents{OOM: 1, OOMKill: 1}
		}), "ended", false, `snug: the memory limit of 64M was reached: 1 process was killed
  cause: it used 64M of memory at its peak, and may not swap
  fix: allow more, if it may have more: -m 128M
`},
		"memory and swap": {endOf(killed, func(s *cgroupv2.Stats) {
			oom(s)
			s.Memory.Swap = &cgroupv2.SwapStats{Max: new(uint64(32 << 20)), Peak: new(uint64(32 << 20))}
		}), "out of memory", true, `snug: the memory limit of 64M was reached: the sandbox was killed
  cause: it used 64M of memory at its peak and 32M of swap
  fix: allow more, if it may have more: -m 128M
`},
		"memory around it": {endOf(killed, func(s *cgroupv2.Stats) {
			s.Memory.Max = nil
			s.Memory.Events = cgroupv2.MemoryEvents{OOMKill: 1}
		}), "out of memory", true, `snug: memory ran out around the sandbox: the sandbox was killed
  cause: not its own limit was reached but one further up, or the machine has no more
  fix: give it a limit that the machine can bear: -m SIZE
`},
		"processes": {endOf(userns.State{Code: 2}, forks), "process limit", false, `snug: the limit of 50 processes and threads was reached: 12 starts were refused
  cause: the command wanted more than it may have (EAGAIN, "resource temporarily unavailable")
  fix: allow more, if it may have more: --pids-limit 100
`},
		"time, held back": {endOf(userns.State{Reason: userns.TimedOut, Signal: unix.SIGTERM}, func(s *cgroupv2.Stats) {
			s.CPU.Quota = &cgroupv2.QuotaStats{Periods: 20, Throttled: 19}
		}), "time limit", false, `snug: the CPU limit held it back in 19 of 20 periods
  cause: it wanted more CPU time than it may have, and its time was up
  fix: allow more, if it may have more: --cpus, --timeout
`},
		"gone": {&end{state: killed, gone: true}, "cgroup removed", false, `snug: the sandbox was ended from outside: its cgroup was removed
  cause: somebody stopped the scope, or the user manager that held it ended
  fix: see who: journalctl --user -n 20
`},
		"no cgroup": {&end{state: userns.State{Code: 1}}, "ended", false, ""},
	} {
		var b strings.Builder
		c.end.explain(&b)
		if b.String() != c.says {
			t.Errorf("%s: it says:\n%s", name, b.String())
		}
		d := c.end.document()
		if d.Reason != c.reason || d.OOM != c.oom || d.ExitCode != c.end.state.ExitCode() {
			t.Errorf("%s: the document is %+v", name, d)
		}
		if _, err := json.Marshal(d); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSummary(t *testing.T) {
	for want, e := range map[string]*end{
		"snug: exit status 7 (ended): time 2s, cpu 1.5s (user 1s, system 500ms), memory peak 64M of 64M, processes at most 7\n": endOf(userns.State{Code: 7}, func(*cgroupv2.Stats) {}),
		"snug: exit status 0 (ended): time 2s, cpu 3s, largest process 1M\n":                                                    {wall: 2 * time.Second, state: userns.State{User: time.Second, System: 2 * time.Second, MaxRSS: 1 << 20}},
	} {
		var b strings.Builder
		e.summarise(&b)
		if b.String() != want {
			t.Errorf("got %q, want %q", b.String(), want)
		}
	}
}
