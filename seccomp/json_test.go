package seccomp

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const allow = `"action": "SCMP_ACT_ALLOW"`

// rulesOf parses a profile with these entries under syscalls.
func rulesOf(t *testing.T, syscalls string) []Rule {
	t.Helper()
	p, err := Load(strings.NewReader(`{"defaultAction": "SCMP_ACT_KILL", "syscalls": [` + syscalls + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	return p.Rules
}

func TestJSON(t *testing.T) {
	read := []string{"read"}
	for entry, want := range map[string][]Rule{
		`{"name": "read", ` + allow + `}`:                                 {{Names: read, Action: Allow}},
		`{"names": ["read"], "action": "SCMP_ACT_ERRNO"}`:                 {{Names: read, Action: Errno(syscall.EPERM)}},
		`{"name": "read", "action": "SCMP_ACT_ERRNO", "errnoRet": 38}`:    {{Names: read, Action: Errno(38)}},
		`{"name": "read", "action": "SCMP_ACT_ERRNO", "errno": "ENOSYS"}`: {{Names: read, Action: Errno(38)}},
		`{"name": "read", "action": "SCMP_ACT_TRACE", "errnoRet": 7}`:     {{Names: read, Action: Trace(7)}},
		`{"name": "read", "action": "SCMP_ACT_TRACE", "errnoRet": 65535}`: {{Names: read, Action: Trace(65535)}},
		`{"name": "read", "action": "SCMP_ACT_LOG", "errnoRet": 7}`:       {{Names: read, Action: Log}},
		`{"name": "read", "action": "SCMP_ACT_NOTIFY"}`:                   {{Names: read, Action: Notify}},
		`{"name": "read", "action": "SCMP_ACT_KILL_PROCESS"}`:             {{Names: read, Action: KillProcess}},
		`{"name": "read", "action": "SCMP_ACT_KILL"}`:                     nil, // what the default does
		`{"name": "read", ` + allow + `, "args": [{"index": 1, "op": "SCMP_CMP_MASKED_EQ", "value": 240, "valueTwo": 31}]}`: {
			{Names: read, Action: Allow, Conds: []Cond{{Arg: 1, Op: MaskedEqual, Mask: 240, Value: 16}}}},
		`{"name": "read", ` + allow + `, "args": [{"index": 1, "op": "SCMP_CMP_LT", "value": 18446744073709551615}]}`: {
			{Names: read, Action: Allow, Conds: []Cond{{Arg: 1, Op: Less, Value: 1<<64 - 1}}}},
		`{"name": "read", ` + allow + `, "includes": {"arches": ["x86", "x32"], "caps": ["CAP_CHOWN", "CAP_BPF"], "minKernel": "4.8"},
		  "excludes": {"arches": ["loongarch64"]}}`: {{Names: read, Action: Allow,
			Only:   Scope{Arches: []string{"386", "x32"}, Caps: 1 | 1<<39, Since: Kernel{4, 8}},
			Except: Scope{Arches: []string{"loong64"}}}},
	} {
		if diff := cmp.Diff(want, rulesOf(t, entry), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s:\n%s", entry, diff)
		}
	}
}

// TestJSONOrder: the rule without conditions wins, wherever it stands.
func TestJSONOrder(t *testing.T) {
	got := rulesOf(t, `{"name": "read", "action": "SCMP_ACT_LOG", "args": [{"index": 0, "op": "SCMP_CMP_EQ"}]},
		{"name": "read", "action": "SCMP_ACT_TRAP", "args": [{"index": 0, "op": "SCMP_CMP_NE"}]},
		{"name": "read", `+allow+`}`)
	var actions []Action
	for _, r := range got {
		actions = append(actions, r.Action)
	}
	if diff := cmp.Diff([]Action{Allow, Log, Trap}, actions); diff != "" {
		t.Error(diff)
	}
}

// TestJSONEither: two conditions on one argument are two rules.
func TestJSONEither(t *testing.T) {
	got := rulesOf(t, `{"name": "read", `+allow+`, "args": [{"index": 0, "op": "SCMP_CMP_EQ", "value": 1},
		{"index": 2, "op": "SCMP_CMP_EQ", "value": 2}, {"index": 0, "op": "SCMP_CMP_EQ", "value": 3}]}`)
	want := []Rule{
		{Names: []string{"read"}, Action: Allow, Conds: []Cond{{Arg: 0, Value: 1}}},
		{Names: []string{"read"}, Action: Allow, Conds: []Cond{{Arg: 2, Value: 2}}},
		{Names: []string{"read"}, Action: Allow, Conds: []Cond{{Arg: 0, Value: 3}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestJSONComments(t *testing.T) {
	p, err := Load(strings.NewReader(`{"comment": "a", "_comment": ["b"], "defaultAction": "SCMP_ACT_ERRNO", "defaultErrno": "ENOSYS",
		"defaultErrnoRet": 38, "architectures": ["SCMP_ARCH_X86_64"], "flags": ["SECCOMP_FILTER_FLAG_LOG"],
		"archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X32"]}],
		"syscalls": [{"name": "read", ` + allow + `, "comment": "c", "args": null, "includes": {}}]} `))
	if err != nil || p.Default != Errno(38) || len(p.Rules) != 1 {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestJSONErrors(t *testing.T) {
	entry := func(s string) string { return `{"defaultAction": "SCMP_ACT_KILL", "syscalls": [` + s + `]}` }
	for text, want := range map[string]string{
		`{`:                                     "line 1: unexpected EOF",
		`{}`:                                    `defaultAction: unknown action ""`,
		`{"defaultAction": "SCMP_ACT_KILL"} x`:  "",
		`{"defaultAction": "SCMP_ACT_KILL"} {}`: "something follows",
		`{"defaultAction": "SCMP_ACT_ALOW"}`:    "did you mean SCMP_ACT_ALLOW?",
		"{\n\"defaultAction\": \"SCMP_ACT_KILL\",\n\"rules\": []}":                              `line 3: json: unknown field "rules"`,
		`{"defaultAction": "SCMP_ACT_KILL", "architectures": ["X86"]}`:                          `architectures: unknown architecture "X86"`,
		`{"defaultAction": "SCMP_ACT_KILL", "archMap": [{"architecture": "SCMP_ARCH_X86_46"}]}`: "did you mean SCMP_ARCH_X86_64?",
		entry(`{` + allow + `}`):                                                                          "syscalls[0]: it names no system call",
		entry(`{"name": "open_by_handel_at",` + allow + `}`):                                              "did you mean open_by_handle_at?",
		entry(`{"name": "read", "names": ["write"],` + allow + `}`):                                       "both name and names",
		entry(`{"name": "read"}`):                                                                         `unknown action ""`,
		entry(`{"name": "read", "action": "SCMP_ACT_ERRNO", "errnoRet": 5000}`):                           "5000 is more than 4095",
		entry(`{"name": "read", "action": "SCMP_ACT_TRACE", "errnoRet": 65536}`):                          "65536 is more than 65535",
		entry(`{"name": "read", "action": "SCMP_ACT_ERRNO", "errno": "EPREM"}`):                           `unknown errno "EPREM"`,
		entry(`{"name": "read", "action": "SCMP_ACT_ERRNO", "errno": "EPERM", "errnoRet": 2}`):            "errno EPERM isn't errnoRet 2",
		entry(`{"name": "read",` + allow + `, "args": [{"index": 0, "op": "SCMP_CMP_QE"}]}`):              "did you mean SCMP_CMP_EQ?",
		entry(`{"name": "read",` + allow + `, "args": [{"index": 6, "op": "SCMP_CMP_EQ"}]}`):              "arguments 0 to 5, not 6",
		entry(`{"name": "read",` + allow + `, "args": [{"index": 0, "value": -1, "op": "SCMP_CMP_EQ"}]}`): "line 1: json: cannot unmarshal",
		entry(`{"name": "read",` + allow + `, "excldues": {}}`):                                           `unknown field "excldues"`,
		entry(`{"name": "read",` + allow + `, "includes": {"caps": ["CAP_SYSADMIN"]}}`):                   "did you mean CAP_SYS_ADMIN?",
		entry(`{"name": "read",` + allow + `, "includes": {"arches": ["arm46"]}}`):                        "did you mean arm64?",
		entry(`{"name": "read",` + allow + `, "excludes": {"minKernel": "4"}}`):                           "no kernel version",
	} {
		_, err := Load(strings.NewReader(text))
		if err == nil {
			t.Errorf("%s: no error", text)
			continue
		}
		hint := ""
		if h, ok := err.(*Error); ok {
			hint = h.Hint()
		}
		if !strings.Contains(err.Error()+"\n"+hint, want) {
			t.Errorf("%s:\n got %v (%s)\nwant %s", text, err, hint, want)
		}
	}
}

// TestDockersFile loads the file itself, and finds in it what the module has as Go.
func TestDockersFile(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/moby/profiles/seccomp").Output()
	if err != nil {
		t.Skip("go list:", err)
	}
	file, err := os.Open(filepath.Join(strings.TrimSpace(string(dir)), "default.json"))
	if err != nil {
		t.Skip(err)
	}
	defer file.Close()
	p, err := Load(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(dockers(t), p); diff != "" {
		t.Error(diff)
	}
}
