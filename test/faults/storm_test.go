package faults

import (
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"snug/test/script/built"
)

// TestSignalStorm: a thousand of each, as from a window that is being resized
// by a mouse. Signals merge, so the command gets fewer, but not none, and it
// ends as it wants.
func TestSignalStorm(t *testing.T) {
	built.NeedUser(t)
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			c := start(t, t.TempDir(), way.args, `
				trap 'w=1' WINCH
				trap 'u=1' USR1
				trap 'exit 7' USR2
				echo up
				until [ "$w$u" = 11 ]; do sleep 0.01; done
				echo both
				while :; do sleep 0.01; done`)
			c.until("up")
			pid := c.cmd.Process.Pid
			for range 1000 {
				must(t, syscall.Kill(pid, unix.SIGWINCH))
				must(t, syscall.Kill(pid, unix.SIGUSR1))
			}
			c.until("both")
			must(t, syscall.Kill(pid, unix.SIGUSR2))
			if got := c.status(); got != 7 {
				t.Errorf("status %d, want 7", got)
			}
			c.gone()
		})
	}
}

// TestStormFromTheStart: signals that come before there is a command aren't
// lost on snug: TERM ends it, whenever it comes.
func TestStormFromTheStart(t *testing.T) {
	built.NeedUser(t)
	for _, way := range ways[:2] {
		t.Run(way.name, func(t *testing.T) {
			before := look()
			for i := range often(50) {
				c := start(t, t.TempDir(), way.args, "exec sleep 1000")
				time.Sleep(time.Duration(i%20) * 500 * time.Microsecond)
				must(t, syscall.Kill(c.cmd.Process.Pid, unix.SIGTERM))
				if got := c.status(); got != 143 {
					t.Fatalf("try %d: status %d, want 143", i, got)
				}
				c.gone()
			}
			before.unchanged(t)
		})
	}
}

// TestStopAndContinue stops snug, pid 1 and the command, each alone and for a
// moment; nothing is lost by it.
func TestStopAndContinue(t *testing.T) {
	built.NeedUser(t)
	c := start(t, t.TempDir(), nil, "trap 'exit 7' USR1; echo up; while :; do sleep 0.01; done")
	c.until("up")
	first := onlyChild(t, c.cmd.Process.Pid)
	for _, pid := range []int{c.cmd.Process.Pid, first, firstChild(t, first)} {
		for range 20 {
			must(t, syscall.Kill(pid, unix.SIGSTOP))
			time.Sleep(time.Millisecond)
			must(t, syscall.Kill(pid, unix.SIGCONT))
		}
	}
	must(t, syscall.Kill(c.cmd.Process.Pid, unix.SIGUSR1))
	if got := c.status(); got != 7 {
		t.Errorf("status %d, want 7", got)
	}
	c.gone()
}

// TestKillWhileStopped: a stopped pid 1, or a stopped snug, is no refuge.
func TestKillWhileStopped(t *testing.T) {
	built.NeedUser(t)
	c := start(t, t.TempDir(), nil, stubborn)
	c.until("up")
	must(t, syscall.Kill(c.cmd.Process.Pid, unix.SIGSTOP))
	must(t, syscall.Kill(c.cmd.Process.Pid, unix.SIGKILL))
	c.gone()
	if got := c.status(); got != 137 {
		t.Errorf("status %d, want 137", got)
	}
}

// TestSignalAtOnce sends a signal the moment the command is ready for it, as a
// supervisor does that waits for a word. Snug may be busy with itself then; the
// command gets the signal all the same.
func TestSignalAtOnce(t *testing.T) {
	built.NeedUser(t)
	const handler = `trap 'exit 7' TERM INT HUP USR1; echo up; while :; do sleep 0.01; done`
	for _, sig := range []syscall.Signal{unix.SIGTERM, unix.SIGINT, unix.SIGHUP, unix.SIGUSR1} {
		t.Run(unix.SignalName(sig), func(t *testing.T) {
			for i := range often(60) {
				c := start(t, t.TempDir(), nil, handler)
				c.until("up")
				must(t, syscall.Kill(c.cmd.Process.Pid, sig))
				if got := c.status(); got != 7 {
					t.Fatalf("try %d: status %d, want 7", i, got)
				}
				c.gone()
			}
		})
	}
}

// TestStormAtAll rains signals that end nobody, stops among them, on every process of a run
// from its first moment on. The command begins all the same and hears what it is told then.
func TestStormAtAll(t *testing.T) {
	built.NeedUser(t)
	rain := []syscall.Signal{unix.SIGWINCH, unix.SIGSTOP, unix.SIGCONT, unix.SIGCHLD, unix.SIGURG, unix.SIGTSTP}
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			before := look()
			for range often(3) {
				c := start(t, t.TempDir(), way.args, "trap 'exit 7' USR1; echo up; while :; do sleep 0.01; done")
				pid := c.cmd.Process.Pid
				var all, ever []int
				for i := range 60 {
					if i%10 == 0 {
						all = family(pid)
						ever = append(ever, all...) // one may be the sweeper by the end
					}
					for _, p := range all {
						syscall.Kill(p, rain[(i+p)%len(rain)])
					}
				}
				// A SIGTSTP may be acted on late, and stops snug as it should. Whoever is stopped goes
				// on, one that is new since, too.
				stop := make(chan bool)
				go func() {
					for {
						for _, p := range append(family(pid), ever...) {
							syscall.Kill(p, unix.SIGCONT)
						}
						select {
						case <-stop:
							return
						case <-time.After(50 * time.Millisecond):
						}
					}
				}()
				c.until("up")
				must(t, syscall.Kill(pid, unix.SIGUSR1))
				got := c.status()
				stop <- true
				if got != 7 {
					t.Fatalf("status %d, want 7", got)
				}
				c.gone()
			}
			before.unchanged(t)
		})
	}
}
