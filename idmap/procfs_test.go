package idmap

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseProcfs(t *testing.T) {
	for s, want := range map[string]Map{
		"":                                   nil,
		"         0          0 4294967295\n": {{0, 0, 4294967295}},
		"         0       1001          1\n         1     100000      65536\n": {{0, 1001, 1}, {1, 100000, 65536}},
		"0 1000 1\n": {{0, 1000, 1}},
		"0 1000 1":   {{0, 1000, 1}},
	} {
		got, err := ParseProcfs(s)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("ParseProcfs(%q): %v\n%s", s, err, diff)
		}
	}
}

func TestParseProcfsOwn(t *testing.T) {
	text, err := os.ReadFile("/proc/self/uid_map")
	if err != nil {
		t.Skip(err)
	}
	m, err := ParseProcfs(string(text))
	if _, ok := m.ToOuter(uint32(os.Getuid())); err != nil || !ok {
		t.Errorf("%q: %v, %v, own id not in it", text, m, err)
	}
}

func TestParseProcfsRefuses(t *testing.T) {
	format, fix := " is not a valid INNER OUTER COUNT", "pass the text of /proc/PID/uid_map or gid_map as it is"
	for s, want := range map[string]texts{
		"\n":               {"parse id map, line 1: it has fewer than three fields", `""` + format, fix},
		"0 0 1\n0 1\n":     {"parse id map, line 2: it has fewer than three fields", `"0 1"` + format, fix},
		"0 0 1 1\n":        {"parse id map, line 1: it has more than three fields", `"0 0 1 1"` + format, fix},
		"0 x 1\n":          {`parse id map, line 1: outer id "x" is not a decimal number`, `"0 x 1"` + format, fix},
		"0 0 0\n":          {"parse id map, line 1: count is 0, so it maps nothing", `"0 0 0"` + format, fix},
		"0 4294967295 1\n": {"parse id map, line 1: its outer ids have no name in the namespace of the reader", `"0 4294967295 1"` + format, "read the map from the parent namespace, or from inside"},
	} {
		_, err := ParseProcfs(s)
		checkTexts(t, err, want)
	}
	if _, err := ParseProcfs("0 0 5\n4 10 1\n"); textsOf(t, err).Error != "make id map: 0:0:5 and 4:10:1 share inner id 4" {
		t.Error(err)
	}
}

// Accepted text is a valid map, which survives being written and read again.
func FuzzParseProcfs(f *testing.F) {
	for _, s := range []string{"", "0 1000 1\n", " 0 0 4294967295", "0 0 1\n0 0 1\n", "0 4294967295 1\n", "1 2 3 4\n", "\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseProcfs(s)
		if err != nil {
			textsOf(t, err)
			return
		}
		if _, err := New(m...); err != nil && s != "" {
			t.Errorf("New(%s): %v", m, err)
		}
		again, err := ParseProcfs(m.Procfs())
		if diff := cmp.Diff(m, again); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", s, err, diff)
		}
	})
}

func TestParseProcfsAllocates(t *testing.T) {
	s := "         0       1001          1\n         1     100000      65536\n"
	if n := testing.AllocsPerRun(100, func() { _, _ = ParseProcfs(s) }); n > 1 {
		t.Errorf("%v allocations, want the map alone", n)
	}
}
