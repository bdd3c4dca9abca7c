package cgroupv2

import "testing"

func TestVerdictString(t *testing.T) {
	for _, c := range []struct {
		v    Verdict
		want string
	}{
		{Verdict{}, "no limit was reached"},
		{Verdict{MemoryLimit: Max, PIDsLimit: 20}, "no limit was reached"},
		{Verdict{OOMKills: 1, MemoryLimit: 64 << 20}, "the memory limit of 64M was reached: 1 process was killed"},
		{Verdict{OOMKills: 2, MemoryLimit: 1 << 30, Outside: true}, "memory ran out around it: 2 processes were killed"},
		{Verdict{ForksRefused: 1, PIDsLimit: 20}, "the limit of 20 processes was reached: 1 start was refused"},
		{Verdict{OOMKills: 1, MemoryLimit: 3 << 19, ForksRefused: 7, PIDsLimit: 20},
			"the memory limit of 1.5M was reached: 1 process was killed; the limit of 20 processes was reached: 7 starts were refused"},
	} {
		if got := c.v.String(); got != c.want {
			t.Errorf("%+v: got %q, want %q", c.v, got, c.want)
		}
	}
	if got := new(Cell).Verdict(); got != (Verdict{}) {
		t.Errorf("a cell without a leaf: %+v", got)
	}
}
