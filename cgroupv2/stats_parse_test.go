package cgroupv2

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// refuse feeds a parser texts that no kernel prints.
func refuse[T any](t *testing.T, name string, parser func(string) (T, error), texts ...string) {
	t.Helper()
	for _, text := range texts {
		if v, err := parser(text); err == nil {
			t.Errorf("%s(%q) = %v", name, text, v)
		}
	}
}

func TestParseNumbers(t *testing.T) {
	if n, err := parseNumber("18446744073709551615"); err != nil || n != 1<<64-1 {
		t.Errorf("the largest number: %d, %v", n, err)
	}
	if n, err := parseBound("max"); err != nil || n != nil {
		t.Errorf("max: %v, %v", n, err)
	}
	if n, err := parseBound("0"); err != nil || n == nil || *n != 0 {
		t.Errorf("0: %v, %v", n, err)
	}
	if d, err := parseMicroseconds("9223372036854775"); err != nil || d != 9223372036854775*time.Microsecond {
		t.Errorf("292 years: %d, %v", d, err)
	}
	bad := []string{"", " ", "-1", "+1", "1.5", "1 ", "1\n", "0x1", "18446744073709551616"}
	refuse(t, "parseNumber", parseNumber, append(bad, "max")...)
	refuse(t, "parseCounter", parseCounter, append(bad, "max")...)
	refuse(t, "parseBound", parseBound, append(bad, "MAX")...)
	refuse(t, "parseMicroseconds", parseMicroseconds, append(bad, "9223372036854776")...)
}

func TestParseCPUStat(t *testing.T) {
	const usage = "usage_usec 3\nuser_usec 2\nsystem_usec 1\n"
	const quota = "nr_periods 4\nnr_throttled 5\nthrottled_usec 6\n"
	plain := CPUStats{3 * us, 2 * us, 1 * us, nil}
	full := CPUStats{3 * us, 2 * us, 1 * us, &QuotaStats{4, 5, 6 * us}}
	for text, want := range map[string]CPUStats{
		usage:                                plain,
		"nice_usec 0\n" + usage:              plain,
		usage + "core_sched.x none at all\n": plain,
		usage + quota:                        full,
		quota + usage + "nr_bursts 7\nburst_usec 8": full,
	} {
		got, err := parseCPUStat(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", text, err, diff)
		}
	}
	refuse(t, "parseCPUStat", parseCPUStat,
		"", "\n", "usage_usec 3\nuser_usec 2\n", usage+"usage_usec 3\n", usage+"odd\n", usage+"\n", usage+" 1\n",
		usage+"nr_periods 4\n", usage+"nr_periods x\nnr_throttled 5\nthrottled_usec 6\n",
		usage+"nr_periods 4\nnr_throttled 5\nthrottled_usec max\n", strings.ReplaceAll(usage, "3", "-3"), strings.ReplaceAll(usage, "\n", "\r\n"))
}

func TestParseMemoryEvents(t *testing.T) {
	const old = "low 1\nhigh 2\nmax 3\noom 4\noom_kill 5\n"
	for text, want := range map[string]MemoryEvents{
		old:                      {1, 2, 3, 4, 5, nil}, // before Linux 5.17
		old + "oom_group_kill 6": {1, 2, 3, 4, 5, new(uint64(6))},
		old + "oom_group_kill 6\nsock_throttled 7\n": {1, 2, 3, 4, 5, new(uint64(6))},
	} {
		got, err := parseMemoryEvents(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", text, err, diff)
		}
	}
	refuse(t, "parseMemoryEvents", parseMemoryEvents, "", "low 1\nhigh 2\nmax 3\noom 4\n", old+"low 1\n", old+"oom_group_kill x", strings.ReplaceAll(old, "5", ""))
}

