package profile

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

func parsed(t *testing.T, name, text string) *Profile {
	t.Helper()
	p, err := Parse(name, name+".toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// lines are the settings, a line each: key, value and whose.
func lines(s Stack) (all []string) {
	for _, v := range s.Settings() {
		all = append(all, v.Key()+" "+v.Text+" ("+v.From()+")")
	}
	return all
}

func TestParse(t *testing.T) {
	p := parsed(t, "mine", "\ufeff# a comment\n"+`description = "of mine"
profile = ["go", "node"]
share-net = true # why not
memory = 1024
cpus = 1.5
ro = [
  # keys
  "/a", '/b c',
]
tmpfs = []
env = ["""A=b
c"""]
`)
	want := []string{
		"ro /a (mine line 9)", "ro /b c (mine line 9)", "env A=b\nc (mine line 12)",
		"share-net true (mine line 4)", "memory 1024 (mine line 5)", "cpus 1.5 (mine line 6)",
	}
	if diff := cmp.Diff(want, lines(Stack{p})); diff != "" {
		t.Error(diff)
	}
	if p.Description() != "of mine" || len(p.Base()) != 2 || p.Base()[1].Text != "node" {
		t.Errorf("%q, %v", p.Description(), p.Base())
	}
}

// Every error says where, what and what to do, and underlines it.
func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`memroy = "1G"`:       "line 1, column 1: unknown key \"memroy\" | did you mean memory? | 1| memroy = \"1G\" |  | ~~~~~~",
		`Share-Net = true`:    "line 1, column 1: unknown key \"Share-Net\" | did you mean share-net? | 1| Share-Net = true |  | ~~~~~~~~~",
		`xyzzy = 1`:           "line 1, column 1: unknown key \"xyzzy\" | the keys are the long flags of snug run; see snug run --help | 1| xyzzy = 1 |  | ~~~~~",
		"\n  ro = \"/a\"":     "line 2, column 8: ro takes a list | write ro = [\"...\"] | 2|   ro = \"/a\" |  |        ~~~~",
		`ro = ["/a", 1]`:      "line 1, column 13: ro takes strings | put it in quotes | 1| ro = [\"/a\", 1] |  |             ~",
		`ro = ["a"]`:          "line 1, column 7: ro: \"a\" is relative, and could mean anything | begin it with / or ~/ | 1| ro = [\"a\"] |  |       ~~~",
		`ro = ["~me/a"]`:      "line 1, column 7: ro: \"~me/a\" is relative, and could mean anything | begin it with / or ~/ | 1| ro = [\"~me/a\"] |  |       ~~~~~~~",
		`ro = ["/$USER"]`:     "line 1, column 7: ro: \"/$USER\" holds a $, and variables mean nothing here | write the path out: the environment must not loosen a sandbox | 1| ro = [\"/$USER\"] |  |       ~~~~~~~~",
		`rw = ["/a/../b"]`:    "line 1, column 7: rw: \"/a/../b\" holds .. | write the path without | 1| rw = [\"/a/../b\"] |  |       ~~~~~~~~~",
		`share-net = "yes"`:   "line 1, column 13: share-net is a switch | write true or false, without quotes | 1| share-net = \"yes\" |  |             ~~~~~",
		`timeout = true`:      "line 1, column 11: timeout takes one value | write timeout = \"...\" | 1| timeout = true |  |           ~~~~",
		`timeout = "soon"`:    "line 1, column 11: timeout: \"soon\" is no time | write 30, 1.5s, 5m or 1h30m | 1| timeout = \"soon\" |  |           ~~~~~~",
		`stop-signal = "X"`:   "line 1, column 15: stop-signal: \"X\" is no signal | write its name or number, such as TERM or 15 | 1| stop-signal = \"X\" |  |               ~~~",
		`memory = ""`:         "line 1, column 10: memory: \"\" says nothing | give a value, or leave the key out | 1| memory = \"\" |  |          ~~",
		`profile = ["../x"]`:  "line 1, column 12: profile: \"../x\" is no name of a profile | use letters, digits, - and _, and no path | 1| profile = [\"../x\"] |  |            ~~~~~~",
		`env = ["=x"]`:        "line 1, column 8: env: \"=x\" is no name of a variable | write one such as HOME, each an entry of the list | 1| env = [\"=x\"] |  |        ~~~~",
		`seccomp = "off"`:     "line 1, column 11: seccomp: \"off\" is neither default, log nor none, nor a path from / or ~/ on | write one of them | 1| seccomp = \"off\" |  |           ~~~~~",
		`volume = ["/a:b"]`:   "line 1, column 11: volume: \"/a:b\" is relative, and could mean anything | begin it with / or ~/ | 1| volume = [\"/a:b\"] |  |           ~~~~~~",
		"[net]\nshare = 1":    "line 1, column 2: there are no tables in a profile | write net = ... on a line of its own, without brackets around it | 1| [net] |  |  ~~~",
		`net.share = true`:    "line 1, column 1: a key is one word | leave out the dot and what is behind it | 1| net.share = true |  | ~~~",
		`memory = {a = 1}`:    "line 1, column 10: memory takes one value | write memory = \"...\" | 1| memory = {a = 1} |  |          ~",
		`memory = 2020-01-01`: "line 1, column 10: memory takes one value | write memory = \"...\" | 1| memory = 2020-01-01 |  |          ~~~~~~~~~~",
	} {
		_, err := Parse("x", "x.toml", []byte(text))
		var all Errors
		if !errors.As(err, &all) || len(all) == 0 {
			t.Errorf("%s: %v", text, err)
			continue
		}
		e := all[0]
		got := strings.TrimPrefix(e.Error(), "profile x.toml, ") + " | " + e.Fix + " | " + strings.Join(e.Excerpt(), " | ")
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s:\n got %s\nwant %s", text, got, want)
		}
		if e.Hint() == "" || e.Cause() == "" || !errors.Is(err, unix.EINVAL) {
			t.Errorf("%s: %v without cause or fix", text, err)
		}
	}
}

