package idmap

import "testing"

func TestParseNumber(t *testing.T) {
	for s, want := range map[string]struct {
		n       uint32
		problem string
	}{
		"0":                    {0, ""},
		"7":                    {7, ""},
		"100000":               {100000, ""},
		"4294967295":           {4294967295, ""},
		"":                     {0, "is empty"},
		"4294967296":           {0, "is larger than 4294967295"},
		"99999999999999999999": {0, "is larger than 4294967295"},
		"18446744073709551616": {0, "is larger than 4294967295"}, // 2^64 wraps to 0
		"00":                   {0, "has a leading zero, which shadow takes for octal"},
		"0100000":              {0, "has a leading zero, which shadow takes for octal"},
		"0x10":                 {0, "is not a decimal number"},
		"-5":                   {0, "is not a decimal number"},
		"+5":                   {0, "is not a decimal number"},
		" 5":                   {0, "is not a decimal number"},
		"5\r":                  {0, "is not a decimal number"},
		"1_000":                {0, "is not a decimal number"},
		"٣":                    {0, "is not a decimal number"},
	} {
		n, problem := parseNumber(s)
		if n != want.n || problem != want.problem {
			t.Errorf("parseNumber(%q) = %d, %q; want %d, %q", s, n, problem, want.n, want.problem)
		}
		if m, same := parseNumber([]byte(s)); m != n || same != problem {
			t.Errorf("parseNumber([]byte(%q)) = %d, %q; as a string %d, %q", s, m, same, n, problem)
		}
	}
}

func TestIntersects(t *testing.T) {
	for _, c := range []struct {
		a, an, b, bn uint32
		want         bool
	}{
		{0, 1, 0, 1, true},
		{0, 1, 1, 1, false},
		{1, 1, 0, 1, false},
		{0, 10, 9, 1, true},
		{0, 10, 10, 1, false},
		{5, 1, 0, 10, true},
		{4294967290, 5, 0, 5, false}, // no wrapping around
		{4294967290, 4294967295, 0, 5, false},
	} {
		if got := intersects(c.a, c.an, c.b, c.bn); got != c.want {
			t.Errorf("intersects(%d+%d, %d+%d) = %t", c.a, c.an, c.b, c.bn, got)
		}
	}
}
