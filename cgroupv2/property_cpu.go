package cgroupv2

import (
	"math"
	"strconv"
	"strings"
)

// What the kernel takes for the quota and for the period of cpu.max, in microseconds.
const (
	shortest      = 1000
	longestPeriod = 1_000_000
	perSecond     = 1_000_000
)

// readQuota reads CPUQuota, time on CPUs per second: 50%, 250%.
func readQuota(k kind, p *Property) error {
	n, ok := parsePermyriad(p.Value)
	switch {
	case !ok:
		return p.flawed("it is no percentage", "write percent of one CPU: "+k.example()+" for half of one, "+k.name+"=200% for two")
	case n < 10:
		// systemd rounds what is smaller up, by its own constants.
		return p.flawed("the kernel's least is 1 ms in a second, which is 0.1%", "write 0.1% or more")
	}
	quota := n * perSecond / 10000
	p.send("CPUQuotaPerSecUSec", quota)
	p.expect(held{file: k.file, holds: func(content string) bool {
		got, period, ok := quotaAndPeriod(content)
		// systemd makes the period so long that the quota is the shortest, but for rounding.
		want := quota * period / perSecond
		return ok && (got == want || got == shortest && want == shortest-1)
	}})
	return nil
}

// readPeriod reads CPUQuotaPeriodSec, over which the quota is spread.
func readPeriod(k kind, p *Property) error {
	period, ok := parseTime(p.Value)
	switch {
	case !ok:
		return p.flawed("it is no time", "write a time from 1ms to 1s, such as "+k.example())
	case period < shortest || period > longestPeriod:
		return p.flawed("the kernel has periods from 1 ms to 1 s", "write a time between, such as "+k.example())
	}
	p.send("CPUQuotaPeriodUSec", period)
	p.expect(held{file: k.file, holds: func(content string) bool {
		quota, got, ok := quotaAndPeriod(content)
		// Without a quota there is nothing to spread, and systemd leaves the default. A
		// period in which the quota would be less than 1 ms, it makes longer.
		return ok && (quota == unlimited || got == period || got > period && quota == shortest)
	}})
	return nil
}

// quotaAndPeriod reads "50000 100000" or "max 100000".
func quotaAndPeriod(content string) (quota, period uint64, ok bool) {
	q, rest, _ := strings.Cut(content, " ")
	if period, ok = decimal(rest); !ok || period > longestPeriod {
		return 0, 0, false
	}
	if q == "max" {
		return unlimited, period, true
	}
	quota, ok = decimal(q)
	return quota, period, ok
}

// The kernel's range of weights, whose default is 100.
const leastWeight, mostWeight = 1, 10000

func readCPUWeight(k kind, p *Property) error {
	n, ok := decimal(p.Value)
	switch {
	case p.Value == "idle":
		p.send(k.name, uint64(0))
		p.expect(k.unlessStartup(held{file: "cpu.idle", holds: is("1")})) // Linux 5.15
		return nil
	case !ok || n < leastWeight || n > mostWeight:
		return p.flawed("it is no weight", "write a number from 1 to 10000, others have 100; or idle")
	}
	p.send(k.name, n)
	p.expect(k.unlessStartup(held{file: k.file, holds: is(strconv.FormatUint(n, 10))}))
	return nil
}

// unlessStartup expects of a property for the time while the manager itself starts or
// stops only that there is a file for it.
func (k kind) unlessStartup(h held) held {
	if strings.HasPrefix(k.name, "Startup") {
		h.holds, h.beyond, h.or = anything, nil, nil
	}
	return h
}

// readSet reads AllowedCPUs and AllowedMemoryNodes.
func readSet(k kind, p *Property) error {
	set, ok := typedSet(p.Value)
	if !ok {
		return p.flawed("it is no list of numbers up to "+strconv.Itoa(mostCPUs-1), "write numbers and ranges: "+k.name+"=0-3,7")
	}
	p.send(k.name, set.mask())
	// A list with what can't be there, the kernel refuses as a whole. One that has nothing
	// of what the cgroup above has it takes, and then uses all that the cgroup above has.
	fix := "name what there is: cat /sys/fs/cgroup/" + k.file + ".effective"
	p.expect(k.unlessStartup(held{file: k.file, fix: fix, holds: is(set.String())}))
	p.expect(k.unlessStartup(held{file: k.file + ".effective", fix: fix, holds: func(content string) bool {
		got, why := parseCPUSet(content)
		return why == "" && got.within(set)
	}}))
	return nil
}

// typedSet reads a list with commas or blanks.
func typedSet(s string) (set cpuSet, ok bool) {
	items := strings.FieldsFunc(s, func(r rune) bool { return r == ',' || strings.ContainsRune(blanks, r) })
	for _, item := range items {
		for n := range strings.SplitSeq(item, "-") {
			if _, ok := decimal(n); !ok {
				return nil, false
			}
		}
	}
	set, why := parseCPUSet(strings.Join(items, ","))
	return set, why == ""
}

// mask is the set as systemd sends it: bits, the lowest first, in whole longs.
func (set cpuSet) mask() []byte {
	bits := make([]byte, (set.last()/64+1)*8)
	for _, r := range set {
		for n := r.first; n <= r.last; n++ {
			bits[n/8] |= 1 << (n % 8)
		}
	}
	return bits
}

// readTasks reads TasksMax, processes and threads.
func readTasks(k kind, p *Property) error {
	fix := "write a number of processes and threads, a percentage of what the machine can have, or infinity: " + k.example()
	if p.Value == "infinity" {
		p.send(k.name, uint64(unlimited))
		p.expect(held{file: k.file, holds: is("max"), spare: true})
		return nil
	}
	if n, ok := parsePermyriad(p.Value); ok {
		if n < 1 || n >= 10000 {
			return p.flawed("systemd takes more than 0% and less than 100%", "write infinity for no limit")
		}
		p.send(k.name+"Scale", scale(n))
		most := uint64(mostPIDs) * uint64(scale(n)) / math.MaxUint32
		p.expect(held{file: k.file, holds: func(content string) bool {
			got, ok := decimal(content)
			return ok && got <= most
		}})
		return nil
	}
	n, ok := decimal(p.Value)
	if !ok || n == 0 || n == unlimited {
		return p.flawed("it is no number of tasks", fix)
	}
	p.send(k.name, n)
	p.expect(held{file: k.file, holds: func(content string) bool {
		// More than there can be, the kernel doesn't take, and holds it all the same.
		return content == p.Value || n > mostPIDs && content == "max"
	}})
	return nil
}
