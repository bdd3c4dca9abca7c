package profile

import "testing"

// What package cmd/snug tests through its flags is not tested here again.
func TestWordsRefuse(t *testing.T) {
	for _, s := range []string{"", "-1", "0", "x", "1x", "NaN", "1e300", "s", "d"} {
		if d, ok := Duration(s); ok {
			t.Errorf("%q is the time %v", s, d)
		}
	}
	for _, s := range []string{"", "0", "1", "-2", "1.5", "4194305", "x"} {
		if n, ok := PIDs(s); ok {
			t.Errorf("%q is %d processes", s, n)
		}
	}
	for _, s := range []string{"", "0", "65", "SIGNOTHING", "-9"} {
		if n, ok := Signal(s); ok {
			t.Errorf("%q is the signal %v", s, n)
		}
	}
	for _, s := range []string{"", "G", "-1", "1Z", "1e30", "NaN", "MaX"} {
		if n, ok := Size(s); ok {
			t.Errorf("%q is %d bytes", s, n)
		}
	}
}
