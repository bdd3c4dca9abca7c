package idmap

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestParseExtent(t *testing.T) {
	for s, want := range map[string]Extent{
		"0:1000:1":            {0, 1000, 1},
		"1:100000:65536":      {1, 100000, 65536},
		"0:0:4294967295":      {0, 0, 4294967295},
		"4294967294:0:1":      {4294967294, 0, 1},
		"4294967290:100000:5": {4294967290, 100000, 5},
	} {
		got, err := ParseExtent(s)
		if err != nil || got != want {
			t.Errorf("ParseExtent(%q) = %v, %v", s, got, err)
		}
		if got.String() != s {
			t.Errorf("Extent.String() = %q, want %q", got, s)
		}
	}
}

func TestParseExtentProblem(t *testing.T) {
	for s, want := range map[string]string{
		"":                 `is not three numbers with colons between them`,
		"0":                `is not three numbers with colons between them`,
		"0:1000":           `is not three numbers with colons between them`,
		"0:1000:1:1":       `is not three numbers with colons between them`,
		"0:1000:":          `count "" is empty`,
		":1000:1":          `inner id "" is empty`,
		"0:abc:1":          `outer id "abc" is not a decimal number`,
		"0:1000:-1":        `count "-1" is not a decimal number`,
		"00:1000:1":        `inner id "00" has a leading zero, which shadow takes for octal`,
		"0:\x1b[31m:1":     `outer id "\x1b[31m" is not a decimal number`,
		"0:4294967296:1":   `outer id "4294967296" is larger than 4294967295`,
		"0:1000:0":         `count is 0, so it maps nothing`,
		"0:4294967295:1":   `outer ids run past 4294967294, the last id`,
		"4294967295:0:1":   `inner ids run past 4294967294, the last id`,
		"1:0:4294967295":   `inner ids run past 4294967294, the last id`,
		"0:4294967290:6":   `outer ids run past 4294967294, the last id`,
		"auto":             `is not three numbers with colons between them`,
		"0:100000:65536 ":  `count "65536 " is not a decimal number`,
		"0:100000:65536\n": `count "65536\n" is not a decimal number`,
	} {
		_, err := ParseExtent(s)
		e, ok := err.(*SyntaxError)
		if !ok || e.Problem != want {
			t.Errorf("ParseExtent(%q): %v, want problem %q", s, err, want)
		}
	}
}

func TestParseExtentTexts(t *testing.T) {
	_, err := ParseExtent("0:abc:1")
	checkTexts(t, err, texts{
		`parse id map "0:abc:1": outer id "abc" is not a decimal number`,
		`"0:abc:1" is not a valid inner:outer:count`,
		`write inner:outer:count, for example 0:1000:1`,
	})
	if err.(*SyntaxError).Unwrap() != unix.EINVAL {
		t.Errorf("Unwrap: %v", err.(*SyntaxError).Unwrap())
	}
}

func TestParseExtentComma(t *testing.T) {
	_, err := ParseExtent("100000,0,65536")
	checkTexts(t, err, texts{
		`parse id map "100000,0,65536": commas separate outer,inner,count, an order given up by util-linux 2.39`,
		`"100000,0,65536" is not a valid inner:outer:count`,
		`write inner:outer:count with colons: 0:100000:65536`,
	})
	for s, want := range map[string]string{
		"0,1000,1":       "write inner:outer:count with colons: 1000:0:1",
		"0,1000":         "write inner:outer:count with colons, for example 0:1000:1",
		"0,1000,0":       "write inner:outer:count with colons, for example 0:1000:1",
		"0:1000,1":       "write inner:outer:count with colons, for example 0:1000:1",
		"0,1000,1,4,5,6": "write inner:outer:count with colons, for example 0:1000:1",
	} {
		_, err := ParseExtent(s)
		if got := textsOf(t, err).Hint; got != want {
			t.Errorf("ParseExtent(%q) hints %q, want %q", s, got, want)
		}
	}
}

// Accepted text is the text of the extent, and an extent of its own is a map.
func FuzzParseExtent(f *testing.F) {
	for _, s := range []string{"0:1000:1", "0,1000,1", "00:1:1", "1:0:4294967295", "::", "0:4294967294:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := ParseExtent(s)
		if err != nil {
			textsOf(t, err)
			return
		}
		if e.String() != s {
			t.Errorf("%q became %q", s, e)
		}
		if _, err := New(e); err != nil {
			t.Errorf("New(%s): %v", e, err)
		}
	})
}
