package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"snug/cgroupv2"
	"snug/userns"
)

// end is all that is known of how a sandbox ended.
type end struct {
	state   userns.State
	wall    time.Duration
	stats   *cgroupv2.Stats // nil without a cgroup, or if that vanished
	verdict cgroupv2.Verdict
	gone    bool // the cgroup was removed while the sandbox was in it
}

// look reads the accounts of a sandbox that has ended, while they are there.
func (e *end) look(leaf *cgroupv2.Leaf) {
	if leaf == nil {
		return
	}
	stats, err := leaf.Stats()
	if err != nil {
		e.gone = true
		return
	}
	e.stats, e.verdict = &stats, stats.Verdict()
}

// oom says whether the end was the memory limit's: a process was killed for memory,
// and the command didn't succeed all the same.
func (e *end) oom() bool { return e.verdict.OOMKills > 0 && !e.state.Success() }

// reason is why it ended, in a word or two.
func (e *end) reason() string {
	switch {
	case e.state.Reason == userns.TimedOut:
	case e.oom():
		return "out of memory"
	case e.gone && e.state.Signal != 0:
		return "cgroup removed"
	case e.verdict.ForksRefused > 0 && !e.state.Success():
		return "process limit"
	}
	return e.state.Reason.String()
}

// explain says which limit was in the way, if one was.
func (e *end) explain(w io.Writer) {
	v := e.verdict
	switch {
	case v.OOMKills > 0 && v.Outside:
		tell(w, "memory ran out around the sandbox: "+e.killed(),
			"not its own limit was reached but one further up, or the machine has no more",
			"give it a limit that the machine can bear: -m SIZE")
	case v.OOMKills > 0:
		tell(w, "the memory limit of "+v.MemoryLimit.Human()+" was reached: "+e.killed(),
			e.memoryCause(), "allow more, if it may have more: -m "+suggestion(v.MemoryLimit))
	}
	if v.ForksRefused > 0 {
		tell(w, "the limit of "+count(uint64(v.PIDsLimit))+" processes and threads was reached: "+times(v.ForksRefused, "start was refused", "starts were refused"),
			"the command wanted more than it may have (EAGAIN, \"resource temporarily unavailable\")",
			"allow more, if it may have more: --pids-limit "+count(2*uint64(v.PIDsLimit)))
	}
	if q := e.quota(); q != nil && e.state.Reason == userns.TimedOut && 2*q.Throttled > q.Periods {
		tell(w, "the CPU limit held it back in "+count(q.Throttled)+" of "+count(q.Periods)+" periods",
			"it wanted more CPU time than it may have, and its time was up", "allow more, if it may have more: --cpus, --timeout")
	}
	if e.gone && e.state.Signal != 0 {
		tell(w, "the sandbox was ended from outside: its cgroup was removed",
			"somebody stopped the scope, or the user manager that held it ended",
			"see who: journalctl --user -n 20")
	}
}

// quota is what came of a limit on CPU time, or nil.
func (e *end) quota() *cgroupv2.QuotaStats {
	if e.stats == nil {
		return nil
	}
	return e.stats.CPU.Quota
}

// tell says something in the manner of an error.
func tell(w io.Writer, what, cause, fix string) {
	fmt.Fprintf(w, "snug: %s\n  cause: %s\n  fix: %s\n", what, cause, fix)
}

// killed says what the kernel killed.
func (e *end) killed() string {
	if e.state.Signal != 0 {
		return "the sandbox was killed"
	}
	return times(e.verdict.OOMKills, "process was killed", "processes were killed")
}

func (e *end) memoryCause() string {
	v := e.verdict
	cause := "it used " + v.MemoryPeak.Human() + " of memory at its peak"
	switch {
	case v.SwapLimit == 0:
		cause += ", and may not swap"
	case v.SwapPeak > 0:
		cause += " and " + v.SwapPeak.Human() + " of swap"
	}
	return cause
}

// suggestion is twice as much, in the same unit as people type it.
func suggestion(limit cgroupv2.Amount) string {
	n := 2 * uint64(limit)
	for _, unit := range []struct {
		suffix string
		shift  int
	}{{"G", 30}, {"M", 20}} {
		if n >= 1<<unit.shift && n%(1<<unit.shift) == 0 {
			return strconv.FormatUint(n>>unit.shift, 10) + unit.suffix
		}
	}
	return strconv.FormatUint(n>>10, 10) + "K"
}

// summarise is --stats: one line.
func (e *end) summarise(w io.Writer) {
	parts := []string{"time " + e.wall.Round(time.Millisecond).String()}
	if s := e.stats; s != nil {
		parts = append(parts, e.stats.Summary()...)
	} else {
		parts = append(parts,
			"cpu "+(e.state.User+e.state.System).Round(time.Millisecond).String(),
			"largest process "+cgroupv2.Amount(e.state.MaxRSS).Human())
	}
	fmt.Fprintf(w, "snug: %s (%s): %s\n", e.state.String(), e.reason(), strings.Join(parts, ", "))
}

// document is for --status-file and --json-status-fd.
func (e *end) document() *ending {
	d := &ending{Schema: 1, ExitCode: e.state.ExitCode(), Signal: int(e.state.Signal), Reason: e.reason(), OOM: e.oom()}
	d.Usage = usage{
		WallNS: e.wall.Nanoseconds(), UserNS: e.state.User.Nanoseconds(), SystemNS: e.state.System.Nanoseconds(),
		MaxRSS: e.state.MaxRSS, Cgroup: e.stats,
	}
	return d
}

func count(n uint64) string { return strconv.FormatUint(n, 10) }

func times(n uint64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}
