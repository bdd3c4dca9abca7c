package launch

import (
	"os"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// What is left behind holds standard output, so its end is the end of all.
const daemon = `
	trap "exit 3" TERM
	(setsid sh -c 'trap "" TERM HUP INT; echo daemon; sleep 1000' &)
	sleep 1000 & wait`

func TestNothingOutlivesTheTarget(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		r := v.shell(t, daemon)
		r.say("daemon")
		r.control.Signal(unix.SIGTERM, ToTarget)
		if got := r.exited(); got.ExitStatus() != 3 {
			t.Errorf("got %#x, want exit 3", got)
		}
		r.rest() // ends only if the daemon has
		if got := r.wait(); got != 0 {
			t.Errorf("pid 1: got %#x, want 0", got)
		}
	})
}

func TestNothingOutlivesTheCaller(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		r := v.shell(t, daemon)
		r.say("daemon")
		unix.Shutdown(r.control.FD(), unix.SHUT_WR) // what its end looks like to pid 1
		r.rest()
		r.wait()
	})
}

func TestNothingOutlivesPid1(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		r := v.shell(t, daemon)
		r.say("daemon")
		if err := r.child.Kill(); err != nil {
			t.Fatal(err)
		}
		r.rest()
		if e := r.control.Next(); e.Kind != Lost {
			t.Errorf("got %+v, want lost", e)
		}
		if got := r.wait(); got.Signal() != unix.SIGKILL {
			t.Errorf("pid 1: got %#x, want SIGKILL", got)
		}
	})
}

func TestOrphansAreReaped(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		r := v.shell(t, `for i in 1 2 3 4 5 6 7 8; do (true &); done; echo up; exec sleep 1000`)
		r.say("up")
		eventually(t, "the target is pid 1's only child", func() bool { return len(childrenOf(t, r.child.Pid)) == 1 })
	})
}

// childrenOf finds zombies, too.
func childrenOf(t *testing.T, parent int) (pids []int) {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Skipf("needs /proc: %v", err)
	}
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil && parentOf(pid) == parent {
			pids = append(pids, pid)
		}
	}
	return pids
}

// In a shared pid namespace pid 1 isn't pid 1, and must find what it has to end.
func TestSharedPidNamespace(t *testing.T) {
	shared := func(t *testing.T, v variant, script string) *running {
		t.Helper()
		v.portable, v.namespaces = true, unix.CLONE_NEWUSER
		return v.shell(t, script)
	}
	onBoth(t, func(t *testing.T, v variant) {
		r := shared(t, v, daemon)
		r.say("daemon")
		r.control.Signal(unix.SIGTERM, ToTarget)
		if got := r.exited(); got.ExitStatus() != 3 {
			t.Errorf("got %#x, want exit 3", got)
		}
		r.rest()
		r.wait()

		r = shared(t, v, daemon)
		r.say("daemon")
		unix.Shutdown(r.control.FD(), unix.SHUT_WR)
		r.rest()
		r.wait()
	})
}

func TestParentOf(t *testing.T) {
	if got := parentOf(os.Getpid()); got != os.Getppid() {
		t.Errorf("of this process: got %d, want %d", got, os.Getppid())
	}
	for _, pid := range []int{0, -1, 1 << 30} {
		if got := parentOf(pid); got != -1 {
			t.Errorf("of %d: got %d, want -1", pid, got)
		}
	}
}

// Its kill(-1) would reach every process of the user.
func TestAssembledPid1InsistsOnBeingPid1(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		if v.portable {
			return // the other one looks where it is
		}
		v.namespaces = unix.CLONE_NEWUSER
		j, control := v.job(t)
		j.Program.Begin()
		v.finish(t, j, []string{"/bin/true"}, "true")
		child, err := v.start(j)
		if err != nil {
			t.Fatal(err)
		}
		if e := control.Next(); e.Kind != Lost {
			t.Errorf("got %+v, want lost", e)
		}
		child.discard()
	})
}
