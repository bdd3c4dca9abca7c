//go:build vm

package suite

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// TestCost is no judgement: it logs what a start with a limit takes on this machine, where
// all is emulated and ten times as slow, beside what others take. make bench measures on a
// real one.
func TestCost(t *testing.T) {
	const rounds = 7
	p := shell(t, tester)
	lines := [][]string{
		{"systemd-run", "--user", "--scope", "--quiet", "-p", "Delegate=yes", "-p", "MemoryMax=64M", "load", "nothing"},
		snug("-m", "64M", "--", "load", "nothing"),
		{"crun", "--cgroup-manager=systemd", "run", "--bundle", bundle(t), "cost"},
		snug("--", "load", "nothing"),
	}
	took := make([][]time.Duration, len(lines))
	for range rounds {
		for i, line := range lines {
			r := p.run(t, line...)
			if r.Code != 0 {
				t.Fatalf("%v: %v", line, r)
			}
			took[i] = append(took[i], r.Took)
		}
	}
	for i, line := range lines {
		slices.Sort(took[i])
		t.Logf("%6d ms  %v", took[i][rounds/2].Milliseconds(), line[:3])
	}
	noScopes(t)
}

// bundle is a container for crun: the same program, a root of its own, 64 MiB.
func bundle(t *testing.T) string {
	t.Helper()
	dir := "/home/tester/bundle"
	p := shell(t, tester)
	p.ok(t, "sh", "-c", "rm -rf "+dir+"; mkdir -p "+dir+"/rootfs && cd "+dir+" && cp /opt/bin/load rootfs && crun spec --rootless")
	name := filepath.Join(dir, "config.json")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var config map[string]any
	if err := json.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	process := config["process"].(map[string]any)
	process["terminal"], process["args"] = false, []string{"/load", "nothing"}
	config["linux"].(map[string]any)["resources"] = map[string]any{"memory": map[string]any{"limit": 64 << 20}}
	if text, err = json.Marshal(config); err == nil {
		err = os.WriteFile(name, text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
