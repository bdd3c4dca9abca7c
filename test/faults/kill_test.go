package faults

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"snug/test/script/built"
)

// stubborn is a command that ignores what it can and leaves daemons behind: a
// child, a grandchild whose parent has gone, one in a session of its own. It
// says "up" when they run.
const stubborn = `
trap '' TERM HUP INT QUIT USR1
sleep 1000 &
(sleep 1000 &)
setsid sh -c 'trap "" TERM HUP INT; (sleep 1000 &); sleep 1000; :' &
echo up
while :; do sleep 1000; done`

// ways are the kinds of sandbox whose end differs.
var ways = []struct {
	name string
	args []string
}{
	{"plain", nil},
	{"map-auto", []string{"--map-auto"}},
	{"as-pid-1", []string{"--as-pid-1"}},
	{"share-pid", []string{"--share-pid"}},
	{"report", []string{"--report"}},
}

// blows are what ends snug, whatever the command thinks of it.
var blows = []func(snug int){
	func(snug int) { syscall.Kill(snug, syscall.SIGKILL) },
	func(snug int) { syscall.Kill(-snug, syscall.SIGKILL) }, // as runners of jobs do
	func(snug int) { // stopped, it has stopped what it waits for
		syscall.Kill(snug, syscall.SIGTSTP)
		time.Sleep(time.Millisecond)
		syscall.Kill(snug, syscall.SIGKILL)
	},
	func(snug int) { // as an impatient user does: two that come at once are one
		for ended := (unix.Siginfo{}); ended.Signo == 0; time.Sleep(5 * time.Millisecond) {
			syscall.Kill(-snug, syscall.SIGINT)
			if unix.Waitid(unix.P_PID, snug, &ended, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil) != nil {
				break
			}
		}
	},
}

// TestKillAtAnyMoment ends snug somewhere between its first instruction and
// the command's daemons. That takes it a few milliseconds, so the moments are
// spread over twenty; half of them from when there is something in the project to clean up.
func TestKillAtAnyMoment(t *testing.T) {
	built.NeedUser(t)
	for i, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			before, project := look(), t.TempDir()
			tries, span := 300, 20*time.Millisecond
			if portable() { // it needs longer for the same way
				tries, span = tries/4, span*4
			}
			if i > 1 {
				tries /= 4
			}
			for n := range tries {
				c := start(t, project, way.args, stubborn)
				soon := n/len(blows)%2 == 1
				if !soon {
					time.Sleep(rand.N(span))
				} else {
					filled(t, project)
					time.Sleep(rand.N(span / 10))
				}
				blows[n%len(blows)](c.cmd.Process.Pid)
				c.gone()
				c.status()
				c.line.Close()
				if soon {
					empty(t, project)
				}
			}
			before.unchanged(t)
			empty(t, project)
		})
	}
}

// filled waits for a placeholder.
func filled(t *testing.T, dir string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
			return
		}
	}
	t.Fatal("nothing is held in the project")
}

// empty waits for the sweeper: it has to see the end that a test has seen.
func empty(t *testing.T, dir string) {
	t.Helper()
	for wait := deadlineAfter(20); ; {
		entries, err := os.ReadDir(dir)
		must(t, err)
		if len(entries) == 0 {
			return
		}
		wait(t, "left in the project: %v", entries)
	}
}

