//go:build vm

package suite

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// snug is a line of snug run that opens nothing for writing; load is on PATH, which isn't
// private.
func snug(args ...string) []string {
	return append([]string{"snug", "run", "--no-project"}, args...)
}

// matches checks what was said.
func matches(t *testing.T, where, text, pattern string) {
	t.Helper()
	if !regexp.MustCompile(pattern).MatchString(text) {
		t.Errorf("%s is %q, want %s in it", where, text, pattern)
	}
}

// ended is a run with that status that said that.
func ended(t *testing.T, r Result, code int, said string) {
	t.Helper()
	if r.Code != code {
		t.Errorf("status %d, want %d: %v", r.Code, code, r)
	}
	matches(t, "standard error", r.Err, said)
}

// everywhere runs a test in a desktop's terminal and in a session as ssh's.
func everywhere(t *testing.T, f func(t *testing.T, p *place)) {
	t.Run("desktop", func(t *testing.T) { f(t, shell(t, tester)) })
	t.Run("session", func(t *testing.T) { f(t, login(t, tester)) })
}

func TestMemoryLimit(t *testing.T) {
	everywhere(t, func(t *testing.T, p *place) {
		if out := p.ok(t, snug("-m", "64M", "--", "load", "memory", "20M")...); out != "ready 20971520" {
			t.Errorf("below the limit: %s", out)
		}
		said := `snug: the memory limit of 64M was reached: the sandbox was killed\n  cause: it used (6[34]\.\d|64)M of memory at its peak, and may not swap\n  fix: .*-m 128M`
		ended(t, p.run(t, snug("-m", "64M", "--", "load", "memory", "200M")...), 137, said)
		// The first to be killed takes all with it.
		ended(t, p.run(t, snug("-m", "64M", "--", "sh", "-c", "load memory 200M; echo survived")...), 137, said)
	})
}

// With swap it gets further, and ends all the same.
func TestMemoryAndSwap(t *testing.T) {
	p := shell(t, tester)
	if out := p.ok(t, snug("-m", "64M", "--memory-swap", "160M", "--", "load", "memory", "100M")...); !strings.HasPrefix(out, "ready") {
		t.Errorf("got %s", out)
	}
	ended(t, p.run(t, snug("-m", "64M", "--memory-swap", "128M", "--", "load", "memory", "200M")...), 137, `the memory limit of 64M was reached`)
	if r := p.run(t, snug("-m", "64M", "--", "load", "memory", "100M")...); r.Code != 137 {
		t.Errorf("without --memory-swap it swapped: %v", r)
	}
}

// A child that is killed for memory is said, though the command goes on: without the
// group there is no such case, so a limit from outside is made by hand.
func TestMemoryHighSlows(t *testing.T) {
	r := shell(t, tester).run(t, snug("--memory-high", "32M", "--memory-swap", "max", "-m", "1G", "--stats", "--", "load", "memory", "48M")...)
	ended(t, r, 0, `memory peak \d+(\.\d)?M of 1G`)
}

func TestForkBomb(t *testing.T) {
	everywhere(t, func(t *testing.T, p *place) {
		r := p.run(t, snug("--pids-limit", "50", "--", "load", "processes", "300")...)
		matches(t, "standard output", r.Out, `^stopped (3\d|4\d): .*resource temporarily unavailable`)
		ended(t, r, 1, `snug: the limit of 50 processes and threads was reached: \d+ starts? (was|were) refused\n  cause: .+\n  fix: .*--pids-limit 100`)
	})
}

// All users inside count together where a cgroup counts.
func TestForkBombOfMany(t *testing.T) {
	script := `for u in 0 1 2; do setpriv --reuid $u load processes 30 hold & done; sleep 3; ls -d /proc/[0-9]* | wc -l`
	r := shell(t, tester).run(t, snug("--map-auto", "--pids-limit", "60", "--", "sh", "-c", script)...)
	lines := strings.Split(strings.TrimSpace(r.Out), "\n")
	if n, err := strconv.Atoi(lines[len(lines)-1]); err != nil || n > 62 { // with ls and wc, and the shell's own
		t.Errorf("%v: %v", err, r)
	}
	matches(t, "standard error", r.Err, `limit of 60 processes`)
}

func TestCPULimit(t *testing.T) {
	r := shell(t, tester).run(t, snug("--cpus", "0.5", "--stats", "--", "load", "cpu", "3s")...)
	ms, err := strconv.Atoi(strings.TrimPrefix(strings.TrimSpace(r.Out), "ready "))
	if err != nil || ms > 2200 || ms < 600 {
		t.Errorf("half a cpu for three seconds: %v", r)
	}
	// With what it takes to start, which on a busy machine can be as much again.
	ended(t, r, 0, `snug: exit status 0 \(ended\): time [3-9]\.\d+s, cpu [1-4]\.\d+s .*held back .* of \d+ periods`)
}

