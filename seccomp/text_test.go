package seccomp

import (
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/sys/unix"
)

func TestText(t *testing.T) {
	open, ioctl := []string{"open"}, []string{"ioctl"}
	masked := func(arg uint8, mask, value uint64) Cond {
		return Cond{Arg: arg, Op: MaskedEqual, Mask: mask, Value: value}
	}
	for line, want := range map[string][]Rule{
		"allow open read # and so on":               {{Names: []string{"open", "read"}, Action: Allow}},
		"errno EAFNOSUPPORT open":                   {{Names: open, Action: Errno(syscall.EAFNOSUPPORT)}},
		"errno 7 open":                              {{Names: open, Action: Errno(7)}},
		"trace 0x10 open":                           {{Names: open, Action: Trace(16)}},
		"kill open":                                 {{Names: open, Action: KillProcess}},
		"kill-thread open":                          {{Names: open, Action: KillThread}},
		"notify open":                               {{Names: open, Action: Notify}},
		"log open if arg1 != 0x100000000":           {{Names: open, Action: Log, Conds: []Cond{{1, NotEqual, 1 << 32, 0}}}},
		"trap open if arg5 >= 3":                    {{Names: open, Action: Trap, Conds: []Cond{{5, GreaterEqual, 3, 0}}}},
		"allow open if arg0 > 1":                    {{Names: open, Action: Allow, Conds: []Cond{{0, Greater, 1, 0}}}},
		"allow open if arg0 < 1":                    {{Names: open, Action: Allow, Conds: []Cond{{0, Less, 1, 0}}}},
		"allow open if arg0 <= 1":                   {{Names: open, Action: Allow, Conds: []Cond{{0, LessEqual, 1, 0}}}},
		"allow ioctl if int1 == TIOCSTI":            {{Names: ioctl, Action: Allow, Conds: []Cond{masked(1, Low, 0x5412)}}},
		"allow ioctl if arg1 & 0xff == 7":           {{Names: ioctl, Action: Allow, Conds: []Cond{masked(1, 0xff, 7)}}},
		"allow ioctl if int1 within 3":              {{Names: ioctl, Action: Allow, Conds: []Cond{masked(1, 0xfffffffc, 0)}}},
		"allow ioctl if arg1 within 1|2":            {{Names: ioctl, Action: Allow, Conds: []Cond{masked(1, 0xfffffffffffffffc, 0)}}},
		"allow ioctl if int1 & 0x1f00000000|5 == 4": {{Names: ioctl, Action: Allow, Conds: []Cond{masked(1, 5, 4)}}},
		"allow open if arg0 == AF_UNIX,AF_INET and arg1 == 5": {
			{Names: open, Action: Allow, Conds: []Cond{{0, Equal, unix.AF_UNIX, 0}, {1, Equal, 5, 0}}},
			{Names: open, Action: Allow, Conds: []Cond{{0, Equal, unix.AF_INET, 0}, {1, Equal, 5, 0}}}},
		"allow open if arg0 == CLONE_FS|CLONE_FILES": {
			{Names: open, Action: Allow, Conds: []Cond{{0, Equal, unix.CLONE_FS | unix.CLONE_FILES, 0}}}},
		"allow open on amd64,arm64 not-on arm with CAP_CHOWN,CAP_KILL without CAP_BPF since 4.8 before 5.10": {
			{Names: open, Action: Allow, Only: Scope{[]string{"amd64", "arm64"}, 1 | 1<<5, Kernel{4, 8}},
				Except: Scope{[]string{"arm"}, 1 << 39, Kernel{5, 10}}}},
	} {
		p, err := Load(strings.NewReader("# A profile\n\ndefault log\n" + line))
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if diff := cmp.Diff(&Profile{Log, want}, p, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s:\n%s", line, diff)
		}
	}
}

func TestTextErrors(t *testing.T) {
	for line, want := range map[string]string{
		"alow open":                            `line 2: unknown action "alow"|did you mean allow?`,
		"allow":                                "line 2: it names no system call",
		"allow opne":                           `line 2: unknown system call "opne"|did you mean open?`,
		"allow open if":                        `"" is no argument`,
		"allow open if arg6 == 1":              `"arg6" is no argument`,
		"allow open if arg00 == 1":             `"arg00" is no argument`,
		"allow open if foo0 == 1":              `"foo0" is no argument`,
		"allow open if arg0 = 1":               `"=" is no operator`,
		"allow open if arg0 == TIOCST":         `unknown constant "TIOCST"|did you mean TIOCSTI?`,
		"allow open if arg0 == ":               `unknown constant ""`,
		"allow open if arg0 == -1":             `unknown constant "-1"`,
		"allow open if arg0 & 1 != 1":          "!= compares whole arguments|statement before this one",
		"allow open if int0 < 1":               "< compares whole arguments",
		"allow open if arg0 < 1,2":             "< compares whole arguments with one value",
		"allow open if arg0 & 2 == 1":          "it never holds: 1 has bits",
		"allow open if int0 == 0x100000000":    "it never holds",
		"allow open if arg0 == 1 or arg0 == 2": `unknown word "or"|did you mean on?`,
		"allow open on arm65":                  `unknown architecture "arm65"|did you mean arm64?`,
		"allow open with":                      "with wants something after it",
		"allow open with CAP_SYS_ADMN":         "did you mean CAP_SYS_ADMIN?",
		"allow open on x86":                    `unknown architecture "x86"`,
		"allow open since 0.0":                 `"0.0" is no kernel version`,
		"allow open since yesterday":           `"yesterday" is no kernel version`,
		"errno EPREM open":                     `unknown errno "EPREM"`,
		"errno 4096 open":                      `unknown errno "4096"`,
		"trace open":                           "trace wants a number",
		"default allow":                        "line 2: default stands twice",
		"allow open if arg0 == " + strings.Repeat("1,", 1000) + "1": "more than 1000 combinations",
	} {
		_, err := Load(strings.NewReader("default kill\n" + line))
		e, ok := err.(*Error)
		if !ok {
			t.Errorf("%s: %v", line, err)
			continue
		}
		message, hint, _ := strings.Cut(want, "|")
		if !strings.Contains(e.Error()+e.Hint(), message) || !strings.Contains(e.Hint(), hint) {
			t.Errorf("%s:\n got %v (%s)\nwant %s", line, e, e.Hint(), want)
		}
	}
}

func TestTextDefault(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "seccomp profile: default is missing",
		"allow open":             "seccomp profile: default is missing",
		"\n\ndefault":            `seccomp profile: line 3: unknown action ""`,
		"default errno EPERM on": `seccomp profile: line 1: default takes an action and nothing else, not "on"`,
	} {
		if _, err := ParseText(text); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func TestLoadIsBounded(t *testing.T) {
	if _, err := Load(strings.NewReader(strings.Repeat("\n", maxProfile+1))); err == nil {
		t.Error("a profile of more than 4 MiB was taken")
	}
}
