// Not in the package itself: with a test's imports it would be initialised too
// late.
package origin_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"snug/userns/internal/origin"
)

// TestLimitBeforeGo looks at the limit in a process that was started with one
// that Go raises.
func TestLimitBeforeGo(t *testing.T) {
	if os.Getenv("ORIGIN_TEST") == "1" {
		soft, hard, ok := origin.Nofile()
		if soft != 100 || hard != 200 || !ok {
			t.Errorf("got %d, %d, %v; want 100, 200, true", soft, hard, ok)
		}
		return
	}
	if _, _, ok := origin.Nofile(); !ok {
		t.Skip("not known on this architecture")
	}
	cmd := exec.Command("sh", "-c", "ulimit -Sn 100; ulimit -Hn 200; exec "+os.Args[0]+" -test.run TestLimitBeforeGo -test.v")
	cmd.Env = append(os.Environ(), "ORIGIN_TEST=1")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "PASS") {
		t.Errorf("%v\n%s", err, out)
	}
}
