package cgroupv2

import (
	"testing"
)

func TestParseCPUs(t *testing.T) {
	for s, want := range map[string]float64{
		"1": 1, "1.5": 1.5, "0.01": 0.01, "150%": 1.5, "12.5%": 0.125, "64": 64,
		"max": 0, "infinity": 0, "-1": 0,
	} {
		if got, err := ParseCPUs(s); err != nil || got != want {
			t.Errorf("ParseCPUs(%q) = %v, %v; want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "0", "0.0", "0%", "-2", "NaN", "Inf", "1e3", "0x1p4", "1,5", ".5", "1.", "1.5cpus", "%", "1%%", " 1"} {
		got, err := ParseCPUs(s)
		if got != 0 {
			t.Errorf("ParseCPUs(%q) = %v with an error", s, got)
		}
		checkInvalid(t, err, said{
			Cause: "it is not a decimal number greater than 0",
			Hint:  "write cpus, as 1.5, a percentage of one, as 150%, or max for no limit",
		})
	}
}

func TestParseWeight(t *testing.T) {
	for s, want := range map[string]int{"1": 1, "100": 100, "10000": 10000} {
		if got, err := ParseWeight(s); err != nil || got != want {
			t.Errorf("ParseWeight(%q) = %d, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "0", "10001", "-1", "+1", "1.5", "max", "99999999999999999999"} {
		got, err := ParseWeight(s)
		if got != 0 {
			t.Errorf("ParseWeight(%q) = %d with an error", s, got)
		}
		checkInvalid(t, err, said{Cause: "it is not a whole number from 1 to 10000", Hint: "write one; others have 100"})
	}
}

func TestParseCPUSet(t *testing.T) {
	for s, want := range map[string]string{
		"0":           "0",
		"0-3,5":       "0-3,5",
		"5,0-3":       "0-3,5",
		"0,1,2,3":     "0-3",
		"0-3,2-5":     "0-5",
		"0-5,2-3":     "0-5",
		"0-1,2-3":     "0-3",
		"3,3,3":       "3",
		"007":         "7",
		"7-7":         "7",
		"0,8191":      "0,8191",
		"10,9,1-2,12": "1-2,9-10,12",
	} {
		if got, err := ParseCPUSet(s); err != nil || got != want {
			t.Errorf("ParseCPUSet(%q) = %q, %v; want %q", s, got, err, want)
		}
	}
	for s, why := range map[string]string{
		"":                       `"" is neither a cpu nor a range of them`,
		",":                      `"" is neither a cpu nor a range of them`,
		"0,":                     `"" is neither a cpu nor a range of them`,
		"all":                    `"all" is neither a cpu nor a range of them`,
		"-1":                     `"-1" is neither a cpu nor a range of them`,
		"0-":                     `"0-" is neither a cpu nor a range of them`,
		"0-1-2":                  `"0-1-2" is neither a cpu nor a range of them`,
		"0-8:2/4":                `"0-8:2/4" is neither a cpu nor a range of them`,
		"0, 1":                   `" 1" is neither a cpu nor a range of them`,
		"3-0":                    "the range 3-0 runs backwards",
		"8192":                   "no machine has a cpu 8192",
		"0-99999999999999999999": "no machine has a cpu 99999999999999999999",
	} {
		got, err := ParseCPUSet(s)
		if got != "" {
			t.Errorf("ParseCPUSet(%q) = %q with an error", s, got)
		}
		checkInvalid(t, err, said{Cause: why, Hint: "write numbers and ranges with commas between them, as 0-3,5"})
	}
}

func TestCPUSetWithin(t *testing.T) {
	for _, c := range []struct {
		set, other string
		want       bool
	}{
		{"0", "0", true},
		{"0", "0-3", true},
		{"1-2,5", "0-3,5", true},
		{"0-3", "0-2", false},
		{"0-3", "0-1,3", false},
		{"4", "0-3,5", false},
	} {
		set, _ := parseCPUSet(c.set)
		other, _ := parseCPUSet(c.other)
		if set.within(other) != c.want {
			t.Errorf("%s within %s: %t", set, other, !c.want)
		}
	}
}

// What is normal stays as it is.
func FuzzParseCPUSet(f *testing.F) {
	for _, s := range []string{"0-3,5", "5,0-3", "0,1,2", "3-0", "8191", "0-8191", "", ",,", "1-1-1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, err := ParseCPUSet(s)
		if err != nil {
			checkInvalid(t, err, said{})
			return
		}
		if twice, err := ParseCPUSet(once); err != nil || twice != once {
			t.Errorf("%q is %q, which is %q (%v)", s, once, twice, err)
		}
	})
}
