//go:build bed

package bed

import (
	"strconv"
	"strings"
	"testing"
)

// Who presses tab behind snug freeze is shown what runs, and only as long as it does.
func TestNamesAreCompleted(t *testing.T) {
	cmd, _ := running(t, "--cgroup")
	name := "load-" + strconv.Itoa(cmd.Process.Pid)
	for _, line := range [][]string{{"freeze", ""}, {"thaw", "lo"}, {"kill", name}} {
		status, out, err := snug(t, append([]string{"__complete", "--"}, line...)...)
		if status != 0 || err != "" || !strings.HasPrefix(out, "words\n") || !strings.Contains(out, "\n"+name+"\t\n") {
			t.Errorf("%q: got %d, %q, %s", line, status, out, err)
		}
	}
	if _, out, _ := snug(t, "__complete", "--", "freeze", "x"); strings.Contains(out, name) {
		t.Errorf("it doesn't begin so: %q", out)
	}
	if status, _, err := snug(t, "kill", name); status != 0 {
		t.Fatal(err)
	}
	cmd.Wait()
	if _, out, _ := snug(t, "__complete", "--", "freeze", ""); strings.Contains(out, name) {
		t.Errorf("it has ended: %q", out)
	}
}
