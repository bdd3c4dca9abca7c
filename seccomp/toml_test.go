package seccomp

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTOML: a profile in TOML is the text form's statements in another container.
func TestTOML(t *testing.T) {
	const statements = "allow read write\nerrno EPERM ioctl if int1 == TIOCSTI,TIOCSETD\nallow ioctl on amd64 since 4.8\n"
	want, err := ParseText("default errno ENOSYS\n" + statements)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"default = \"errno ENOSYS\"\nrules = [\n" + quotedLines(statements) + "]\n",
		"# A comment\r\n\r\n'default'='errno ENOSYS'\r\nrules = [\r\n# another\r\n" + quotedLines(statements) + "]\r\n",
		"rules = [" + quotedLines(statements) + "]\ndefault = \"\"\"\nerrno\n\tENOSYS\"\"\"",
	} {
		got, err := Load(strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", text, diff)
		}
	}
}

func quotedLines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("  \"" + strings.TrimSpace(line) + "\",\n")
	}
	return b.String()
}

// TestIsTOML tells the forms apart by what comes first.
func TestIsTOML(t *testing.T) {
	for text, want := range map[string]bool{
		"":                                    false,
		"# a = 1":                             false,
		"default errno ENOSYS":                false,
		"allow read if arg0 == 1":             false,
		"# one\n\n \t\nrules=[]":              true,
		"\"default\" = 'kill'":                true,
		"[rules]":                             true,
		"[[rules]]\nname = \"read\"":          true,
		"default":                             false,
		"default allow # rules = []":          false,
		"allow read if arg0==1":               false,
		"\r\n# x\r\ndefault\t=\t\"kill\"\r\n": true,
	} {
		if got := isTOML([]byte(text)); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}

// TestTOMLErrors has what is said, and below it what the hint says.
func TestTOMLErrors(t *testing.T) {
	for text, want := range map[string]string{
		"default = \"kill\"\nruels = []": `line 2, column 1: unknown key "ruels"
did you mean rules?
2| ruels = []
 | ~~~~~ no such key`,
		"default = \"kill\"\nrules = []\n[more]\nx = 1\n[other]\n": `line 3, column 2: unknown key "more"
correct this:
3| [more]
 |  ~~~~ no such key`,
		"default = \"kill\"\nrules = [\n  \"allow read\"\n  \"allow write\"\n]\n": `line 4, column 3: expected ',' or ']' after array value
correct this:
4|   "allow write"
 |   ~ expected ',' or ']' after array value`,
		"default = \"kill": `line 1, column 15: unterminated basic string
correct this:`,
		"default = \"kill\"\ndefault = \"kill\"": `line 2, column 1: key default is already defined
correct this:`,
		"default = 5": `line 1, column 11: `,
		"default = \"kill\"\nrules = \"allow read\"": `line 2, column 9: `,
		"default = \"kill\"\nrules = [1]":            `line 2, column 10: `,
		"rules = [\"allow read\"]": `default is missing
begin it with, for example, default = "errno ENOSYS"`,
		"default = \"klil\"\n": `default: unknown action "klil"
did you mean kill?`,
		"default = \"kill read\"": `default: default takes an action and nothing else, not "read"`,
		"default = \"kill\"\nrules = [\n  \"allow read\", # one\n\n  # two\n  \"allow raed\",\n]\n": `line 6, column 3, rule 2: unknown system call "raed"
did you mean read?`,
		"default = \"kill\"\nrules = [ \"allow read\", 'errno EPREM write' ]\n": `line 2, column 25, rule 2: unknown errno "EPREM"`,
		"default = \"kill\"\nrules = [ \"default allow\" ]": `line 2, column 11, rule 1: default is no rule
write default = "..." above the rules`,
		"default = \"kill\"\nrules = [ \"\" ]":              `line 2, column 11, rule 1: unknown action ""`,
		"default = \"kill\"\nrules = [ \"allow open #x\" ]": `line 2, column 11, rule 1: unknown system call "#x"`,
	} {
		_, err := Load(strings.NewReader(text))
		e, ok := err.(*Error)
		if !ok {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got := strings.TrimSuffix(e.Error()+"\n"+e.Hint(), "\n")
		if !strings.HasPrefix(got, "seccomp profile: "+want) || strings.Contains(want, "|") && got != "seccomp profile: "+want {
			t.Errorf("%s:\n got %s\nwant %s", text, got, want)
		}
		if strings.Contains(e.Error(), "\n") {
			t.Errorf("%s: an error of several lines: %s", text, e)
		}
	}
}
