package seccomp

import (
	"os/exec"
	"strings"
	"testing"
)

// TestNothingRunsAtStart looks into the compiled package for an init function, which the
// compiler fills if a variable isn't plain data. One that only returns it makes anyway.
func TestNothingRunsAtStart(t *testing.T) {
	file, err := exec.Command("go", "list", "-export", "-f", "{{.Export}}", ".").Output()
	if err != nil {
		t.Skip("go list:", err)
	}
	symbols, err := exec.Command("go", "tool", "nm", "-size", strings.TrimSpace(string(file))).Output()
	if err != nil {
		t.Skip("go tool nm:", err)
	}
	if !strings.Contains(string(symbols), "snug/seccomp.names") {
		t.Fatalf("these are no symbols of the package:\n%.500s", symbols)
	}
	for line := range strings.Lines(string(symbols)) {
		f := strings.Fields(line) // address, size, kind, name
		if len(f) == 4 && f[3] == "snug/seccomp.init" && len(f[1]) > 2 {
			t.Errorf("init has %s bytes: go tool objdump -s 'seccomp.init$' tells which variable is computed", f[1])
		}
	}
}
