package cgroupv2

import (
	"strconv"
	"strings"
	"time"
)

// Verdict is what the accounts of a leaf say about how its processes ended.
type Verdict struct {
	// OOMKills are processes that were killed for memory. Outside says that it was
	// not for the leaf's own limit: one further up was reached, or the machine had
	// no more.
	OOMKills uint64
	Outside  bool
	// MemoryLimit and MemoryPeak are bytes, without swap. A kernel before 5.19
	// doesn't tell the peak, which is the limit if that was reached.
	MemoryLimit, MemoryPeak Amount
	// SwapLimit and SwapPeak are bytes; the peak is known since Linux 6.5.
	SwapLimit, SwapPeak Amount
	// ForksRefused are processes and threads that there were not, for PIDsLimit.
	ForksRefused uint64
	PIDsLimit    Amount
}

// Verdict judges the accounts.
func (s *Stats) Verdict() (v Verdict) {
	if m := s.Memory; m != nil {
		v.OOMKills = m.Events.OOMKill
		v.Outside = m.Events.OOM == 0 || m.Max == nil
		v.MemoryLimit = bound(m.Max)
		v.MemoryPeak = peak(m.Peak, v.MemoryLimit)
		if m.Events.OOMGroupKill != nil && *m.Events.OOMGroupKill > 0 {
			v.OOMKills-- // the first of a group is counted twice
		}
		if m.Swap != nil {
			v.SwapLimit = bound(m.Swap.Max)
			v.SwapPeak = peak(m.Swap.Peak, 0)
		}
	}
	if p := s.PIDs; p != nil {
		v.ForksRefused, v.PIDsLimit = p.LimitHits, bound(p.Max)
	}
	return v
}

// String says which limits were reached, or "no limit was reached".
func (v Verdict) String() string {
	var said []string
	if v.OOMKills > 0 {
		what := "the memory limit of " + v.MemoryLimit.Human() + " was reached"
		if v.Outside {
			what = "memory ran out around it"
		}
		said = append(said, what+": "+counted(v.OOMKills, "process was killed", "processes were killed"))
	}
	if v.ForksRefused > 0 {
		said = append(said, "the limit of "+v.PIDsLimit.String()+" processes was reached: "+counted(v.ForksRefused, "start was refused", "starts were refused"))
	}
	if len(said) == 0 {
		return "no limit was reached"
	}
	return strings.Join(said, "; ")
}

func counted(n uint64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatUint(n, 10) + " " + many
}

// bound is a limit, with Max for none.
func bound(n *uint64) Amount {
	if n == nil {
		return Max
	}
	return Amount(*n)
}

func peak(n *uint64, unknown Amount) Amount {
	if n == nil {
		return unknown
	}
	return Amount(*n)
}

// Summary says in a few words each what was used.
func (s *Stats) Summary() (parts []string) {
	round := func(d time.Duration) string { return d.Round(time.Millisecond).String() }
	parts = append(parts, "cpu "+round(s.CPU.Usage)+" (user "+round(s.CPU.User)+", system "+round(s.CPU.System)+")")
	if q := s.CPU.Quota; q != nil && q.Throttled > 0 {
		parts = append(parts, "held back "+round(q.ThrottledTime)+" in "+strconv.FormatUint(q.Throttled, 10)+" of "+strconv.FormatUint(q.Periods, 10)+" periods")
	}
	if m := s.Memory; m != nil && m.Peak != nil {
		part := "memory peak " + Amount(*m.Peak).Human()
		if m.Max != nil {
			part += " of " + Amount(*m.Max).Human()
		}
		parts = append(parts, part)
	}
	if m := s.Memory; m != nil && m.Swap != nil && m.Swap.Peak != nil && *m.Swap.Peak > 0 {
		parts = append(parts, "swap peak "+Amount(*m.Swap.Peak).Human())
	}
	if p := s.PIDs; p != nil && p.Peak != nil {
		parts = append(parts, "processes at most "+strconv.FormatUint(*p.Peak, 10))
	}
	var read, written uint64
	for _, disk := range s.IO {
		read, written = read+disk.ReadBytes, written+disk.WriteBytes
	}
	if read+written > 0 {
		parts = append(parts, "read "+Amount(read).Human()+", written "+Amount(written).Human())
	}
	return parts
}

// Human is a number of bytes for people: 63.9M, 512M, 1.5G. Max is "no limit".
func (a Amount) Human() string {
	const units = "KMGTP"
	if a == Max {
		return "no limit"
	}
	n, unit := float64(a), ""
	for i := 0; i < len(units) && n >= 1024; i++ {
		n, unit = n/1024, units[i:i+1]
	}
	digits := 1
	if n == float64(uint64(n)) || unit == "" {
		digits = 0
	}
	return strconv.FormatFloat(n, 'f', digits, 64) + unit
}

// Lines are what the limits come to: interface files and what is written there.
func (l *Limits) Lines() (lines []string) {
	for _, s := range l.settings() {
		lines = append(lines, s.file+" "+s.value)
	}
	return lines
}
