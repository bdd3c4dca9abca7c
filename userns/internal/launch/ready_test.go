package launch

import (
	"errors"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// waiting is a launch that stops for its caller before it goes on.
func (v variant) waiting(t *testing.T, ready func(pid int) error) (*Job, Control) {
	t.Helper()
	j, control := v.job(t)
	j.Ready = ready
	j.Program.Begin()
	j.Program.Ready()
	j.Program.Await()
	v.finish(t, j, []string{"/bin/sh"}, "sh", "-c", "exit 5")
	return j, control
}

// startInTime is start for launches that could hang.
func (v variant) startInTime(t *testing.T, j *Job, control Control) (child *Child, err error) {
	t.Helper()
	done := make(chan struct{})
	go func() { child, err = v.start(j); close(done) }()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Error("the launch hangs")
		unix.Shutdown(control.FD(), unix.SHUT_RDWR) // lets it end
		<-done
	}
	return child, err
}

// gone says whether a process has ended and been waited for.
func gone(pid int) bool {
	_, err := unix.Wait4(pid, nil, unix.WNOHANG|unix.WALL, nil)
	return err == unix.ECHILD && unix.Kill(pid, 0) == unix.ESRCH
}

func TestReady(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		asked := 0
		j, control := v.waiting(t, func(pid int) error { asked = pid; return nil })
		child, err := v.startInTime(t, j, control)
		if err != nil {
			t.Fatal(err)
		}
		if asked != child.Pid {
			t.Errorf("asked about process %d, want %d", asked, child.Pid)
		}
		if e := control.Next(); e.Kind != Started {
			t.Errorf("got %+v, want started", e)
		}
		if e := control.Next(); e != (Event{Exited, 5 << 8}) {
			t.Errorf("got %+v, want exit 5", e)
		}
		child.discard()
	})
}

func TestNotReady(t *testing.T) {
	want := errors.New("no ids")
	onBoth(t, func(t *testing.T, v variant) {
		asked := 0
		j, control := v.waiting(t, func(pid int) error { asked = pid; return want })
		if child, err := v.startInTime(t, j, control); err != want || child != nil {
			t.Errorf("got child %v, %v, want exactly %v", child, err, want)
		}
		if !gone(asked) {
			t.Errorf("process %d is left", asked)
		}
	})
}

func TestKilledWhileItWaits(t *testing.T) {
	for name, answer := range map[string]error{"ready": nil, "not ready": errors.New("no ids")} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, v variant) {
				asked := 0
				var j *Job
				var control Control
				j, control = v.waiting(t, func(pid int) error {
					asked = pid
					unix.Kill(pid, unix.SIGKILL)
					for n, err := 0, error(unix.EINTR); err == unix.EINTR || n == 0 && err == nil; { // until its end shows
						n, err = unix.Poll([]unix.PollFd{{Fd: int32(control.FD())}}, -1)
					}
					return answer
				})
				child, err := v.startInTime(t, j, control)
				if err != answer {
					t.Errorf("got %v, want %v", err, answer)
				}
				if child != nil && err == nil {
					if e := control.Next(); e.Kind != Lost {
						t.Errorf("got %+v, want lost", e)
					}
					child.discard()
				}
				if !gone(asked) {
					t.Errorf("process %d is left", asked)
					unix.Wait4(asked, nil, unix.WALL, nil)
				}
			})
		})
	}
}

// A child that ends without a word before it has asked, as the kernel's
// out-of-memory killer would have it.
func TestKilledBeforeItAsks(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		j, control := v.job(t)
		j.Namespaces = unix.CLONE_NEWUSER
		j.Ready = func(int) error { t.Error("ready"); return nil }
		j.Program.Begin()
		self := j.Program.Keep(unix.SYS_GETPID)
		j.Program.Add(unix.SYS_KILL, Held(self), Int(unix.SIGKILL))
		j.Program.Ready()
		j.Program.Await()
		v.finish(t, j, []string{"/bin/true"}, "true")
		child, err := v.startInTime(t, j, control)
		if err == nil && control.Next().Kind != Lost {
			t.Error("it runs")
		}
		if child != nil {
			child.discard()
		}
	})
}

func TestFailureBeforeItAsks(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		j, control := v.job(t)
		j.Ready = func(int) error { t.Error("ready"); return nil }
		j.Program.Begin()
		n := len(j.Program.Calls)
		j.Program.Add(unix.SYS_CLOSE, Int(-1))
		j.Program.Ready()
		_, err := v.startInTime(t, j, control)
		if f, ok := err.(*Failure); !ok || *f != (Failure{n, unix.EBADF}) {
			t.Errorf("got %v, want call %d: EBADF", err, n)
		}
	})
}

func TestFailureAfterTheAnswer(t *testing.T) {
	onBoth(t, func(t *testing.T, v variant) {
		j, control := v.job(t)
		j.Ready = func(int) error { return nil }
		j.Program.Begin()
		j.Program.Ready()
		j.Program.Await()
		n := len(j.Program.Calls)
		j.Program.Add(unix.SYS_CLOSE, Int(-1))
		_, err := v.startInTime(t, j, control)
		if f, ok := err.(*Failure); !ok || *f != (Failure{n, unix.EBADF}) {
			t.Errorf("got %v, want call %d: EBADF", err, n)
		}
	})
}
