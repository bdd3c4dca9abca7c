package main

import (
	"time"

	"snug/cgroupv2"
	"snug/userns/store"
)

// sample is what a sandbox uses at one time, for snug stats and snug top. What the kernel
// doesn't count, and a limit that isn't set, is nil and not in the JSON.
type sample struct {
	row
	CPUs         *float64                `json:"cpus,omitempty"` // that were busy, on average since the sample before
	MemoryLimit  *uint64                 `json:"memory_limit_bytes,omitempty"`
	ProcessLimit *uint64                 `json:"process_limit,omitempty"`
	Read         *uint64                 `json:"read_bytes,omitempty"` // from all disks together
	Written      *uint64                 `json:"written_bytes,omitempty"`
	Pressure     *cgroupv2.PressureStats `json:"pressure,omitempty"`
}

// watch takes samples of the same sandboxes again and again.
type watch struct {
	chosen []*store.Record // nil for all that run
	before map[store.Process]moment
}

// moment is how much CPU time had been used when.
type moment struct {
	at  time.Time
	cpu time.Duration
}

// briefly is how long a first look at CPU time takes: a few of the kernel's clock ticks.
const briefly = 200 * time.Millisecond

// newWatch chooses sandboxes that run, by name, or all if there is no name. Those of which
// there is something to say are left out, and it is said.
func newWatch(ids []string, say func(error)) (*watch, error) {
	w := &watch{}
	if len(ids) == 0 {
		return w, nil
	}
	k, err := readRecords()
	if err != nil {
		return nil, err
	}
	defer k.dir.Close()
	w.chosen = []*store.Record{}
	for _, id := range ids {
		r, err := k.find(id)
		if err == nil && r.Over() {
			err = notRunning(r)
		}
		if err != nil {
			say(err)
			continue
		}
		w.chosen = append(w.chosen, r)
	}
	return w, nil
}

// look takes a sample of each that has not ended, the oldest first.
func (w *watch) look() ([]sample, error) {
	k, err := readRecords()
	if err != nil {
		return nil, err
	}
	defer k.dir.Close()
	use := gather()
	now := map[store.Process]moment{}
	samples := []sample{}
	for _, r := range w.alive(k) {
		usage, stats := use.measure(r)
		s := sample{row: rowUsing(r, usage)}
		if usage != nil {
			now[r.Keeper] = moment{time.Now(), usage.CPU}
			s.CPUs = now[r.Keeper].since(w.before[r.Keeper])
		}
		if stats != nil {
			s.account(stats)
		}
		samples = append(samples, s)
	}
	w.before = now
	return samples, nil
}

// alive are the records as they are now, of those that have not ended.
func (w *watch) alive(k *known) (alive []*store.Record) {
	records := k.all
	if w.chosen != nil {
		records = w.chosen
	}
	for _, r := range records {
		if now, err := k.dir.Read(r); err == nil {
			r = now
		}
		if !r.Over() {
			alive = append(alive, r)
		}
	}
	return alive
}

// since is how many CPUs were busy. Less than none is what the sum over processes gives when
// one of them has ended.
func (m moment) since(before moment) *float64 {
	passed := m.at.Sub(before.at) // of the monotonic clock
	if before.at.IsZero() || passed <= 0 {
		return nil
	}
	return new(max(float64(m.cpu-before.cpu)/float64(passed), 0))
}

// account notes what only the accounts of a cgroup have.
func (s *sample) account(a *cgroupv2.Stats) {
	if a.Memory != nil {
		s.MemoryLimit = a.Memory.Max
	}
	if a.PIDs != nil {
		s.ProcessLimit = a.PIDs.Max
	}
	if a.IO != nil {
		s.Read, s.Written = new(uint64), new(uint64)
		for i := range a.IO {
			*s.Read += a.IO[i].ReadBytes
			*s.Written += a.IO[i].WriteBytes
		}
	}
	s.Pressure = a.Pressure
}
