//go:build vm

package suite

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"snug/test/await"
	"snug/test/cgroup"
)

// leafOf is the cgroup of the sandbox that process pid of snug runs.
func leafOf(t *testing.T, pid int) (leaf cgroup.Dir) {
	t.Helper()
	await.True(t, "the cgroup of a sandbox", func() bool {
		found := find("snug-*-" + strconv.Itoa(pid) + "*/sandbox-*")
		if len(found) == 1 {
			leaf = found[0]
		}
		return len(found) == 1
	})
	return leaf
}

// find finds cgroups of tester's and plain's managers, by a pattern for the end.
func find(pattern string) (found []cgroup.Dir) {
	for _, below := range []string{"user.slice/*/*/app.slice", "user.slice/*/*/app.slice/*", "system.slice/*", "user.slice/*/*"} {
		names, _ := filepath.Glob("/sys/fs/cgroup/" + below + "/" + pattern)
		for _, name := range names {
			found = append(found, cgroup.Dir(strings.TrimPrefix(name, "/sys/fs/cgroup")))
		}
	}
	return found
}

// noScopes waits until nothing of snug's is left: no unit, no cgroup, no process.
func noScopes(t *testing.T) {
	t.Helper()
	var left []cgroup.Dir
	await.True(t, "the end of every scope", func() bool { left = find("snug-*"); return len(left) == 0 }, &left)
	for _, user := range []string{tester, plain} {
		if out := shell(t, user).ok(t, "systemctl", "--user", "list-units", "--all", "--plain", "--no-legend", "snug-*"); out != "" {
			t.Errorf("%s has units: %s", user, out)
		}
	}
	if out := root(t).run(t, "pgrep", "-fa", "snug:keeper|^snug-init|snug run").Out; out != "" {
		t.Errorf("processes are left: %s", out)
	}
}

// running starts a sandbox that stays, and gives its leaf.
func (p *place) running(t *testing.T, flags ...string) (*proc, cgroup.Dir) {
	t.Helper()
	run := p.start(t, Command{Args: snug(append(flags, "--", "load", "nothing", "hold")...)})
	run.says(t, "ready")
	return run, leafOf(t, run.pid)
}

// There is one scope a sandbox, with a name and a description that say what it is, and
// none when it has ended.
func TestOneScopeEach(t *testing.T) {
	everywhere(t, func(t *testing.T, p *place) {
		var runs []*proc
		for range 3 {
			run, leaf := p.running(t, "-m", "64M")
			if got, want := string(leaf.Parent().Parent()), string(manager(tester))+"/app.slice"; got != want {
				t.Errorf("the scope is in %s, want %s", got, want)
			}
			runs = append(runs, run)
		}
		units := strings.Split(p.ok(t, "systemctl", "--user", "list-units", "--plain", "--no-legend", "snug-*"), "\n")
		if len(units) != 3 {
			t.Errorf("units are %q", units)
		}
		for i, run := range runs {
			name := "snug-load-" + strconv.Itoa(run.pid) + ".scope"
			if !slices.ContainsFunc(units, func(u string) bool {
				return strings.HasPrefix(u, name) && strings.HasSuffix(strings.TrimSpace(u), "snug: load nothing hold")
			}) {
				t.Errorf("%s is not among %q", name, units)
			}
			run.signal(t, []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL, syscall.SIGQUIT}[i])
			run.wait(t)
		}
		noScopes(t)
	})
}

// A sandbox that is frozen is killed like any other: by snug kill, by the end of snug.
func TestFreeze(t *testing.T) {
	p := shell(t, tester)
	for name, end := range map[string]func(t *testing.T, run *proc){
		"thawed": func(t *testing.T, run *proc) {
			p.ok(t, "snug", "thaw", strconv.Itoa(run.pid))
			run.signal(t, syscall.SIGTERM)
			run.wait(t)
		},
		"killed": func(t *testing.T, run *proc) {
			p.ok(t, "snug", "kill", strconv.Itoa(run.pid))
			if r := run.wait(t); r.Code != 137 {
				t.Errorf("got %v", r)
			}
		},
		"orphaned":   func(t *testing.T, run *proc) { run.signal(t, syscall.SIGKILL); run.wait(t) },
		"terminated": func(t *testing.T, run *proc) { run.signal(t, syscall.SIGTERM); run.wait(t) },
	} {
		t.Run(name, func(t *testing.T) {
			run, leaf := p.running(t, "--cgroup", "--stop-timeout", "1s")
			p.ok(t, "snug", "freeze", "load-"+strconv.Itoa(run.pid))
			if leaf.Value(t, "cgroup.events", "frozen") != 1 {
				t.Error("it isn't frozen")
			}
			end(t, run)
			noScopes(t)
		})
	}
}

