package cgroupv2

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// mostCPUs is the largest CONFIG_NR_CPUS that Linux can be built for.
const mostCPUs = 8192

// ParseCPUs reads an amount of cpu time, in cpus: 1.5, 150%, or max, which is 0: no
// limit. An error is an [*Error] that wraps [ErrInvalid].
func ParseCPUs(s string) (float64, error) {
	if isMax(s) {
		return 0, nil
	}
	number, isPercent := strings.CutSuffix(s, "%")
	n, err := strconv.ParseFloat(number, 64)
	if isPercent {
		n /= 100
	}
	if err != nil || !isDecimal(number) || n == 0 {
		return 0, invalid("read number of cpus", strconv.Quote(s), "it is not a decimal number greater than 0",
			"write cpus, as 1.5, a percentage of one, as 150%, or max for no limit")
	}
	return n, nil
}

// ParseWeight reads a weight, 1 to 10000; what nobody gave one weighs 100. An error is
// an [*Error] that wraps [ErrInvalid].
func ParseWeight(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || !isDigits(s) || !isWeight(n) {
		return 0, invalid("read weight", strconv.Quote(s), "it is not a whole number from 1 to 10000", "write one; others have 100")
	}
	return n, nil
}

// isWeight knows CGROUP_WEIGHT_MIN and CGROUP_WEIGHT_MAX (include/linux/cgroup.h).
func isWeight(n int) bool { return n >= 1 && n <= 10000 }

// ParseCPUSet reads a list of cpus, as 0-3,5, and returns it as the kernel would print
// it: sorted, nothing twice. An error is an [*Error] that wraps [ErrInvalid].
func ParseCPUSet(s string) (string, error) {
	set, why := parseCPUSet(s)
	if why != "" {
		return "", invalid("read list of cpus", strconv.Quote(s), why, "write numbers and ranges with commas between them, as 0-3,5")
	}
	return set.String(), nil
}

// cpuRange is the cpus from first to last.
type cpuRange struct{ first, last int }

// cpuSet is sorted, and between two ranges is a cpu that is in neither.
type cpuSet []cpuRange

func parseCPUSet(s string) (set cpuSet, why string) {
	for item := range strings.SplitSeq(s, ",") {
		r, why := parseCPURange(item)
		if why != "" {
			return nil, why
		}
		set = append(set, r)
	}
	slices.SortFunc(set, func(a, b cpuRange) int { return cmp.Compare(a.first, b.first) })
	return merged(set), ""
}

func parseCPURange(s string) (r cpuRange, why string) {
	first, last, isRange := strings.Cut(s, "-")
	if !isRange {
		last = first
	}
	if !isDigits(first) || !isDigits(last) {
		return r, strconv.Quote(s) + " is neither a cpu nor a range of them"
	}
	for _, c := range []struct {
		text string
		n    *int
	}{{first, &r.first}, {last, &r.last}} {
		n, err := strconv.Atoi(c.text)
		if err != nil || n >= mostCPUs {
			return r, "no machine has a cpu " + c.text
		}
		*c.n = n
	}
	if r.first > r.last {
		return r, "the range " + s + " runs backwards"
	}
	return r, ""
}

func merged(sorted cpuSet) (set cpuSet) {
	for _, r := range sorted {
		if n := len(set); n > 0 && r.first <= set[n-1].last+1 {
			set[n-1].last = max(set[n-1].last, r.last)
			continue
		}
		set = append(set, r)
	}
	return set
}

// String is the kernel's form, as 0-3,5.
func (set cpuSet) String() string {
	var items []string
	for _, r := range set {
		item := strconv.Itoa(r.first)
		if r.last > r.first {
			item += "-" + strconv.Itoa(r.last)
		}
		items = append(items, item)
	}
	return strings.Join(items, ",")
}

// within says whether all cpus of the set are in another, too.
func (set cpuSet) within(other cpuSet) bool {
	for _, r := range set {
		if !slices.ContainsFunc(other, func(o cpuRange) bool { return o.first <= r.first && r.last <= o.last }) {
			return false
		}
	}
	return true
}

// last is the highest cpu.
func (set cpuSet) last() int { return set[len(set)-1].last }

// The kernel takes no quota below a millisecond and no period above a second
// (min_cfs_quota_period and max_cfs_quota_period, kernel/sched/core.c). With its own
// default period the least quota is minCPUs, so no other period is ever needed.
const (
	cpuPeriod = 100_000 // microseconds
	minCPUs   = 0.01
)

// cpuMax is the value of cpu.max for an amount of cpus.
func cpuMax(cpus float64) string {
	return strconv.FormatInt(int64(math.Round(cpus*cpuPeriod)), 10) + " " + strconv.Itoa(cpuPeriod)
}
