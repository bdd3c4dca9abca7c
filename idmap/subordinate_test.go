package idmap

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

var alice = User{Name: "alice", UID: 1000, GID: 1000}

func TestParseSubordinate(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []Range
	}{
		{"empty", "", nil},
		{"another user", "bob:100000:65536\nalic:1:1\nalicee:1:1\n", nil},
		{"by name", "bob:100000:65536\nalice:165536:65536\n", []Range{{165536, 65536}}},
		{"by uid", "1000:165536:65536\n", []Range{{165536, 65536}}},
		{"by name and uid", "alice:100000:10\n1000:200000:10\n", []Range{{100000, 10}, {200000, 10}}},
		{"no newline", "alice:100000:65536", []Range{{100000, 65536}}},
		{"comments", "# alice:1:1\n\n \t\n  # x\nalice:100000:65536\n", []Range{{100000, 65536}}},
		{"order of the file", "alice:300000:10\nalice:100000:10\n", []Range{{300000, 10}, {100000, 10}}},
		{"twice", "alice:100000:10\n1000:100000:10\n", []Range{{100000, 10}}},
		{"overlap", "alice:100000:10\nalice:100005:10\n", []Range{{100000, 15}}},
		{"a name from a directory", "al ice@corp:1:1\n", nil},
		{"all ids", "alice:0:4294967295\n", []Range{{0, 4294967295}}},
	} {
		got, err := ParseSubordinate(strings.NewReader(c.text), "/etc/subuid", alice)
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", c.name, err, diff)
		}
	}
}

// A user without a name, as when the database of users is out of reach, is not
// the owner of lines with an empty or zero one.
func TestParseSubordinateNameless(t *testing.T) {
	got, err := ParseSubordinate(strings.NewReader("root:5:5\n1000:1:1\n0:7:7\n"), "/etc/subuid", User{UID: 1000})
	if diff := cmp.Diff([]Range{{1, 1}}, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestParseSubordinateProblem(t *testing.T) {
	blanks := " is empty or has blanks around it"
	for text, want := range map[string]string{
		"alice":                            "line does not have three fields",
		"alice:100000":                     "line does not have three fields",
		"alice:100000:65536:junk":          "line does not have three fields",
		"alice 100000 65536":               "line does not have three fields",
		"::":                               `user name ""` + blanks,
		":100000:65536":                    `user name ""` + blanks,
		" alice:100000:65536":              `user name " alice"` + blanks,
		"alice :100000:65536":              `user name "alice "` + blanks,
		"alice::65536":                     `start "" is empty`,
		"alice:abc:65536":                  `start "abc" is not a decimal number`,
		"alice: 100000:65536":              `start " 100000" is not a decimal number`,
		"alice:0100000:65536":              `start "0100000" has a leading zero, which shadow takes for octal`,
		"alice:0x186a0:65536":              `start "0x186a0" is not a decimal number`,
		"alice:100000:65536\r":             `count "65536\r" is not a decimal number`,
		"alice:100000:-1":                  `count "-1" is not a decimal number`,
		"alice:100000:99999999999999999":   `count "99999999999999999" is larger than 4294967295`,
		"alice:100000:0":                   "count is 0, so it grants nothing",
		"alice:4294967295:1":               "range runs past 4294967294, the last id",
		"alice:1:4294967295":               "range runs past 4294967294, the last id",
		strings.Repeat("a", 1020) + ":1:1": "line is longer than 1023 bytes",
		"#" + strings.Repeat("a", 100000):  "line is longer than 1023 bytes",
	} {
		// Also in a line of somebody else's, behind good ones.
		text = "# ids\nalice:1:1\n" + strings.Replace(text, "alice", "bob", 1) + "\nalice:2:1\n"
		_, err := ParseSubordinate(strings.NewReader(text), "/etc/subuid", alice)
		e, ok := err.(*SyntaxError)
		want = strings.Replace(want, "alice", "bob", 1)
		if !ok || e.Problem != want || e.Line != 3 || e.Name != "/etc/subuid" || len(e.Text) > 80 {
			t.Errorf("%.50q: %v, want line 3: %s", text, err, want)
		}
	}
}

func TestParseSubordinateTexts(t *testing.T) {
	_, err := ParseSubordinate(strings.NewReader("# c\nalice:abc:65536\n"), "/etc/subgid", alice)
	checkTexts(t, err, texts{
		`parse /etc/subgid, line 2: start "abc" is not a decimal number`,
		`"alice:abc:65536" is not a valid NAME:START:COUNT`,
		`as root, correct the line: vi +2 /etc/subgid`,
	})
}

func TestParseSubordinateReadError(t *testing.T) {
	broken := io.MultiReader(strings.NewReader("alice:1:1\n"), iotest.ErrReader(unix.EISDIR))
	_, err := ParseSubordinate(broken, "/etc/subuid", alice)
	checkTexts(t, err, texts{
		"read /etc/subuid: is a directory",
		"the file with the granted ids is not a readable regular file",
		"look at it: ls -l /etc/subuid",
	})
	if !errors.Is(err, unix.EISDIR) {
		t.Error("errno is lost")
	}
}

func FuzzParseSubordinate(f *testing.F) {
	for _, s := range []string{"alice:100000:65536\n", "1000:0:1\nalice:1:5\nalice:3:9", "# c\n\nbob:1:1", "alice:0:4294967295", "a:b:c", "::"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ranges, err := ParseSubordinate(strings.NewReader(s), "f", alice)
		if err != nil {
			textsOf(t, err)
			return
		}
		checkUsable(t, ranges)
	})
}

// checkUsable wants ranges to make a map that is granted by them.
func checkUsable(t *testing.T, ranges []Range) {
	t.Helper()
	m, err := Auto(1000, ranges)
	if err != nil {
		total := uint64(0)
		for _, r := range ranges {
			total += uint64(r.Count)
		}
		if total < noID-1 && len(ranges) < 100 {
			t.Errorf("%v make no map: %v", ranges, err)
		}
		return
	}
	if err := m.CheckGrant(1000, ranges); err != nil {
		t.Errorf("%s of %v: %v", m, ranges, err)
	}
}

func TestParseSubordinateAllocates(t *testing.T) {
	text := strings.Repeat("bob:100000:65536\n# comment\n", 1000) + "alice:1:1\n"
	n := testing.AllocsPerRun(10, func() { _, _ = ParseSubordinate(strings.NewReader(text), "f", alice) })
	if n > 8 {
		t.Errorf("%v allocations for 2001 lines", n)
	}
}