// A process that forks while it is frozen is caught all the same.
func TestFreezeForking(t *testing.T) {
	p := shell(t, tester)
	run := p.start(t, Command{Args: snug("--pids-limit", "100", "--", "sh", "-c", "echo ready; while :; do (:) & wait; done")})
	run.says(t, "ready")
	leaf := leafOf(t, run.pid)
	for range 5 {
		p.ok(t, "snug", "freeze", strconv.Itoa(run.pid))
		before := leaf.Value(t, "cpu.stat", "usage_usec")
		time.Sleep(200 * time.Millisecond)
		if after := leaf.Value(t, "cpu.stat", "usage_usec"); after != before {
			t.Errorf("frozen, and used %d us", after-before)
		}
		p.ok(t, "snug", "thaw", strconv.Itoa(run.pid))
	}
}

// The scope's end is the sandbox's, and said.
func TestScopeIsStopped(t *testing.T) {
	p := shell(t, tester)
	run, leaf := p.running(t, "-m", "64M")
	p.ok(t, "systemctl", "--user", "kill", "--signal=KILL", filepath.Base(string(leaf.Parent())))
	r := run.wait(t)
	if r.Code != 137 {
		t.Errorf("got %v", r)
	}
	noScopes(t)
}

// systemd may be started anew while snug asks it, or runs.
func TestReexec(t *testing.T) {
	p := shell(t, tester)
	run, leaf := p.running(t, "-m", "64M")
	p.ok(t, "systemctl", "--user", "daemon-reexec")
	if got := leaf.Read(t, "memory.max"); got != "67108864" {
		t.Errorf("memory.max is %s", got)
	}
	reexec := p.start(t, Command{Args: []string{"sh", "-c", "for i in 1 2 3 4 5 6; do systemctl --user daemon-reexec; done"}})
	for range 6 {
		if r := p.run(t, snug("-m", "64M", "--", "load", "nothing")...); r.Code != 0 {
			t.Errorf("while systemd was started anew: %v", r)
		}
	}
	reexec.wait(t)
	run.signal(t, syscall.SIGTERM)
	run.wait(t)
	noScopes(t)
}

// When the user manager ends, so does what it held.
func TestManagerRestarts(t *testing.T) {
	p := shell(t, plain)
	session := login(t, plain)
	run, _ := session.running(t, "-m", "64M")
	root(t).ok(t, "systemctl", "restart", "user@"+uid(plain))
	if r := run.wait(t); r.Code == 0 {
		t.Errorf("got %v", r)
	}
	await.True(t, "the end of the shell", func() bool { return !p.alive() })
	noScopes(t)
}

// Many at once, each with its own scope and limits, and none left.
func TestManyScopesAtOnce(t *testing.T) {
	const many = 20
	p := shell(t, tester)
	script := "for i in $(seq " + strconv.Itoa(many) + "); do (snug run --no-project -m 64M -- load memory 200M; echo status $?) & done; wait"
	r := p.start(t, Command{Args: []string{"sh", "-c", script}, Timeout: 2 * time.Minute}).wait(t)
	if n := strings.Count(r.Out, "status 137\n"); n != many {
		t.Errorf("%d of %d met the limit: %v", n, many, r)
	}
	noScopes(t)
}

// SIGKILL at any moment of the start leaves nothing.
func TestKilledWhileStarting(t *testing.T) {
	p := shell(t, tester)
	for ms := 0; ms < 400; ms += 25 {
		script := "snug run --no-project -m 64M -- load nothing hold & sleep 0." + strconv.Itoa(1000 + ms)[1:] + "; kill -9 $!; wait"
		p.run(t, "sh", "-c", script)
	}
	noScopes(t)
}

