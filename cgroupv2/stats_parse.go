package cgroupv2

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The parsers know the keys that they want and pass over others: kernels add some. What
// they do want has to be there, once, and be a number.

// parseNumber reads a file of one decimal number.
func parseNumber(text string) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a number", text)
	}
	return n, nil
}

// parseBound reads a file of one number or max, which is nil.
func parseBound(text string) (*uint64, error) {
	if text == "max" {
		return nil, nil
	}
	n, err := parseNumber(text)
	return &n, err
}

// parseCounter reads a number that older kernels don't have.
func parseCounter(text string) (*uint64, error) {
	n, err := parseNumber(text)
	return &n, err
}

// flat is a flat-keyed file: KEY VALUE in each line.
type flat map[string]string

func parseFlat(text string) (flat, error) {
	f := flat{}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		key, value, ok := strings.Cut(line, " ")
		if !ok || key == "" {
			return nil, fmt.Errorf("line %q is not KEY VALUE", line)
		}
		if _, twice := f[key]; twice {
			return nil, fmt.Errorf("%s is there twice", key)
		}
		f[key] = value
	}
	return f, nil
}

// numbers reads the values of keys, all of which have to be there.
func (f flat) numbers(into map[string]*uint64) error {
	for key, n := range into {
		value, ok := f[key]
		if !ok {
			return fmt.Errorf("%s is not there", key)
		}
		var err error
		if *n, err = parseNumber(value); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}

// durations are numbers of microseconds.
func (f flat) durations(into map[string]*time.Duration) error {
	for key, d := range into {
		value, ok := f[key]
		if !ok {
			return fmt.Errorf("%s is not there", key)
		}
		var err error
		if *d, err = parseMicroseconds(value); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}

// optional is the value of a key that older kernels don't have.
func (f flat) optional(key string) (*uint64, error) {
	value, ok := f[key]
	if !ok {
		return nil, nil
	}
	n, err := parseNumber(value)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", key, err)
	}
	return &n, nil
}

// parseMicroseconds bounds what it reads to a Duration's 292 years.
func parseMicroseconds(text string) (time.Duration, error) {
	n, err := parseNumber(text)
	if err == nil && n > math.MaxInt64/uint64(time.Microsecond) {
		err = fmt.Errorf("%q microseconds are too many", text)
	}
	return time.Duration(n) * time.Microsecond, err
}

// parseCPUStat reads cpu.stat. Without the controller it has the first three lines only.
func parseCPUStat(text string) (s CPUStats, err error) {
	f, err := parseFlat(text)
	if err == nil {
		err = f.durations(map[string]*time.Duration{"usage_usec": &s.Usage, "user_usec": &s.User, "system_usec": &s.System})
	}
	if _, ok := f["nr_periods"]; !ok || err != nil {
		return s, err
	}
	s.Quota = &QuotaStats{}
	if err = f.numbers(map[string]*uint64{"nr_periods": &s.Quota.Periods, "nr_throttled": &s.Quota.Throttled}); err == nil {
		err = f.durations(map[string]*time.Duration{"throttled_usec": &s.Quota.ThrottledTime})
	}
	return s, err
}

// parseMemoryEvents reads memory.events.
func parseMemoryEvents(text string) (e MemoryEvents, err error) {
	f, err := parseFlat(text)
	if err == nil {
		err = f.numbers(map[string]*uint64{"low": &e.Low, "high": &e.High, "max": &e.Max, "oom": &e.OOM, "oom_kill": &e.OOMKill})
	}
	if err == nil {
		e.OOMGroupKill, err = f.optional("oom_group_kill")
	}
	return e, err
}

// parsePIDsEvents reads pids.events.
func parsePIDsEvents(text string) (hits uint64, err error) {
	f, err := parseFlat(text)
	if err == nil {
		err = f.numbers(map[string]*uint64{"max": &hits})
	}
	return hits, err
}

// cgroupEvents are the lines of cgroup.events.
type cgroupEvents struct{ populated, frozen bool }

// parseCgroupEvents reads cgroup.events. Before Linux 5.2 nothing could be frozen.
func parseCgroupEvents(text string) (e cgroupEvents, err error) {
	f, err := parseFlat(text)
	var populated uint64
	var frozen *uint64
	if err == nil {
		err = f.numbers(map[string]*uint64{"populated": &populated})
	}
	if err == nil {
		frozen, err = f.optional("frozen")
	}
	return cgroupEvents{populated != 0, frozen != nil && *frozen != 0}, err
}

// parseIOStat reads io.stat. What kernels print there isn't quite what cgroup-v2.rst
// promises: a disk that was not used has no values, and with some kernels no end of line
// either ("7:7 7:6 7:4 rbytes=..."), so that the last name before the values counts; the
// paths of a multipath NVMe disk and what ZFS is on are called (unknown).
func parseIOStat(text string) ([]IOStats, error) {
	list := []IOStats{}
	seen := map[Device]bool{}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		values := slices.IndexFunc(words, func(w string) bool { return strings.Contains(w, "=") })
		if values < 0 || values > 0 && words[values-1] == "(unknown)" {
			continue
		}
		var d Device
		ok := values > 0
		if ok {
			d, ok = parseDevice(words[values-1])
		}
		if !ok || seen[d] {
			return nil, fmt.Errorf("line %q names no disk, or one again", line)
		}
		seen[d] = true
		s, err := parseIOValues(d, words[values:])
		if err != nil {
			return nil, err
		}
		if s != nil {
			list = append(list, *s)
		}
	}
	return list, nil
}

// parseIOValues reads "rbytes=0 wbytes=0 ...", or returns nil for a disk of which
// something else is told.
func parseIOValues(d Device, values []string) (*IOStats, error) {
	f := flat{}
	for _, pair := range values {
		key, value, _ := strings.Cut(pair, "=")
		if _, twice := f[key]; twice {
			return nil, fmt.Errorf("disk %s: %s is there twice", d, key)
		}
		f[key] = value
	}
	if _, ok := f["rbytes"]; !ok {
		return nil, nil
	}
	s := &IOStats{Device: d}
	err := f.numbers(map[string]*uint64{"rbytes": &s.ReadBytes, "wbytes": &s.WriteBytes, "rios": &s.ReadOps, "wios": &s.WriteOps})
	return s, err
}