func TestParseEvents(t *testing.T) {
	if n, err := parsePIDsEvents("max 17"); err != nil || n != 17 {
		t.Errorf("pids.events: %d, %v", n, err)
	}
	refuse(t, "parsePIDsEvents", parsePIDsEvents, "", "max", "max x", "min 1", "max 1\nmax 1")
	for text, want := range map[string]cgroupEvents{
		"populated 1\nfrozen 0": {true, false},
		"populated 0\nfrozen 1": {false, true},
		"populated 1":           {true, false}, // before Linux 5.2
	} {
		if got, err := parseCgroupEvents(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	refuse(t, "parseCgroupEvents", parseCgroupEvents, "", "frozen 1", "populated yes", "populated 1\nfrozen no")
}

func TestParseIOStat(t *testing.T) {
	const a = "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6"
	one := []IOStats{{Device{8, 0}, 1, 2, 3, 4}}
	for text, want := range map[string][]IOStats{
		"":             {},
		a:              one,
		a + "\n":       one,
		"8:16 \n" + a:  one,
		a + "\n8:16 ":  one, // cut short while the disk is attached
		"7:7 7:6 " + a: one, // Linux 5.15 (canonical/lxd issue 10052)
		"8:0 8:0 " + a: one,
		a + " use_delay=0 delay_nsec=0 cost.vrate=100.00": one,
		"8:16 cost.usage=5\n" + a:                         one,
		"(unknown) rbytes=9 wbytes=9 rios=9 wios=9\n" + a + "\n(unknown) rbytes=9 wbytes=9 rios=9 wios=9": one, // canonical/lxd issue 18609
		"(unknown) " + a: one,
		"8:16 rbytes=9 wbytes=8 rios=7 wios=6\n" + a: {{Device{8, 16}, 9, 8, 7, 6}, one[0]},
	} {
		got, err := parseIOStat(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", text, err, diff)
		}
	}
	refuse(t, "parseIOStat", parseIOStat,
		"rbytes=1 wbytes=2 rios=3 wios=4", "sda rbytes=1 wbytes=2 rios=3 wios=4", a+"\n"+a, "8:0 rbytes=1 wbytes=2 rios=3",
		"8:0 rbytes=1 rbytes=1 wbytes=2 rios=3 wios=4", "8:0 rbytes= wbytes=2 rios=3 wios=4", "8:0 rbytes=max wbytes=2 rios=3 wios=4")
}

// printed are texts that say what was parsed, as a kernel would.
func printed(s *CPUStats, e MemoryEvents, io []IOStats) (cpu, memory, disks string) {
	cpu = fmt.Sprintf("usage_usec %d\nuser_usec %d\nsystem_usec %d\n", s.Usage/us, s.User/us, s.System/us)
	if q := s.Quota; q != nil {
		cpu += fmt.Sprintf("nr_periods %d\nnr_throttled %d\nthrottled_usec %d\n", q.Periods, q.Throttled, q.ThrottledTime/us)
	}
	memory = fmt.Sprintf("low %d\nhigh %d\nmax %d\noom %d\noom_kill %d\n", e.Low, e.High, e.Max, e.OOM, e.OOMKill)
	if e.OOMGroupKill != nil {
		memory += fmt.Sprintf("oom_group_kill %d\n", *e.OOMGroupKill)
	}
	for _, d := range io {
		disks += fmt.Sprintf("%s rbytes=%d wbytes=%d rios=%d wios=%d dbytes=0 dios=0\n", d.Device, d.ReadBytes, d.WriteBytes, d.ReadOps, d.WriteOps)
	}
	return cpu, memory, disks
}

// Whatever is in a file, no parser falls over, and what one reads is the same when it is
// printed and read again.
func FuzzStats(f *testing.F) {
	for _, s := range []string{
		"usage_usec 3\nuser_usec 2\nsystem_usec 1\nnr_periods 4\nnr_throttled 5\nthrottled_usec 6\n",
		"low 1\nhigh 2\nmax 3\noom 4\noom_kill 5\noom_group_kill 6\n",
		"8:16 rbytes=9 wbytes=8 rios=7 wios=6\n7:7 7:6 \n(unknown) rbytes=1\n8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6",
		"populated 1\nfrozen 0\n", "max 17\n", "4096", "max", "",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cpu, cpuErr := parseCPUStat(text)
		memory, memoryErr := parseMemoryEvents(text)
		disks, disksErr := parseIOStat(text)
		cpuText, memoryText, disksText := printed(&cpu, memory, disks)
		again(t, cpu, cpuErr, cpuText, parseCPUStat)
		again(t, memory, memoryErr, memoryText, parseMemoryEvents)
		again(t, disks, disksErr, disksText, parseIOStat)
		if n, err := parseNumber(text); err == nil {
			again(t, n, nil, fmt.Sprint(n), parseNumber)
		}
		if n, err := parseBound(text); err == nil && n != nil {
			again(t, n, nil, fmt.Sprint(*n), parseBound)
		}
		if n, err := parsePIDsEvents(text); err == nil {
			again(t, n, nil, fmt.Sprintf("max %d", n), parsePIDsEvents)
		}
		_, _ = parseCgroupEvents(text)
	})
}

func again[T any](t *testing.T, v T, err error, text string, parser func(string) (T, error)) {
	t.Helper()
	if err != nil {
		return
	}
	got, err := parser(text)
	if diff := cmp.Diff(v, got); err != nil || diff != "" {
		t.Errorf("%q: %v\n%s", text, err, diff)
	}
}
