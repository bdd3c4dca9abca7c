//go:build vm

package suite

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// figures are what snug stats --json says of a sandbox, as far as it is looked at here.
type figures struct {
	Name  string
	State string
	Usage struct {
		Memory    uint64 `json:"memory_bytes"`
		Processes uint64
		Exact     bool
	}
	MemoryLimit  uint64 `json:"memory_limit_bytes"`
	ProcessLimit uint64 `json:"process_limit"`
}

func statsOf(t *testing.T, p *place, names ...string) map[string]figures {
	t.Helper()
	var doc struct{ Sandboxes []figures }
	if err := json.Unmarshal([]byte(p.ok(t, append([]string{"snug", "stats", "--json"}, names...)...)), &doc); err != nil {
		t.Fatal(err)
	}
	m := map[string]figures{}
	for _, s := range doc.Sandboxes {
		m[s.Name] = s
	}
	return m
}

// Three sandboxes with limits of the kernel's: listed, entered, frozen, watched, stopped, and
// nothing is left of them.
func TestThreeSandboxes(t *testing.T) {
	everywhere(t, threeSandboxes)
}

func threeSandboxes(t *testing.T, p *place) {
	p.ok(t, "snug", "run", "-d", "--no-project", "--name", "big", "-m", "64M", "--", "load", "memory", "20M", "hold")
	p.ok(t, "snug", "run", "-d", "--no-project", "--name", "many", "--pids-limit", "50", "--", "load", "processes", "10", "hold")
	p.ok(t, "snug", "run", "-d", "--no-project", "--name", "idle", "--cgroup", "--", "sleep", "1000")
	t.Cleanup(func() { p.run(t, "snug", "rm", "-f", "--all") })
	for name, said := range map[string]string{"big": "ready 20971520", "many": "ready 10"} {
		p.ok(t, "sh", "-c", "until snug logs "+name+" | grep -q '^ready'; do sleep 0.1; done")
		if got := p.ok(t, "snug", "logs", name); got != said {
			t.Errorf("%s: the log is %q", name, got)
		}
	}
	all := statsOf(t, p)
	big, many, idle := all["big"], all["many"], all["idle"]
	if big.MemoryLimit != 64<<20 || big.Usage.Memory < 20<<20 || big.Usage.Memory > 64<<20 || !big.Usage.Exact {
		t.Errorf("20M of 64M: %+v", big)
	}
	if many.ProcessLimit != 50 || many.Usage.Processes < 12 || many.Usage.Processes > 50 { // pid 1, load, and ten
		t.Errorf("10 processes of 50: %+v", many)
	}
	if len(all) != 3 || idle.MemoryLimit != 0 || idle.State != "running" || idle.Usage.Processes != 2 {
		t.Errorf("idle: %+v of %d", idle, len(all))
	}

	// Whoever enters is held by the same limits.
	r := p.run(t, "snug", "exec", "many", "--", "load", "processes", "100")
	if r.Code != 1 || !strings.HasPrefix(r.Out, "stopped ") {
		t.Errorf("100 processes more in a sandbox of 50: %v", r)
	}
	p.ok(t, "snug", "freeze", "many")
	if s := statsOf(t, p, "many")["many"].State; s != "frozen" {
		t.Errorf("it is %s", s)
	}
	top := p.ok(t, "snug", "top") // into a pipe, so as snug stats has it
	for _, want := range []string{`(?m)^big +\d+% +2\d(\.\d)?M/64M `, `(?m)^many .* \d+/50 `, `(?m)^idle `} {
		if !regexp.MustCompile(want).MatchString(top) {
			t.Errorf("top has no %s:\n%s", want, top)
		}
	}
	p.ok(t, "snug", "thaw", "many")
	if r := p.run(t, "snug", "exec", "big", "--", "load", "memory", "100M"); r.Code != 137 {
		t.Errorf("100M in a sandbox of 64: %v", r)
	}
	if got := p.ok(t, "snug", "wait", "big"); got != "137" { // the first to be killed takes all with it
		t.Errorf("big ended with %s", got)
	}
	p.ok(t, "snug", "stop", "--all")
	p.ok(t, "snug", "rm", "--all")
	if got := p.ok(t, "snug", "ps", "-a", "-q"); got != "" {
		t.Errorf("left: %s", got)
	}
	if got := p.ok(t, "sh", "-c", "ls -A $XDG_RUNTIME_DIR/snug 2>/dev/null || true"); got != "" {
		t.Errorf("left: %s", got)
	}
	noScopes(t)
}
