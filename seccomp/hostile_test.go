package seccomp

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// entryJSON is a profile with one rule that allows read, and something more.
func entryJSON(more string) string {
	return `{"defaultAction": "SCMP_ACT_KILL", "syscalls": [{"name": "read", "action": "SCMP_ACT_ALLOW"` + more + `}]}`
}

const (
	killText = "default kill\n"
	killTOML = "default = \"kill\"\n"
)

// TestHostile is what somebody tries who wants the reader to fall over, to take long, or to
// read something else than a person does.
func TestHostile(t *testing.T) {
	t.Parallel()
	many := strings.Repeat
	arg := func(s string) string { return entryJSON(`, "args": [{"op": "SCMP_CMP_EQ", ` + s + `}]`) }
	for text, want := range map[string]string{
		"":                          "default is missing",
		"\x00":                      `line 1: unknown action "\x00"`,
		"default kill\x00":          `line 1: unknown action "kill\x00"`,
		killText + "allow read\x00": `line 2: unknown system call "read\x00"`,
		"default = \"kill\x00\"":    "line 1, column 16: ",
		"\xff\xfed\x00e\x00":        `line 1: unknown action "\xff\xfed\x00e\x00"`,
		"default kill\rallow read":  "default takes an action and nothing else",
		"null":                      `unknown action "null"`,
		"[]":                        "line 1, column 2: ",

		many("a", maxProfile):                                                 `line 1: unknown action "aaaaaaaa`,
		killText + "allow " + many("x", 1<<20):                                `line 2: unknown system call "xxxx`,
		killText + "allow read if arg0 == " + many("1,", 1<<17) + "1":         "more than 1000 combinations",
		killText + "allow read if arg0 == 1" + many(" and arg0 == 1", 200000): "line 2: it has more than 64 conditions",
		many("a", 3<<20) + " = 1":                                             `line 1, column 1: unknown key "aaaa`,
		killTOML + "rules = [" + many("'allow read',", 200000) + "'x']":       "line 2, column 2600010, rule 200001: ",

		many(`{"a":`, 400000):               "exceeded max depth",
		`{"syscalls":` + many("[", 1000000): "exceeded max depth",
		"default = " + many("[", 1000000):   "nested more than",
		"default = " + many("{a=", 100000):  "nested more than",
		many("a.", 500000) + "a = 1":        "unknown key",

		`{"defaultAction": "SCMP_ACT_KILL", "defaultAction": "SCMP_ACT_ALLOW"}`:          `line 1: the key "defaultAction" stands twice`,
		"{\"defaultAction\": \"SCMP_ACT_KILL\",\n\"DefaultAction\": \"SCMP_ACT_ALLOW\"}": `line 2: the key "DefaultAction" stands twice`,
		arg(`"value": 1, "value": 2`):                       `the key "value" stands twice`,
		entryJSON(`, "comment": [{"a": {"b": 1, "b": 2}}]`): `the key "b" stands twice`,
		killTOML + "default = \"allow\"":                    "line 2, column 1: key default is already defined",
		killTOML + "Default = \"allow\"":                    `line 2, column 1: unknown key "Default"`,
		killText + killText:                                 "default stands twice",

		arg(`"value": 18446744073709551616`): "cannot unmarshal number 18446744073709551616",
		arg(`"value": -1`):                   "cannot unmarshal number -1",
		arg(`"value": 1e3`):                  "cannot unmarshal number 1e3",
		arg(`"index": -1`):                   "cannot unmarshal number -1",
		arg(`"index": 256`):                  "cannot unmarshal number 256",
		`{"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": -1}`:         "cannot unmarshal number -1",
		`{"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 4294967296}`: "cannot unmarshal number 4294967296",
		killText + "allow read if arg0 == 0x10000000000000000":               `unknown constant "0x10000000000000000"`,
		killText + "allow read if arg0 == +1":                                `unknown constant "+1"`,
		killText + "allow read if arg0 == ١":                                 `unknown constant "١"`,
		"default = 99999999999999999999":                                     "line 1, column 11: ",

		entryJSON(`, "includes": {"caps": ["cap_sys_admin"]}`): "syscalls[0], includes: unknown capability \"cap_sys_admin\"|CAP_SYS_ADMIN?",
		entryJSON(`, "includes": {"caps": ["SYS_ADMIN"]}`):     "|CAP_SYS_ADMIN?",
		entryJSON(`, "excludes": {"arches": [""]}`):            `syscalls[0], excludes: unknown architecture ""`,
		entryJSON(`, "excludes": {"minKernel": "99999999.1"}`): "is no kernel version",
		entryJSON(`, "excludes": {"minKernel": "4.-1"}`):       "is no kernel version",
		killText + "allow READ":                                "|did you mean read?",
		strings.ReplaceAll(entryJSON(""), "read", "Read"):      "|did you mean read?",
	} {
		start := time.Now()
		_, err := Load(strings.NewReader(text))
		e, ok := err.(*Error)
		if !ok {
			t.Errorf("%.60q: %v", text, err)
			continue
		}
		message, hint, _ := strings.Cut(want, "|")
		if !strings.Contains(e.Error(), message) || !strings.Contains(e.Hint(), hint) {
			t.Errorf("%.60q:\n got %.300s (%.300s)\nwant %s", text, e, e.Hint(), want)
		}
		if len(e.Error()+e.Hint()) > 1000 || strings.Contains(e.Error(), "\n") {
			t.Errorf("%.60q: the error has %d bytes", text, len(e.Error()+e.Hint()))
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%.60q took %v", text, took)
		}
	}
}