func TestCPUSet(t *testing.T) {
	if got := shell(t, tester).ok(t, snug("--cpuset-cpus", "1", "--", "nproc")...); got != "1" {
		t.Errorf("it has %s cpus", got)
	}
	ended(t, shell(t, tester).run(t, snug("--cpuset-cpus", "7", "--", "true")...), 125, `(?s)error: .*\n  cause: .*\n  fix: .`)
}

func TestIOLimit(t *testing.T) {
	p := shell(t, tester)
	p.ok(t, "mkdir", "-p", "project")
	r := p.run(t, "snug", "run", "--project", "project", "--io-max", "/home:wbps=1M", "--", "load", "write", "/home/tester/project/f", "3M")
	ms, err := strconv.Atoi(strings.TrimPrefix(strings.TrimSpace(r.Out), "ready "))
	if r.Code != 0 || err != nil || ms < 2000 || ms > 5000 {
		t.Errorf("3 MiB at 1 MiB a second: %v", r)
	}
}

// A weight that nothing enforces is not a limit.
func TestIOWeight(t *testing.T) {
	ended(t, shell(t, tester).run(t, snug("--io-weight", "200", "--", "true")...), 125, `error: hold io weight: .*\n  cause: .*\n  fix: as root`)
	disk := "/sys/fs/cgroup/io.cost.qos"
	device := strings.Fields(root(t).ok(t, "sh", "-c", "lsblk -no MAJ:MIN,TYPE | awk '$2 == \"disk\" {print $1; exit}'"))[0]
	root(t).ok(t, "sh", "-c", "echo '"+device+" enable=1' >"+disk)
	t.Cleanup(func() { root(t).ok(t, "sh", "-c", "echo '"+device+" enable=0' >"+disk) })
	if r := shell(t, tester).run(t, snug("--io-weight", "200", "--", "true")...); r.Code != 0 {
		t.Errorf("with a cost model: %v", r)
	}
}

// What is written is what is held, as somebody else reads it.
func TestEveryLimitIsWritten(t *testing.T) {
	p := shell(t, tester)
	run := p.start(t, Command{Args: snug("-m", "100M", "--memory-swap", "150M", "--memory-high", "80M", "--cpus", "1.5", "--cpu-weight", "50",
		"--cpuset-cpus", "0", "--pids-limit", "40", "--io-max", "/home:rbps=2M,wiops=100", "--", "load", "nothing", "hold")})
	run.says(t, "ready")
	c := leafOf(t, run.pid)
	for file, want := range map[string]string{
		"memory.max": "104857600", "memory.swap.max": "52428800", "memory.high": "83886080", "memory.oom.group": "1",
		"cpu.max": "150000 100000", "cpu.weight": "50", "cpuset.cpus": "0", "pids.max": "40",
	} {
		if got := c.Read(t, file); got != want {
			t.Errorf("%s is %s, want %s", file, got, want)
		}
	}
	matches(t, "io.max", c.Read(t, "io.max"), `rbps=2097152 wbps=max riops=max wiops=100`)
	if got := len(c.Procs(t)); got != 2 {
		t.Errorf("%d processes in the leaf, want pid 1 and the command", got)
	}
}

// Debian's default doesn't delegate io and cpuset: what would allow them is said, and
// nothing runs; memory, cpu and pids work as they are.
func TestDefaultDelegation(t *testing.T) {
	p := shell(t, plain)
	for _, flags := range [][]string{{"--io-max", "/home:wbps=1M"}, {"--cpuset-cpus", "0"}, {"-m", "64M", "--io-max", "/home:rbps=1M"}} {
		r := p.run(t, snug(append(flags, "--", "echo", "ran")...)...)
		ended(t, r, 125, `(?s)^snug: error: .*\n  cause: the controller (io|cpuset) is not delegated to you.*\n  fix: as root: .*Delegate=cpu cpuset io memory pids.*user@\.service\.d/delegate\.conf`)
		if r.Out != "" {
			t.Errorf("%v: it ran", flags)
		}
	}
	r := p.run(t, snug("-m", "64M", "--cpus", "0.5", "--pids-limit", "60", "--", "load", "memory", "100M")...)
	ended(t, r, 137, `memory limit of 64M`)
	// Best effort holds what it can and says what it can't.
	r = p.run(t, snug("--limits", "best-effort", "-m", "64M", "--io-max", "/home:wbps=1M", "--", "load", "memory", "100M")...)
	ended(t, r, 137, `(?s)^snug: not enforced: hold io limit.*\n  cause: .*io is not delegated.*\n  fix: .*memory limit of 64M`)
}

// The fix that is offered is one: pasted by root, it helps.
func TestDropInHelps(t *testing.T) {
	r := shell(t, plain).run(t, snug("--io-max", "/home:wbps=1M", "--", "true")...)
	fix := regexp.MustCompile("  fix: as root: (.*); then, as yourself: (.*)").FindStringSubmatch(r.Err)
	if fix == nil {
		t.Fatal(r)
	}
	t.Cleanup(func() {
		root(t).ok(t, "sh", "-c", "rm -f /etc/systemd/system/user@.service.d/delegate.conf; systemctl daemon-reload; systemctl restart user@"+uid(plain))
	})
	root(t).ok(t, "sh", "-c", fix[1])
	shell(t, plain).ok(t, "sh", "-c", fix[2])
	if r := shell(t, plain).run(t, snug("--io-max", "/home:wbps=1M", "--", "true")...); r.Code != 0 {
		t.Errorf("after %s: %v", fix[0], r)
	}
}

