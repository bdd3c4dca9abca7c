package cgroupv2

import "testing"

func TestParseSizeOfSystemd(t *testing.T) {
	for _, c := range []struct {
		typed string
		base  uint64
		want  uint64
	}{
		{"0", 1024, 0}, {"7", 1024, 7}, {"7B", 1024, 7}, {" 7 K ", 1024, 0}, {"7 K", 1024, 7168},
		{"1E", 1024, 1 << 60}, {"1P", 1000, 1e15}, {"14.5E", 1024, 29 << 59},
		{"1.25K", 1000, 1250}, {"0.0001K", 1024, 0}, {"1G1M1K1B1", 1024, 1<<30 + 1<<20 + 1<<10 + 2},
		{"18446744073709551615", 1024, unlimited},
	} {
		got, ok := parseSize(c.typed, c.base)
		if got != c.want || ok != (c.typed != " 7 K ") {
			t.Errorf("%q is %d, %t; want %d", c.typed, got, ok, c.want)
		}
	}
	for _, typed := range []string{"", " ", "K", "-1", "+1", "1KB", "1K1K", "1 2", "1.K", "1..5K", "15.9E", "16E", "18446744073709551616", "1.99999999999999999999K", "17.5E", "15E1E", "1,5K"} {
		if got, ok := parseSize(typed, 1024); ok {
			t.Errorf("%q is %d", typed, got)
		}
	}
}

func TestParseTimeOfSystemd(t *testing.T) {
	for typed, want := range map[string]uint64{
		"0": 0, "1": 1e6, "1.5": 1500000, "1min 30s": 90e6, "1m30": 90e6, "2 h": 7200e6, "1d 2h 3m 4s 5ms 6us": 93784005006,
		"1w": 604800e6, "1M": 2629800e6, "1y": 31557600e6, "1.25ms": 1250, "1.0000019s": 1000001, "infinity": unlimited,
		" infinity ": unlimited, "5\u00b5s": 5, "5\u03bcs": 5, "5 6": 11e6, "12.34s.5": 0,
	} {
		got, ok := parseTime(typed)
		if got != want || ok != (typed != "12.34s.5") {
			t.Errorf("%q is %d, %t; want %d", typed, got, ok, want)
		}
	}
	for _, typed := range []string{"", "s", "-1", "+1", "1.s", "1.2.3", "1x", "infinity 1", "99999999999999999999", "584943y", "1s,2s"} {
		if got, ok := parseTime(typed); ok {
			t.Errorf("%q is %d", typed, got)
		}
	}
}

func TestNearestProperty(t *testing.T) {
	for typed, want := range map[string]string{
		"MemoryMax": "MemoryMax", "memory_max": "MemoryMax", "CPUWieght": "CPUWeight", "IOReadIOPS": "IOReadIOPSMax", "Nice": "", "x": "", "": "",
	} {
		if got := nearestProperty(typed); got != want {
			t.Errorf("%q is near %q, want %q", typed, got, want)
		}
	}
}
