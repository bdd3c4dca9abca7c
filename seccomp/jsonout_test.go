package seccomp

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestJSONOut has the words of the form as runtimes read them.
func TestJSONOut(t *testing.T) {
	p, err := ParseText(`default errno ENOSYS
allow read write
trace 65535 open on 386,mips with CAP_CHOWN since 4.8
kill-thread close not-on s390x without CAP_BPF before 5.10
log ioctl if int1 == 7 and arg2 != 1`)
	if err != nil {
		t.Fatal(err)
	}
	text, err := p.JSON()
	if err != nil {
		t.Fatal(err)
	}
	const want = `{
	"defaultAction": "SCMP_ACT_ERRNO",
	"defaultErrnoRet": 38,
	"syscalls": [
		{"names": ["read", "write"], "action": "SCMP_ACT_ALLOW"},
		{"names": ["open"], "action": "SCMP_ACT_TRACE", "errnoRet": 65535,
			"includes": {"arches": ["x86", "mips"], "caps": ["CAP_CHOWN"], "minKernel": "4.8"}},
		{"names": ["close"], "action": "SCMP_ACT_KILL",
			"excludes": {"arches": ["s390x"], "caps": ["CAP_BPF"], "minKernel": "5.10"}},
		{"names": ["ioctl"], "action": "SCMP_ACT_LOG", "args": [
			{"index": 1, "value": 4294967295, "valueTwo": 7, "op": "SCMP_CMP_MASKED_EQ"},
			{"index": 2, "value": 1, "op": "SCMP_CMP_NE"}]}
	]
}`
	if diff := cmp.Diff(squeezed(want), squeezed(string(text))); diff != "" {
		t.Error(diff)
	}
	if !strings.HasPrefix(string(text), "{\n\t\"defaultAction\"") || !strings.HasSuffix(string(text), "}\n") {
		t.Errorf("it isn't indented by tabs: %.40q", text)
	}
}

// squeezed leaves out where lines are broken.
func squeezed(s string) string {
	for _, c := range []string{"\n", "\t", " "} {
		s = strings.ReplaceAll(s, c, "")
	}
	return s
}

// TestJSONOutOrder: what depends on the order is written so that it doesn't.
func TestJSONOutOrder(t *testing.T) {
	for text, want := range map[string]string{
		"errno EPERM read if arg0 == 1\nallow read":                            "errno EPERM read if arg0 == 1\nallow read if arg0 == 0\nallow read if arg0 >= 2\n",
		"allow read if arg0 & 3 == 1\ntrap read":                               "allow read if int0 & 3 == 1\ntrap read if int0 & 2 == 2\ntrap read if int0 & 3 == 0\n",
		"allow read write if arg0 == 1\nallow read":                            "allow read\nallow read write if arg0 == 1\n",
		"log read\nallow read":                                                 "log read\n",
		"log read\nallow read write":                                           "log read\nallow write\n",
		"kill read\nallow read":                                                "",
		"log read on s390x\nallow read":                                        "log read on s390x\nallow read not-on s390x\n",
		"log read not-on arm\nallow read":                                      "log read not-on arm\nallow read on arm\n",
		"log read since 4.8\nallow read":                                       "log read since 4.8\nallow read before 4.8\n",
		"log read before 4.8\nallow read":                                      "log read before 4.8\nallow read since 4.8\n",
		"log read with CAP_BPF\nallow read":                                    "log read with CAP_BPF\nallow read without CAP_BPF\n",
		"log read with CAP_BPF without CAP_BPF\nallow read":                    "allow read\n",
		"log read on arm not-on arm\nallow read":                               "allow read\n",
		"log read since 5.0 before 4.0\nallow read":                            "allow read\n",
		"allow read if arg0 > 3 and arg0 < 8":                                  "allow read if arg0 & 0xfffffffffffffffc == 4\n",
		"allow read if arg0 > 8 and arg0 < 3":                                  "",
		"kill read if arg0 == 5\nallow read if arg0 > 3 and arg0 < 8 on amd64": "allow read if arg0 == 4 on amd64\nallow read if arg0 & 0xfffffffffffffffe == 6 on amd64\n",
	} {
		p, err := ParseText("default kill\n" + text)
		if err != nil {
			t.Fatal(err)
		}
		again, err := forms["JSON"](p)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		_, got, _ := strings.Cut(again.Text(), "default kill\n")
		if strings.TrimPrefix(got, "\n") != want {
			t.Errorf("%s:\ngot\n%swant\n%s", text, got, want)
		}
	}
}

func TestJSONOutErrors(t *testing.T) {
	if _, err := (&Profile{Default: 5}).JSON(); err == nil {
		t.Error("an invalid profile was written")
	}
	var text strings.Builder
	text.WriteString("default kill\n")
	for _, value := range []string{"1", "2", "4", "0x10", "0x100"} {
		text.WriteString("log read if arg0 == " + value + " and arg1 == " + value + " and arg2 == " + value + "\n")
	}
	text.WriteString("log write\nlog read if int0 & 0x5555 == 0x5555 and int1 & 0x5555 == 0x5555\nlog read if int0 & 0xaaaa == 0xaaaa and int1 & 0xaaaa == 0xaaaa\n")
	text.WriteString("allow write read")
	p, err := ParseText(text.String())
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.JSON()
	if err == nil || err.Error() != "seccomp profile: rule 9: for read it takes more than 1000 entries of JSON" {
		t.Error(err)
	}
}

// TestJSONOutEmpty: no rules are an empty list, as Docker wants it, not null.
func TestJSONOutEmpty(t *testing.T) {
	text, err := (&Profile{Default: Allow}).JSON()
	if err != nil || squeezed(string(text)) != `{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[]}` {
		t.Errorf("%s %v", text, err)
	}
}
