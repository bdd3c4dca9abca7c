package cgroupv2

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestDelegationFix runs what it advises, in another directory and without systemd.
func TestDelegationFix(t *testing.T) {
	for _, c := range []struct{ controllers, want string }{
		{"", "cpu cpuset io memory pids"},
		{"io", "cpu cpuset io memory pids"},
		{"io hugetlb io hugetlb", "cpu cpuset io memory pids hugetlb"},
	} {
		fix := delegationFix(strings.Fields(c.controllers)...)
		if strings.Contains(fix, "\n") {
			t.Errorf("%q is more than a line", fix)
		}
		command, ok := strings.CutPrefix(fix, "as root: ")
		command, rest, found := strings.Cut(command, " && systemctl daemon-reload; ")
		if !ok || !found || rest != "then, as yourself: systemctl --user daemon-reexec" {
			t.Fatalf("it became something else: %s", fix)
		}
		at := t.TempDir()
		if out, err := exec.Command("sh", "-c", strings.ReplaceAll(command, "/etc/", at+"/")).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", command, err, out)
		}
		text, err := os.ReadFile(at + "/systemd/system/user@.service.d/delegate.conf")
		if want := "[Service]\nDelegate=" + c.want + "\n"; err != nil || string(text) != want {
			t.Errorf("it writes %q (%v), want %q", text, err, want)
		}
	}
}
