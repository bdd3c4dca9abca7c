package userns

import "testing"

func TestInodes(t *testing.T) {
	for size, want := range map[string]string{
		"25%": "400000", "100%": "400000", "": "400000", "x": "400000", "k": "400000", "99999999999999999999": "400000",
		"0": "16384", "1M": "16384", "64m": "16384", "65536k": "16384",
		"128M": "32768", "0x8000000": "32768", "1G": "262144", "16G": "400000", "18446744073709551615": "400000", "99999999999g": "400000",
	} {
		if got := inodes(size); got != want {
			t.Errorf("%s: got %s, want %s", size, got, want)
		}
	}
}
