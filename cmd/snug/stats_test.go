package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"snug/cgroupv2"
	"snug/userns/store"
)

func stalled(some float64) *cgroupv2.Pressure {
	return &cgroupv2.Pressure{Some: cgroupv2.Stall{Avg10: some}, Full: &cgroupv2.Stall{Avg10: some / 2}}
}

// crowdForTest are sandboxes of all kinds: with all accounts, without a cgroup, one that is
// being started, and one that somebody has named and called to do harm.
func crowdForTest() []sample {
	of := func(name, state string, cpus float64, memory uint64, args ...string) sample {
		return sample{
			row: row{Name: name, PID: 71203, InitPID: 71205, State: state, Created: time.Unix(900, 0).UTC(), AgeNS: 1e11, Command: args,
				Usage: &measured{Memory: memory, CPU: 3 * time.Second, Processes: 9, Exact: true}},
			CPUs: new(cpus),
		}
	}
	all := of("make-71203", "running", 1.53, 430<<20, "make", "-j8")
	all.MemoryLimit, all.ProcessLimit, all.Read, all.Written = new(uint64(512<<20)), new(uint64(200)), new(uint64(1<<20)), new(uint64(3<<30))
	all.Pressure = &cgroupv2.PressureStats{CPU: stalled(43.65), Memory: stalled(1.5), IO: stalled(0)}
	web := of("web", "running", 0.02, 41<<20, "./server", "--port", "8080")
	starting := sample{row: row{Name: "sleep-3", State: "starting", Command: []string{"sleep", "1000"}}}
	odd := of("a-name-as-long-as-names-are-allowed-to-become-in-this-world", "running", 12, 1<<40, "sh", "-c", evil+strings.Repeat("漢\u0301\u202e", 30))
	odd.MemoryLimit = new(uint64(1<<40 + 1))
	return []sample{all, web, starting, odd}
}

func TestStatsTable(t *testing.T) {
	var b bytes.Buffer
	if err := printSamples(&b, crowdForTest()); err != nil {
		t.Fatal(err)
	}
	harmless(t, "the table", b.String())
	golden(t, "stats.txt", b.String())
}

func TestSince(t *testing.T) {
	start := time.Now()
	at := func(passed, cpu time.Duration) moment { return moment{start.Add(passed), cpu} }
	if got := at(2*time.Second, 4*time.Second).since(at(0, time.Second)); got == nil || *got != 1.5 {
		t.Errorf("%v", got)
	}
	if got := at(time.Second, 0).since(at(0, time.Second)); got == nil || *got != 0 {
		t.Errorf("a process has ended: %v", got)
	}
	for _, before := range []moment{{}, at(time.Second, 0), at(2*time.Second, 0)} {
		if got := at(time.Second, time.Second).since(before); got != nil {
			t.Errorf("since %v: %v", before, *got)
		}
	}
}

func TestInterval(t *testing.T) {
	for text, want := range map[string]time.Duration{"": time.Second, "0.1": 100 * time.Millisecond, "5": 5 * time.Second, "1m": time.Minute} {
		if got, err := (&watched{Interval: text}).interval(); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"0", "0.05", "-1", "soon"} {
		if got, err := (&watched{Interval: text}).interval(); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// Nobody who has ended is watched.
func TestAlive(t *testing.T) {
	w := &watch{chosen: []*store.Record{{Name: "x", Ending: &store.Ending{}}}}
	k, err := recordsForTest(t)
	if err != nil {
		t.Fatal(err)
	}
	if got := w.alive(k); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func recordsForTest(t *testing.T) (*known, error) {
	dir := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", dir)
	return readRecords()
}
