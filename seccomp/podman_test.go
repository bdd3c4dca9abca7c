package seccomp

import (
	"os"
	"testing"
)

// podmansFile is where podman's packages put its profile; Debian has it in
// golang-github-containers-common.
const podmansFile = "/usr/share/containers/seccomp.json"

// TestPodmansFile loads it as it is.
func TestPodmansFile(t *testing.T) {
	file, err := os.Open(podmansFile)
	if err != nil {
		t.Skip(err)
	}
	defer file.Close()
	p, err := Load(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Rules) < 20 {
		t.Errorf("it has %d rules", len(p.Rules))
	}
	for seed := range uint64(3) {
		each(t, newDice(seed), p, 5000)
	}
	if same(t, newDice(9), p, 1000) > 0 {
		t.Error("it is too long for JSON")
	}
}
