package userns

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// No limit is above what the caller may have.
func TestLowHardLimits(t *testing.T) {
	for _, c := range []struct {
		limits map[string]uint64
		pids   int
		want   []Rlimit
	}{
		{map[string]uint64{"core": 0, "nproc": 100}, 0, []Rlimit{{"core", 0, 0}, {"nproc", 100, 100}}},
		{map[string]uint64{"core": 1, "nproc": 100}, 50, []Rlimit{{"core", 1, 1}, {"nproc", 50, 50}}},
		{map[string]uint64{"core": Unlimited, "nproc": Unlimited}, 5000, []Rlimit{{"core", 1, 1}, {"nproc", 5000, 5000}}},
		{map[string]uint64{"core": Unlimited, "nproc": Unlimited}, 0, []Rlimit{{"core", 1, 1}, {"nproc", DefaultPIDs, DefaultPIDs}}},
		{map[string]uint64{"core": Unlimited, "nproc": 10}, -1, []Rlimit{{"core", 1, 1}}},
	} {
		h := testHost()
		h.Limits = c.limits
		p, err := Resolve(&Spec{Args: []string{"x"}, PIDs: c.pids}, h)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, p.Rlimits); diff != "" {
			t.Errorf("%v, %d processes (-want +got):\n%s", c.limits, c.pids, diff)
		}
	}
}

// The limit on descriptors is the caller's, not the one Go has raised.
func TestNofileIsTheCallers(t *testing.T) {
	h := testHost()
	h.Nofile = &Rlimit{"nofile", 1024, 524288}
	p, err := Resolve(&Spec{Args: []string{"x"}}, h)
	if err != nil || !slices.Contains(p.Rlimits, *h.Nofile) {
		t.Errorf("got %v, %v", p.Rlimits, err)
	}
}

// A limit that is asked for takes the place of ours: once a hard limit is low
// nobody inside can raise it.
func TestAskedForLimitsReplaceOurs(t *testing.T) {
	for _, want := range []Rlimit{{"core", 0, 0}, {"core", Unlimited, Unlimited}, {"nproc", 10, 20}, {"nproc", 50000, 50000}} {
		p, err := Resolve(&Spec{Args: []string{"x"}, Rlimits: []Rlimit{want}}, testHost())
		if err != nil {
			t.Fatal(err)
		}
		var got []Rlimit
		for _, l := range p.Rlimits {
			if l.Name == want.Name {
				got = append(got, l)
			}
		}
		if diff := cmp.Diff([]Rlimit{want}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestRlimitNames(t *testing.T) {
	names := RlimitNames()
	if !slices.IsSorted(names) || len(names) != 16 {
		t.Errorf("got %q", names)
	}
	seen := map[int]bool{}
	for _, name := range names {
		n := rlimitNumber(name)
		if n < 0 || n > 15 || seen[n] {
			t.Errorf("%s is number %d", name, n)
		}
		seen[n] = true
	}
	for name, want := range map[string]int{"nofile": unix.RLIMIT_NOFILE, "as": unix.RLIMIT_AS, "rttime": unix.RLIMIT_RTTIME, "NOFILE": -1, "": -1} {
		if got := rlimitNumber(name); got != want {
			t.Errorf("%q: got %d, want %d", name, got, want)
		}
	}
}

func TestGatheredLimits(t *testing.T) {
	for name, got := range hardLimits() {
		var want unix.Rlimit
		if err := unix.Getrlimit(rlimitNumber(name), &want); err != nil || got != want.Max {
			t.Errorf("%s: got %d, want %d, %v", name, got, want.Max, err)
		}
	}
}