// TestOddButFine: forms of a file that change nothing.
func TestOddButFine(t *testing.T) {
	for _, text := range []string{
		"\ufeff" + killText, "\ufeff" + killTOML, "\ufeff{\"defaultAction\": \"SCMP_ACT_KILL_PROCESS\"}",
		"default kill\r\n# x\r\n", "default = 'kill'\r\nrules = []\r\n", "{\r\n\"defaultAction\":\r\n\"SCMP_ACT_KILL_PROCESS\"}",
		"default kill", `{"defaultAction": "SCMP_ACT_KILL_PROCESS", "syscalls": null}`,
		`{"defaultAction": "SCMP_ACT_KILL_PROCESS", "comment": ` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`,
		killTOML, killTOML + "rules = []",
	} {
		p, err := Load(strings.NewReader(text))
		if err != nil || p.Default != KillProcess || len(p.Rules) != 0 {
			t.Errorf("%.60q: %+v, %v", text, p, err)
		}
	}
}

// TestManyRules: what is too much for a kernel is said, soon.
func TestManyRules(t *testing.T) {
	t.Parallel()
	for form, rule := range map[string]func(i int) string{
		"two actions": func(i int) string {
			return fmt.Sprintf("%s read if arg%d == %d\n", []string{"allow", "log"}[i%2], i%6, i*7)
		},
		"one action": func(i int) string { return fmt.Sprintf("allow read if arg0 == %d and arg1 > %d\n", i*7, i) },
		"the same":   func(int) string { return "allow read\n" },
	} {
		var text strings.Builder
		text.WriteString(killText)
		for i := range 20000 {
			text.WriteString(rule(i))
		}
		start := time.Now()
		p, err := Load(strings.NewReader(text.String()))
		if err != nil {
			t.Fatalf("%s: %v", form, err)
		}
		if _, err := Compile(p, Target{}); err != nil && !strings.Contains(err.Error(), "instructions, the kernel takes 4096") {
			t.Errorf("%s: %v", form, err)
		}
		if _, err := ParseText(p.Text()); err != nil {
			t.Errorf("%s: %v", form, err)
		}
		if _, err := p.JSON(); err != nil && !strings.Contains(err.Error(), "1000 entries of JSON") {
			t.Errorf("%s: %v", form, err)
		}
		if took := time.Since(start); took > 30*time.Second {
			t.Errorf("%s took %v", form, took)
		}
	}
}
