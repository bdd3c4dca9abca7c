package cgroupv2

import (
	"errors"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// readStats reads the accounts of a cgroup, which is not the root. An error wraps ENOENT
// or ENODEV if the cgroup was removed, be it in the middle: that a file is not there
// says nothing by itself, since there are controllers that aren't enabled and kernels
// that don't have it. So cgroup.controllers tells what has to be there, and
// cgroup.events, which is always there, is read at the end.
func readStats(d dir) (Stats, error) {
	r := reader{dir: d}
	s := Stats{Time: time.Now()}
	enabled := strings.Fields(r.text("cgroup.controllers"))
	parse(&r, "cpu.stat", &s.CPU, parseCPUStat)
	if slices.Contains(enabled, "memory") {
		s.Memory = r.memory()
	}
	if slices.Contains(enabled, "pids") {
		s.PIDs = r.pids()
	}
	if slices.Contains(enabled, "io") {
		parse(&r, "io.stat", &s.IO, parseIOStat)
	}
	s.Pressure = r.pressure()
	var events cgroupEvents
	parse(&r, "cgroup.events", &events, parseCgroupEvents)
	s.Populated, s.Frozen = events.populated, events.frozen
	return s, r.err
}

// reader reads files until one fails.
type reader struct {
	dir dir
	err error
}

func (r *reader) memory() *MemoryStats {
	var m MemoryStats
	parse(r, "memory.current", &m.Current, parseNumber)
	parse(r, "memory.high", &m.High, parseBound)
	parse(r, "memory.max", &m.Max, parseBound)
	parse(r, "memory.events", &m.Events, parseMemoryEvents)
	parseIfThere(r, "memory.peak", &m.Peak, parseCounter)
	var swap *uint64
	parseIfThere(r, "memory.swap.current", &swap, parseCounter)
	if swap != nil {
		m.Swap = &SwapStats{Current: *swap}
		parse(r, "memory.swap.max", &m.Swap.Max, parseBound)
		parseIfThere(r, "memory.swap.peak", &m.Swap.Peak, parseCounter)
	}
	return &m
}

func (r *reader) pids() *PIDStats {
	var p PIDStats
	parse(r, "pids.current", &p.Current, parseNumber)
	parse(r, "pids.max", &p.Max, parseBound)
	parse(r, "pids.events", &p.LimitHits, parsePIDsEvents)
	parseIfThere(r, "pids.peak", &p.Peak, parseCounter)
	return &p
}

func (r *reader) pressure() *PressureStats {
	var p PressureStats
	parseIfThere(r, "cpu.pressure", &p.CPU, parsePressure)
	parseIfThere(r, "memory.pressure", &p.Memory, parsePressure)
	parseIfThere(r, "io.pressure", &p.IO, parsePressure)
	if p == (PressureStats{}) {
		return nil
	}
	return &p
}

// text is the content of a file that has to be there.
func (r *reader) text(name string) (text string) {
	if r.err == nil {
		text, r.err = r.dir.read(name)
	}
	return text
}

// parse reads a file that has to be there.
func parse[T any](r *reader, name string, into *T, parser func(string) (T, error)) {
	text := r.text(name)
	if r.err != nil {
		return
	}
	v, err := parser(text)
	if err != nil {
		r.err = &os.PathError{Op: "read", Path: r.dir.path + "/" + name, Err: err}
		return
	}
	*into = v
}

// parseIfThere reads a file that not every kernel has. Pressure isn't supported where it
// was turned off at boot, although its files may be there.
func parseIfThere[T any](r *reader, name string, into *T, parser func(string) (T, error)) {
	before := r.err
	parse(r, name, into, parser)
	if errors.Is(r.err, unix.ENOENT) || errors.Is(r.err, unix.EOPNOTSUPP) {
		r.err = before
	}
}
