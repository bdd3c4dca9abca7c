package main

import (
	"strings"
	"testing"

	"snug/seccomp"
)

// TestAgree asks the kernel: these calls would end the process if they were made.
func TestAgree(t *testing.T) {
	if seccomp.Native() == seccomp.NoArch {
		t.Skip("no table for this architecture")
	}
	base := "default errno ENOSYS\nallow exit exit_group kill tkill tgkill close munmap\n"
	own, rules := compiled(t, base+"errno EPERM read if int1 == 5\nallow read")
	for text, differs := range map[string]bool{
		"allow read if int1 == 0,1,2,3,4\nerrno EPERM read if int1 == 5\nallow read": false,
		"allow read": true,
		"errno EPERM read if arg1 == 5\nallow read": true, // walked around by bit 32
		"kill read if int1 == 5\nallow read":        true,
	} {
		other, _ := compiled(t, base+text)
		err := agree([]program{own, other}, questions(rules))
		if (err != nil) != differs || err != nil && !strings.Contains(err.Error(), "to call") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func compiled(t *testing.T, text string) (program, []peerRule) {
	t.Helper()
	p, err := seccomp.ParseText(text)
	if err != nil {
		t.Fatal(err)
	}
	f, err := seccomp.Compile(p, seccomp.Target{})
	if err != nil {
		t.Fatal(err)
	}
	rules, err := peerRules(p)
	if err != nil {
		t.Fatal(err)
	}
	return program{text, f.Raw()}, rules
}
