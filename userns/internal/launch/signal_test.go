package launch

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestSignalTheTarget(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		r := v.helper(t, "echo", "target", "child")
		r.say("target up", "child up")
		for _, sig := range []unix.Signal{unix.SIGUSR1, unix.SIGHUP, unix.SIGINT, unix.SIGWINCH, unix.SIGTERM} {
			if err := r.control.Signal(sig, ToTarget); err != nil {
				t.Fatal(err)
			}
			r.say("target " + unix.SignalName(sig))
		}
		if got := r.exited(); got.ExitStatus() != 9 {
			t.Errorf("got %#x, want exit 9", got)
		}
		if got := r.rest(); got != "" {
			t.Errorf("more output: %q", got)
		}
	})
}

func TestSignalTheGroup(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		r := v.helper(t, "echo", "target", "child", "grandchild")
		r.say("target up", "child up", "grandchild up")
		for _, sig := range []unix.Signal{unix.SIGINT, unix.SIGWINCH} {
			if err := r.control.Signal(sig, ToGroup); err != nil {
				t.Fatal(err)
			}
			name := unix.SignalName(sig)
			r.say("target "+name, "child "+name, "grandchild "+name)
		}
	})
}

// What is sent to pid 1, from outside or inside, is for the target.
func TestPid1PassesSignalsOn(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		r := v.helper(t, "echo", "target")
		r.say("target up")
		for _, sig := range []unix.Signal{unix.SIGHUP, unix.SIGUSR2} {
			if err := unix.PidfdSendSignal(r.child.Pidfd, sig, nil, 0); err != nil {
				t.Fatal(err)
			}
			r.say("target " + unix.SignalName(sig))
		}
		r.say("target SIGTERM") // SIGUSR2 had it sent to pid 1
		if got := r.exited(); got.ExitStatus() != 9 {
			t.Errorf("got %#x, want exit 9", got)
		}
	})
}

func TestPid1IsStoppedAndGoesOn(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		r := v.helper(t, "echo", "target")
		r.say("target up")
		for _, c := range []struct {
			signal  unix.Signal
			options int
			want    func(unix.WaitStatus) bool
		}{
			{unix.SIGSTOP, unix.WUNTRACED, unix.WaitStatus.Stopped},
			{unix.SIGCONT, unix.WCONTINUED, unix.WaitStatus.Continued},
		} {
			unix.Kill(r.child.Pid, c.signal)
			var status unix.WaitStatus
			if _, err := unix.Wait4(r.child.Pid, &status, c.options|unix.WALL, nil); err != nil || !c.want(status) {
				t.Fatalf("%v: got %#x, %v", c.signal, status, err)
			}
		}
		r.control.Signal(unix.SIGTERM, ToTarget)
		if got := r.exited(); got.ExitStatus() != 9 {
			t.Errorf("got %#x, want exit 9", got)
		}
	})
}

func TestSignalStorm(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		r := v.helper(t, "echo", "target")
		r.say("target up")
		for range 500 {
			r.control.Signal(unix.SIGUSR1, ToTarget) // or EAGAIN: it never waits
			unix.PidfdSendSignal(r.child.Pidfd, unix.SIGWINCH, nil, 0)
		}
		eventually(t, "room for one more", func() bool { return r.control.Signal(unix.SIGTERM, ToTarget) != unix.EAGAIN })
		if got := r.exited(); got.ExitStatus() != 9 {
			t.Errorf("got %#x, want exit 9", got)
		}
	})
}

// Its caller isn't stopped with it.
func TestSignalsToAStoppedPid1DontWait(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		r := v.helper(t, "echo", "target")
		r.say("target up")
		unix.Kill(r.child.Pid, unix.SIGSTOP)
		var err error
		for i := 0; i < 100_000 && err == nil; i++ {
			err = r.control.Signal(unix.SIGUSR1, ToTarget)
		}
		if err != unix.EAGAIN {
			t.Errorf("got %v, want EAGAIN", err)
		}
	})
}

func TestSignalAfterTheEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		r := v.shell(t, "exit")
		r.exited()
		r.wait()
		if err := r.control.Signal(unix.SIGTERM, ToTarget); err != unix.EPIPE {
			t.Errorf("got %v, want EPIPE", err)
		}
	})
}
