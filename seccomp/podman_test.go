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
	d := newDice(8)
	for range 5 {
		for _, target := range targets(d) {
			agree(t, d, p, target, 2000)
		}
	}
	if same(t, newDice(9), p, 1000) > 0 {
		t.Error("it is too long for JSON")
	}
}