// What is no TOML is said in the words of the decoder.
func TestParseRefusesSyntax(t *testing.T) {
	for text, want := range map[string]string{
		"memory = ":                           "x.toml, line 1",
		"a = [":                               "x.toml, line 1",
		"memory = 1\nmemory = 2":              "x.toml, line 2",
		"memory = \"\xff\"":                   "x.toml, line 1",
		"# \xff":                              "x.toml, line 1",
		"memory = \"\x01\"":                   "x.toml, line 1",
		"ro = [\"\\u0000\"]":                  "NUL byte",
		strings.Repeat("#", MaxSize):          "",
		strings.Repeat("#", MaxSize+1):        "more than 64 KiB",
		"a = " + strings.Repeat("[", 60000):   "x.toml, line 1",
		"a = " + strings.Repeat("{a=", 20000): "x.toml, line 1",
		"memory = 1 # " + strings.Repeat("é", 1000) + "\nshare-nt=1": "line 2, column 1: unknown key",
	} {
		_, err := Parse("x", "x.toml", []byte(text))
		if want == "" && err == nil {
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: got %v, want ...%s...", text, err, want)
			continue
		}
		if len(err.Error()) > 400 {
			t.Errorf("%.40q: an error of %d bytes", text, len(err.Error()))
		}
	}
}

// All that is wrong is said, up to a number.
func TestParseSaysAll(t *testing.T) {
	_, err := Parse("x", "x", []byte("a=1\nb=2\nmemory=true\n"))
	if all := (Errors)(nil); !errors.As(err, &all) || len(all) != 3 || !strings.HasSuffix(err.Error(), "(and 2 more)") {
		t.Errorf("got %v", err)
	}
	var many strings.Builder
	for i := range 100 {
		many.WriteString("unknown" + itoa(i) + " = 1\n")
	}
	_, err = Parse("x", "x", []byte(many.String()))
	if all := (Errors)(nil); !errors.As(err, &all) || len(all) != mostErrors {
		t.Errorf("got %d errors", len(all))
	}
}

// FuzzParse: whatever it is given, it either says what is wrong, or it is a profile that is
// the same again when it is written down and read.
func FuzzParse(f *testing.F) {
	for _, name := range BuiltinNames() {
		text, _ := BuiltinText(name)
		f.Add(text)
	}
	f.Add("ro = ['a', \"\\u001b\"]\nenv=['A=\\']\n[x]\ny=1")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse("x", "x", []byte(text))
		if err != nil {
			if len(err.(Errors)) == 0 || err.Error() == "" {
				t.Errorf("%q: says nothing", text)
			}
			return
		}
		s := Stack{p}
		again, err := Parse("x", "x", []byte(s.TOML()))
		if err != nil {
			if len(s.TOML()) > MaxSize {
				return
			}
			t.Fatalf("%q: written down as %q: %v", text, s.TOML(), err)
		}
		if diff := cmp.Diff(texts(s), texts(Stack{again})); diff != "" {
			t.Errorf("%q: written down as %q (-before +after)\n%s", text, s.TOML(), diff)
		}
		s.Loosens()
		s.Mounts()
		s.Variables()
	})
}

func texts(s Stack) (all []string) {
	for _, v := range s.Settings() {
		all = append(all, v.Key()+"="+v.Text)
	}
	return all
}
