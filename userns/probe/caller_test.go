package probe

import "testing"

func TestCaller(t *testing.T) {
	for _, c := range []struct {
		files  map[string]string
		uid    string
		lacks  bool // SETFCAP, number 31
		mapped bool
	}{
		{nil, "", false, true},
		{map[string]string{"/proc/self/status": "Uid:\t1000\t0\t0\t0\nCapEff:\t000000007fffffff\n"}, "0", true, true},
		{map[string]string{"/proc/self/status": "Uid:\t0\t1000\t0\t0\nCapEff:\t00000000a80425fb\n"}, "1000", false, true},
		{map[string]string{"/proc/self/status": "Uid:\t7\nCapEff:\tx\n"}, "", false, true},
		{map[string]string{"/proc/self/uid_map": "", "/proc/self/gid_map": ""}, "", false, false},
		{map[string]string{"/proc/self/uid_map": "0 1000 1\n", "/proc/self/gid_map": ""}, "", false, false},
		{map[string]string{"/proc/self/uid_map": "0 1000 1\n", "/proc/self/gid_map": "0 1000 1\n"}, "", false, true},
	} {
		m := files(c.files)
		if m.EffectiveUID() != c.uid || m.Lacks(31) != c.lacks || m.Mapped() != c.mapped {
			t.Errorf("%q: got %q, %v, %v, want %+v", c.files, m.EffectiveUID(), m.Lacks(31), m.Mapped(), c)
		}
	}
}