// TestKillOne kills one of the processes that matter with a signal that can't be
// caught. The rest ends, and snug, if it lives, says how.
func TestKillOne(t *testing.T) {
	built.NeedUser(t)
	victims := []struct {
		name   string
		kill   func(t *testing.T, snug int)
		status int
		skip   string // a way that hasn't got it
	}{
		{"snug", func(_ *testing.T, snug int) { syscall.Kill(snug, syscall.SIGKILL) }, 137, ""},
		{"its process group", func(_ *testing.T, snug int) { syscall.Kill(-snug, syscall.SIGKILL) }, 137, ""},
		// With a shared pid namespace pid 1 is a parent like any other: its
		// daemons go to the machine's own init, unknown to anybody.
		{"pid 1", func(t *testing.T, snug int) { syscall.Kill(onlyChild(t, snug), syscall.SIGKILL) }, 137, "share-pid"},
		{"the command", func(t *testing.T, snug int) {
			syscall.Kill(firstChild(t, onlyChild(t, snug)), syscall.SIGKILL)
		}, 137, "as-pid-1"},
		{"all of them", func(t *testing.T, snug int) {
			first := onlyChild(t, snug)
			for _, pid := range append(children(first), first, snug) {
				syscall.Kill(pid, syscall.SIGKILL)
			}
		}, 137, "share-pid"},
	}
	for _, way := range ways {
		for _, v := range victims {
			if v.skip == way.name {
				continue
			}
			t.Run(way.name+"/"+v.name, func(t *testing.T) {
				before, project := look(), t.TempDir()
				c := start(t, project, way.args, stubborn)
				c.until("up")
				v.kill(t, c.cmd.Process.Pid)
				if got := c.status(); got != v.status {
					t.Errorf("status %d, want %d", got, v.status)
				}
				c.gone()
				before.unchanged(t)
				empty(t, project)
			})
		}
	}
}

// TestKillParent: --die-with-parent is a wish of bubblewrap's users: when who
// started snug is killed (a terminal that crashes, a runner of jobs), nobody else
// would end the sandbox.
func TestKillParent(t *testing.T) {
	built.NeedUser(t)
	before := look()
	c := &cell{t: t, marker: fmt.Sprintf("snug-test-%d-parent", os.Getpid())}
	c.cmd = exec.Command("sh", "-c", `snug run --die-with-parent -- sh -c "$1" "$0"; :`, c.marker, stubborn)
	c.cmd.Dir = t.TempDir()
	c.begin()
	c.until("up")
	must(t, c.cmd.Process.Kill())
	c.status()
	c.gone()
	before.unchanged(t)
}

// TestDaemons: who doesn't end with the command by himself is ended.
func TestDaemons(t *testing.T) {
	built.NeedUser(t)
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			before := look()
			c := start(t, t.TempDir(), way.args, strings.Replace(stubborn, "while :; do sleep 1000; done", "exit 7", 1))
			if got := c.status(); got != 7 {
				t.Errorf("status %d, want 7", got)
			}
			if out := c.gone(); out != "up\n" {
				t.Errorf("it printed %q", out)
			}
			before.unchanged(t)
		})
	}
}

// TestForkBombEnds: what forks faster than it can be killed one by one.
func TestForkBombEnds(t *testing.T) {
	built.NeedUser(t)
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			before := look()
			args := append([]string{"--pids-limit", "200"}, way.args...)
			c := start(t, t.TempDir(), args, `echo up; bomb() { bomb & bomb & }; bomb 2>/dev/null; while :; do sleep 1; done`)
			c.until("up")
			time.Sleep(200 * time.Millisecond)
			must(t, c.cmd.Process.Kill())
			c.gone()
			before.unchanged(t)
		})
	}
}

// TestKillAnyAtAnyMoment kills one process of a run, whichever: snug, its other half, pid 1,
// the command, a child of its; at any moment from the first to when all is up. The rest ends
// by itself, or at the latest when snug is told to.
func TestKillAnyAtAnyMoment(t *testing.T) {
	built.NeedUser(t)
	before, project := look(), t.TempDir()
	for _, way := range ways {
		if way.name == "share-pid" {
			continue // its pid 1 is a parent like any other, see TestKillOne
		}
		for range often(20) {
			c := start(t, project, way.args, stubborn)
			time.Sleep(rand.N(15 * time.Millisecond))
			all := family(c.cmd.Process.Pid)
			syscall.Kill(all[rand.N(len(all))], syscall.SIGKILL)
			time.Sleep(rand.N(2 * time.Millisecond))
			syscall.Kill(c.cmd.Process.Pid, syscall.SIGKILL)
			c.gone()
			c.status()
			c.line.Close()
		}
	}
	before.unchanged(t)
	// Killed together with its sweeper, snug leaves placeholders, and the next one cleans up.
	next := exec.Command("snug", "run", "--", "true")
	next.Dir = project
	must(t, next.Run())
	empty(t, project)
}