// Inside a tree that was delegated to the caller nobody is asked.
func TestDirect(t *testing.T) {
	p := shell(t, tester)
	for name, wrap := range map[string][]string{
		"alone in a unit of the user's": {"systemd-run", "--user", "--pipe", "--wait", "--collect", "--quiet", "-p", "Delegate=yes"},
		"in a scope":                    {"systemd-run", "--user", "--scope", "--quiet", "-p", "Delegate=yes"},
		"below a unit": {"systemd-run", "--user", "--scope", "--quiet", "-p", "Delegate=yes", "sh", "-c",
			`c=/sys/fs/cgroup$(sed -n s/^0:://p /proc/self/cgroup); mkdir $c/shell; echo $$ >$c/shell/cgroup.procs; "$@"`, "sh"},
	} {
		t.Run(name, func(t *testing.T) {
			// No way to a manager: what works is done directly.
			blind := append(wrap, "env", "-u", "DBUS_SESSION_BUS_ADDRESS", "PATH=/opt/bin:/usr/bin")
			r := p.run(t, append(blind, snug("-m", "64M", "--status-file", "/tmp/direct.json", "--", "load", "memory", "200M")...)...)
			ended(t, r, 137, `memory limit of 64M was reached`)
			text, _ := os.ReadFile("/tmp/direct.json")
			if strings.Contains(string(text), `"scope"`) {
				t.Errorf("systemd was asked for a scope: %s", text)
			}
			matches(t, "status", string(text), `"cgroup":"/sys/fs/cgroup/.*/snug-load-\d+/sandbox-1"`)
			noScopes(t)
		})
	}
	// Where others are in the same cgroup, it is left as it is: a limit comes by way of
	// systemd, and what needs no controller is done below.
	t.Run("not alone", func(t *testing.T) {
		script := `c=/sys/fs/cgroup$(sed -n s/^0:://p /proc/self/cgroup); sleep 1000 & snug run --no-project "$@"; s=$?; cat $c/cgroup.type $c/cgroup.subtree_control; kill $!; exit $s`
		for _, flags := range [][]string{{"-m", "64M", "--", "load", "memory", "200M"}, {"--pids-limit", "30", "--", "load", "processes", "100"}, {"--cgroup", "--", "true"}, {"--cpus", "0.5", "--", "true"}} {
			r := p.run(t, append([]string{"systemd-run", "--user", "--scope", "--quiet", "-p", "Delegate=yes", "sh", "-c", script, "sh"}, flags...)...)
			if want := map[string]int{"-m": 137, "--pids-limit": 1}[flags[0]]; r.Code != want || !strings.HasSuffix(r.Out, "domain\n") {
				t.Errorf("%v: status %d, want %d: %v", flags, r.Code, want, r)
			}
		}
		noScopes(t)
	})
	t.Run("of the system's manager", func(t *testing.T) {
		r := root(t).run(t, append([]string{"systemd-run", "--pipe", "--wait", "--collect", "--quiet", "-p", "Delegate=yes", "-p", "User=tester",
			"-E", "PATH=/opt/bin:/usr/bin"}, snug("-m", "64M", "--", "load", "memory", "200M")...)...)
		ended(t, r, 137, `memory limit of 64M was reached`)
	})
	t.Run("killed", func(t *testing.T) {
		run := p.start(t, Command{Args: append([]string{"systemd-run", "--user", "--scope", "--quiet", "-p", "Delegate=yes"},
			snug("--cgroup", "--", "load", "nothing", "hold")...)})
		run.says(t, "ready")
		leaf := leafOf(t, run.pid)
		p.ok(t, "snug", "freeze", strconv.Itoa(run.pid))
		run.signal(t, syscall.SIGKILL)
		run.wait(t)
		leaf.Gone(t)
		noScopes(t)
	})
}

// Nobody to ask: the reason and the way out, and nothing runs.
func TestNobodyToAsk(t *testing.T) {
	r := shell(t, tester).run(t, append([]string{"env", "-u", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR=/nowhere"}, snug("-m", "64M", "--", "echo", "ran")...)...)
	ended(t, r, 125, `(?s)error: .*no cgroup can be had.*\n  cause: .*\n  fix: .*loginctl enable-linger.*XDG_RUNTIME_DIR=/run/user/1000`)
	if r.Out != "" {
		t.Error("it ran")
	}
	// Without a word in the environment the usual place is looked at, as from cron.
	if r := shell(t, tester).run(t, append([]string{"env", "-u", "DBUS_SESSION_BUS_ADDRESS", "-u", "XDG_RUNTIME_DIR"}, snug("-m", "64M", "--", "true")...)...); r.Code != 0 {
		t.Errorf("without a word: %v", r)
	}
	// And the best effort is said to be none.
	r = shell(t, tester).run(t, append([]string{"env", "-u", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR=/nowhere"}, snug("--limits", "best-effort", "-m", "64M", "--", "echo", "ran")...)...)
	ended(t, r, 0, `(?s)snug: not enforced: .*\n  cause: .*\n  fix: .`)
	if r.Out != "ran\n" {
		t.Errorf("got %v", r)
	}
	noScopes(t)
}

// Root has the system's manager.
func TestRootsScope(t *testing.T) {
	ended(t, root(t).run(t, snug("-m", "64M", "--", "load", "memory", "200M")...), 137, `memory limit of 64M was reached`)
	noScopes(t)
}
