package cgroupv2

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// said is what a user gets to read of an error.
type said struct{ Error, Cause, Hint string }

// checkInvalid looks at an error that wraps ErrInvalid. Fields of want that are empty
// don't matter.
func checkInvalid(t *testing.T, err error, want said) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, ErrInvalid) {
		t.Errorf("error %v (%T), want an *Error that wraps ErrInvalid", err, err)
		return
	}
	got := said{e.Error(), e.Cause(), e.Hint()}
	for _, field := range []struct{ got, want *string }{{&got.Error, &want.Error}, {&got.Cause, &want.Cause}, {&got.Hint, &want.Hint}} {
		if *field.got == "" {
			t.Errorf("%v: nothing is said about the cause, or the fix", err)
		}
		if *field.want == "" {
			*field.got = ""
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
}

func TestParseSize(t *testing.T) {
	const machine = 1000 << 20
	for s, want := range map[string]Amount{
		"1":                 1,
		"1048576":           1 << 20,
		"512b":              512,
		"64k":               64 << 10,
		"64K":               64 << 10,
		"64KB":              64 << 10,
		"64Ki":              64 << 10,
		"64KiB":             64 << 10,
		"512M":              512 << 20,
		"1.5GiB":            3 << 29,
		"0.5k":              512,
		"1.0001k":           1024,
		"2T":                2 << 40,
		"2p":                2 << 50,
		"4096p":             1 << 62,
		"0512M":             512 << 20,
		"50%":               500 << 20,
		"12.5%":             125 << 20,
		"100%":              machine,
		"max":               Max,
		"MAX":               Max,
		"infinity":          Max,
		"unlimited":         Max,
		"-1":                Max,
		"4503599627370495k": 4503599627370495 << 10, // more than a float64 holds
	} {
		if got, err := ParseSize(s, machine); err != nil || got != want {
			t.Errorf("ParseSize(%q) = %d, %v; want %d", s, got, err, want)
		}
	}
}

func TestParseSizeRefuses(t *testing.T) {
	for s, why := range map[string]string{
		"":                     "it doesn't begin with a number",
		"M":                    "it doesn't begin with a number",
		"lots":                 "it doesn't begin with a number",
		"NaN":                  "it doesn't begin with a number",
		"inf":                  "it doesn't begin with a number",
		"+1":                   "it doesn't begin with a number",
		" 1":                   "it doesn't begin with a number",
		".5G":                  "it doesn't begin with a number",
		"5.G":                  "it doesn't begin with a number",
		"1.2.3M":               "it doesn't begin with a number",
		"-5M":                  "a size is more than nothing",
		"-2":                   "a size is more than nothing",
		"0":                    "nothing can run in no bytes",
		"0M":                   "nothing can run in no bytes",
		"0.5":                  "nothing can run in no bytes",
		"0%":                   "nothing can run in no bytes",
		"0.0000001k":           "nothing can run in no bytes",
		"12x":                  `"x" is no unit`,
		"1e9":                  `"e9" is no unit`,
		"0x10":                 `"x10" is no unit`,
		"1_000":                `"_000" is no unit`,
		"512 M":                `" m" is no unit`,
		"512M ":                `"m " is no unit`,
		"512MM":                `"mm" is no unit`,
		"512iB":                `"ib" is no unit`,
		"512Mbit":              `"mbit" is no unit`,
		"5%%":                  `"%%" is no unit`,
		"\x1b[31m1":            "it doesn't begin with a number",
		"1\x1b[31m":            `"\x1b[31m" is no unit`,
		"101%":                 "it is more than there is",
		"4097p":                "it is more than the kernel can count",
		"4096.5p":              "it is more than the kernel can count",
		"16384p":               "it is more than the kernel can count",
		"18446744073709551615": "it is more than the kernel can count",
		"99999999999999999999": "it is more than the kernel can count",
	} {
		got, err := ParseSize(s, 1<<30)
		if got != 0 {
			t.Errorf("ParseSize(%q) = %d with an error", s, got)
		}
		checkInvalid(t, err, said{Cause: why})
	}
	_, err := ParseSize("50%", 0)
	checkInvalid(t, err, said{
		`read size "50%": invalid limit`,
		"there is nothing here to take a percentage of",
		"write bytes, with a unit (512M, 1.5GiB) or without, or max for no limit",
	})
}

func TestParseCount(t *testing.T) {
	for s, want := range map[string]Amount{"1": 1, "200": 200, "max": Max, "-1": Max, "4611686018427387904": 1 << 62} {
		if got, err := ParseCount(s); err != nil || got != want {
			t.Errorf("ParseCount(%q) = %d, %v; want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", "0", "-2", "1.5", "1k", "+1", "1 ", "0x1", "4611686018427387905", "18446744073709551615"} {
		got, err := ParseCount(s)
		if got != 0 {
			t.Errorf("ParseCount(%q) = %d with an error", s, got)
		}
		checkInvalid(t, err, said{Cause: "it is not a whole number from 1 on", Hint: "write a number, as 200, or max for no limit"})
	}
}

func TestAmount(t *testing.T) {
	for a, want := range map[Amount][2]string{
		1:         {"1", "1"},
		1000:      {"1000", "1000"},
		1024:      {"1024", "1K"},
		4 << 20:   {"4194304", "4M"},
		3 << 29:   {"1610612736", "1536M"},
		1<<20 + 1: {"1048577", "1048577"},
		1 << 62:   {"4611686018427387904", "4096P"},
		Max:       {"max", "max"},
	} {
		if got := [2]string{a.String(), a.words()}; got != want {
			t.Errorf("Amount(%d): String and words %q, want %q", uint64(a), got, want)
		}
	}
}

// What is read is more than nothing and no more than what the kernel counts, and its
// words are read as the same again.
func FuzzParseSize(f *testing.F) {
	for _, s := range []string{"512M", "1.5GiB", "50%", "max", "-1", "0.5", "1e9", "4096p", "99999999999999999999", "NaN%"} {
		f.Add(s, uint64(1<<34))
	}
	f.Add("100%", uint64(math.MaxUint64))
	f.Fuzz(func(t *testing.T, s string, whole uint64) {
		a, err := ParseSize(s, whole)
		if err != nil {
			checkInvalid(t, err, said{})
			return
		}
		if a == 0 || a > largest && a != Max {
			t.Fatalf("ParseSize(%q, %d) = %d", s, whole, uint64(a))
		}
		for _, again := range []string{a.String(), a.words()} {
			if b, err := ParseSize(again, whole); b != a || err != nil {
				t.Errorf("%q is %d, and %q is %d (%v)", s, uint64(a), again, uint64(b), err)
			}
		}
	})
}
