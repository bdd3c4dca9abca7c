package main

import (
	"strings"
	"testing"

	"snug/seccomp"
)

// TestPeerRules: the order of rules is in what they say.
func TestPeerRules(t *testing.T) {
	if seccomp.Native() == seccomp.NoArch {
		t.Skip("no table for this architecture")
	}
	for _, tt := range []struct{ text, want string }{
		{"allow getpid", "A"},
		{"errno ENOSYS getpid", ""}, // as all else
		{"allow getpid not-on " + seccomp.Native().String(), ""},
		{"errno EPERM getpid if int1 == 5,6\nallow getpid",
			"E 1 masked 5 ffffffff; E 1 masked 6 ffffffff; A 1 always 0 0"},
		{"allow getpid if arg0 == 1 and int2 == 3\nerrno EPERM getpid if arg0 == 1",
			"A 0 masked 1 ffffffffffffffff 2 masked 3 ffffffff; E 0 masked 1 ffffffffffffffff 2 always 0 0; 50026 0 always 0 0"},
	} {
		p, err := seccomp.ParseText("default errno ENOSYS\n" + tt.text)
		if err != nil {
			t.Fatal(err)
		}
		rules, err := peerRules(p)
		if err != nil {
			t.Fatal(err)
		}
		if got := brief(p, rules); got != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.text, got, tt.want)
		}
	}
}

func brief(p *seccomp.Profile, rules []peerRule) string {
	number, _ := seccomp.Native().Number("getpid")
	for i := range rules {
		if rules[i].call == number {
			rules[i].call = 0x77
		}
	}
	var b strings.Builder
	writeRules(&b, p, rules)
	_, lines, _ := strings.Cut(strings.TrimSpace(b.String()), "\n")
	return strings.NewReplacer("\n", "; ", "rule ", "", " 77", "", "7fff0000", "A", "50001", "E").Replace(lines)
}

func TestPeerRulesNeedEqualities(t *testing.T) {
	for _, text := range []string{"allow read if arg0 > 1", "allow read if arg0 == 1 and arg0 & 4 == 4", "allow read with CAP_SYSLOG"} {
		p, err := seccomp.ParseText("default errno ENOSYS\n" + text)
		if err != nil {
			t.Fatal(err)
		}
		if rules, err := peerRules(p); err == nil {
			t.Errorf("%s: %v", text, rules)
		}
	}
}