// Nothing inside can raise a limit, not even one who may make namespaces and mount.
func TestLimitsCantBeRaisedInside(t *testing.T) {
	p := shell(t, tester)
	for _, flags := range [][]string{nil, {"-r"}, {"--map-auto"}, {"-r", "--allow-userns", "--seccomp", "none"}} {
		script := `mkdir -p /tmp/c; mount -t cgroup2 none /tmp/c 2>/dev/null || unshare -Urm mount -t cgroup2 none /tmp/c 2>/dev/null
			for f in $(find / -name memory.max -o -name cgroup.procs 2>/dev/null); do echo found $f; echo max >$f 2>/dev/null && echo RAISED $f; done
			unshare -UrmC sh -c 'mount -t cgroup2 none /tmp/c && cd /tmp/c && for f in memory.max pids.max cgroup.subtree_control; do echo max >$f && echo RAISED $f; done' 2>/dev/null
			load memory 200M`
		r := p.run(t, snug(append(append(flags, "-m", "64M", "--pids-limit", "60"), "--", "sh", "-c", script)...)...)
		if strings.Contains(r.Out, "RAISED memory.max") || r.Code != 137 {
			t.Errorf("%v: %v", flags, r)
		}
	}
}

func TestStatusDocument(t *testing.T) {
	p := shell(t, tester)
	p.ok(t, "rm", "-f", "status.json")
	r := p.run(t, snug("-m", "64M", "--status-file", "status.json", "--", "load", "memory", "200M")...)
	if r.Code != 137 {
		t.Fatal(r)
	}
	lines := strings.Split(p.ok(t, "cat", "status.json"), "\n")
	var started, end map[string]any
	if len(lines) != 2 || json.Unmarshal([]byte(lines[0]), &started) != nil || json.Unmarshal([]byte(lines[1]), &end) != nil {
		t.Fatalf("got %q", lines)
	}
	matches(t, "scope", fmt.Sprint(started["scope"]), `^snug-load-\d+\.scope$`)
	for key, want := range map[string]any{"exit-code": 137.0, "signal": 9.0, "reason": "out of memory", "oom": true} {
		if end[key] != want {
			t.Errorf("%s is %v, want %v", key, end[key], want)
		}
	}
	memory := end["usage"].(map[string]any)["cgroup"].(map[string]any)["memory"].(map[string]any)
	if memory["max"] != 67108864.0 || memory["peak"].(float64) < 60e6 {
		t.Errorf("memory is %v", memory)
	}
}

// Nonsense and what no process can start in is refused before anything exists.
func TestRefusedLimits(t *testing.T) {
	p := shell(t, tester)
	for _, flags := range []string{
		"-m 0", "-m 1M", "-m x", "-m -5", "-m 1e9", "-m 101%", "--memory-swap 10M", "-m 64M --memory-swap 10M", "--cpus 0", "--cpus x", "--cpus 0.001",
		"--cpu-weight 0", "--cpu-weight 20000", "--cpuset-cpus 3-1", "--pids-limit 1", "--io-max /home", "--io-max /home:rbps=x", "--io-max /dev/null:rbps=1M",
		"--io-max /nowhere:rbps=1M", "--io-max /tmp/../proc:rbps=1M", "--io-weight 0", "--property MemoryMaxx=1G", "--property MemoryMax", "--property IPAddressDeny=any", "--limits perhaps",
	} {
		r := p.run(t, snug(append(strings.Fields(flags), "--", "echo", "ran")...)...)
		ended(t, r, 125, `(?s)^snug: error: [^\n]+\n  cause: [^\n]+\n  fix: `)
		if r.Out != "" {
			t.Errorf("%s: it ran", flags)
		}
	}
	noScopes(t)
}

func TestProperty(t *testing.T) {
	p := shell(t, tester)
	run := p.start(t, Command{Args: snug("--property", "MemoryMax=1G", "--property", "MemoryMax=80M", "--property", "CPUQuota=50%", "--property", "TasksMax=30", "--", "load", "nothing", "hold")})
	run.says(t, "ready")
	scope := leafOf(t, run.pid).Parent()
	for file, want := range map[string]string{"memory.max": "83886080", "cpu.max": "50000 100000", "pids.max": "30"} {
		if got := scope.Read(t, file); got != want {
			t.Errorf("%s is %s, want %s", file, got, want)
		}
	}
	ended(t, p.run(t, snug("--property", "MemoryMax=64M", "--property", "MemorySwapMax=0", "--", "load", "memory", "200M")...), 137, `memory ran out around the sandbox`)
	ended(t, shell(t, plain).run(t, snug("--property", "IOWeight=50", "--", "true")...), 125, `(?s)error: .*\n  cause: .*\n  fix: .`)
}
