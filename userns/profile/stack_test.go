package profile

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Later over earlier: of a switch or a text the last one, lists one behind the other.
func TestStack(t *testing.T) {
	s := Stack{
		parsed(t, "a", "share-net = true\nshare-pid = true\nmemory = \"1G\"\nro = [\"/a\"]\nenv = [\"A=1\"]"),
		parsed(t, "b", "share-net = false\nmemory = \"2G\"\nro = [\"/b\", \"/a\"]\nhostname = \"b\""),
		parsed(t, "c", "env = [\"A=2\"]\nshare-uts = true"),
	}
	want := []string{
		"ro /a (a line 4)", "ro /b (b line 3)", "ro /a (b line 3)", "env A=1 (a line 5)", "env A=2 (c line 1)",
		"share-net false (b line 1)", "share-pid true (a line 2)", "share-uts true (c line 2)", "memory 2G (b line 2)",
	}
	if diff := cmp.Diff(want, lines(s)); diff != "" {
		t.Error(diff)
	}
	if on, said := s.Switch("share-net"); on || !said {
		t.Errorf("share-net: %v, %v", on, said)
	}
	if on, said := s.Switch("share-ipc"); on || said {
		t.Errorf("share-ipc: %v, %v", on, said)
	}
	if s.Text("hostname") != nil || s.Text("no such key") != nil {
		t.Error("share-uts doesn't take the hostname back, or there is an unknown key")
	}
}

// Keys that are words for the same thing take each other back, but not by being off.
func TestGroups(t *testing.T) {
	for _, c := range []struct {
		profiles string
		want     string
	}{
		{"map-root-user = true | map-auto = true", "map-auto true"},
		{"map-auto = true | map-root-user = true", "map-root-user true"},
		{"map-auto = true | map-root-user = false", "map-root-user false, map-auto true"},
		{"project = \"/a\" | no-project = true", "no-project true"},
		{"no-project = true | project = \"/a\"", "project /a"},
		{"no-project = true | no-project = false", "no-project false"},
	} {
		var s Stack
		for text := range strings.SplitSeq(c.profiles, "|") {
			s = append(s, parsed(t, "x", text))
		}
		var got []string
		for _, v := range s.Settings() {
			got = append(got, v.Key()+" "+v.Text)
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: got %q, want %q", c.profiles, got, c.want)
		}
	}
}

// In one profile what lies deeper comes later, and is seen; ro holds over rw. Across
// profiles the later one holds.
func TestMountsInOrder(t *testing.T) {
	s := Stack{
		parsed(t, "a", `ro = ["/x/y/z", "/x"]`+"\n"+`rw = ["/x/y", "/x/y/z"]`+"\n"+`volume = ["/deep/down/here:/top:ro"]`),
		parsed(t, "b", `rw = ["/x"]`),
	}
	var got []string
	for _, v := range s.Mounts() {
		got = append(got, v.profile.Name+" "+v.Key()+" "+v.Text)
	}
	want := []string{"a volume /deep/down/here:/top:ro", "a ro /x", "a rw /x/y", "a rw /x/y/z", "a ro /x/y/z", "b rw /x"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestVariablesInOrder(t *testing.T) {
	for second, want := range map[string]string{
		"clearenv = true\nenv = [\"B=2\"]":  "env A=1, clearenv true, env B=2",
		"clearenv = false\nenv = [\"B=2\"]": "env A=1, env B=2",
		"unsetenv = [\"A\"]":                "env A=1, unsetenv A",
	} {
		first := `env = ["A=1"]`
		if strings.HasPrefix(second, "clearenv = false") {
			first += "\nclearenv = true"
		}
		var got []string
		for _, v := range (Stack{parsed(t, "a", first), parsed(t, "b", second)}).Variables() {
			got = append(got, v.Key()+" "+v.Text)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: got %q, want %q", second, got, want)
		}
	}
}

func TestExpand(t *testing.T) {
	known := map[string]*Profile{
		"a": parsed(t, "a", ""), "b": parsed(t, "b", `profile = ["a"]`), "c": parsed(t, "c", `profile = ["b", "a"]`),
		"loop": parsed(t, "loop", `profile = ["noop"]`), "noop": parsed(t, "noop", `profile = ["loop"]`), "self": parsed(t, "self", `profile = ["self"]`),
		"lost": parsed(t, "lost", `profile = ["gone"]`),
	}
	errGone := errors.New("gone")
	find := func(name string) (*Profile, error) {
		if p := known[name]; p != nil {
			return p, nil
		}
		return nil, errGone
	}
	s, err := Expand(Stack{known["c"], known["b"]}, find)
	var names []string
	for _, p := range s {
		names = append(names, p.Name)
	}
	if got := strings.Join(names, " "); got != "a b a c a b" || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
	for _, name := range []string{"loop", "self"} {
		if _, err := Expand(Stack{known[name]}, find); err == nil || !strings.Contains(err.Error(), "over itself") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Expand(Stack{known["lost"]}, find); err != errGone {
		t.Errorf("a base that isn't there: %v", err)
	}
	// Each twice over the one before: two to the power of twenty, if nobody stopped it.
	for i := range 20 {
		name := "wide" + itoa(i)
		known[name] = parsed(t, name, `profile = ["wide`+itoa(i-1)+`", "wide`+itoa(i-1)+`"]`)
	}
	known["wide0"] = parsed(t, "wide0", "")
	if _, err := Expand(Stack{known["wide19"]}, find); err == nil || !strings.Contains(err.Error(), "more than 64") {
		t.Errorf("wide: %v", err)
	}
}

// What people read before they say yes.
func TestLoosens(t *testing.T) {
	s := Stack{parsed(t, "x", `
share-net = true
share-pid = false
memory = "1G"
ro = ["/a"]
ro-try = ["/b", "/a"]
rw = ["~/w"]
allow-write = [".git/hooks"]
cache = ["~/c"]
volume = ["/s:/t:ro", "/s:/u"]
env = ["A=b", "SECRET"]
env-keep = ["TOKEN"]
seccomp = "none"
seccomp-add = ["keyctl"]
pids-limit = "max"
cap-add = ["net_admin"]
`)}
	text, err := os.ReadFile("testdata/loosens.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(strings.TrimSpace(string(text)), "\n"), s.Loosens()); diff != "" {
		t.Error(diff)
	}
	tight := Stack{parsed(t, "y", "memory = \"1G\"\npids-limit = 5\ntimeout = 3\nseccomp = \"log\"\nseccomp-drop = [\"read\"]\nenv = [\"A=b\"]\nno-project = true\nshare-net = false")}
	if got := tight.Loosens(); len(got) > 0 {
		t.Errorf("got %q", got)
	}
}

// Every switch that is on and isn't for tightening says what it loosens.
func TestEverySwitchSaysWhatItLoosens(t *testing.T) {
	tight := map[string]bool{"no-project": true, "clearenv": true, "cgroup": true}
	for name, kind := range Keys {
		if kind != Switch {
			continue
		}
		says := Stack{parsed(t, "x", name+" = true")}.Loosens()
		if (len(says) == 0) != tight[name] {
			t.Errorf("%s: %q", name, says)
		}
		if off := (Stack{parsed(t, "x", name+" = false")}).Loosens(); len(off) > 0 {
			t.Errorf("%s off: %q", name, off)
		}
	}
}
