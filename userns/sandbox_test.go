package userns

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// works tries once whether this machine lets anybody have a sandbox.
var works = sync.OnceValue(func() error { return Run(context.Background(), &Spec{Args: []string{"true"}}) })

func needsSandbox(t *testing.T) {
	t.Helper()
	var e *Error
	if err := works(); errors.As(err, &e) && e.Do == "make the namespaces" {
		t.Skipf("%v: %s", err, e.Why)
	} else if err != nil {
		t.Fatal(err)
	}
}

// shell is a script in a sandbox.
func shell(script string, change ...func(*Spec)) *Spec {
	spec := &Spec{Args: []string{"/bin/sh", "-c", script}, Stderr: os.Stderr}
	for _, c := range change {
		c(spec)
	}
	return spec
}

// output runs spec and gives what it prints.
func output(t *testing.T, spec *Spec) string {
	t.Helper()
	needsSandbox(t)
	var out bytes.Buffer
	spec.Stdout = &out
	if err := Run(context.Background(), spec); err != nil {
		t.Errorf("%q: %v", spec.Args, err)
	}
	return out.String()
}

// started runs spec until its first line of output, which is "up".
func started(t *testing.T, ctx context.Context, spec *Spec) *Sandbox {
	t.Helper()
	needsSandbox(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	spec.Stdout = w
	s, err := Start(ctx, spec)
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Kill() })
	line := make([]byte, 3)
	if n, _ := r.Read(line); string(line[:n]) != "up\n" {
		t.Fatalf("got %q, want up", line[:n])
	}
	return s
}

func TestWait(t *testing.T) {
	for script, want := range map[string]State{
		"exit 0":        {},
		"exit 3":        {Code: 3},
		"kill -KILL $$": {Signal: unix.SIGKILL},
	} {
		needsSandbox(t)
		s, err := Start(context.Background(), shell(script))
		if err != nil {
			t.Fatal(err)
		}
		err = s.Wait()
		got := s.State()
		var exit *ExitError
		if errors.As(err, &exit) && exit.State != got || (err == nil) != got.Success() {
			t.Errorf("%s: %v, state %+v", script, err, got)
		}
		if got.Code != want.Code || got.Signal != want.Signal || got.Reason != Ended || got.MaxRSS <= 0 {
			t.Errorf("%s: got %+v, want %+v", script, got, want)
		}
		if s.Signal(unix.SIGTERM) != unix.ESRCH || s.Kill() != unix.ESRCH {
			t.Errorf("%s: it can be signalled after its end", script)
		}
		s.Stop()
	}
}

func TestTwoPlansOfOneStart(t *testing.T) {
	needsSandbox(t)
	spec := shell("exit 4")
	h, err := Gather(spec)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Resolve(spec, h)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 { // at once
		all.Go(func() {
			s, err := p.Start(context.Background(), nil, nil, nil)
			if err != nil {
				t.Error(err)
				return
			}
			s.Wait()
			if got := s.State().ExitCode(); got != 4 {
				t.Errorf("got %d, want 4", got)
			}
		})
	}
	all.Wait()
}

func TestHowItEnds(t *testing.T) {
	const obedient = `trap 'exit 3' TERM USR1; echo up; sleep 1000 & wait; wait`
	const stubborn = `trap '' TERM; echo up; sleep 1000 & wait; wait`
	soon := func(s *Spec) { s.StopTimeout = time.Millisecond }
	cancelled, cancel := context.WithCancel(context.Background())
	for _, c := range []struct {
		name string
		spec *Spec
		end  func(*Sandbox)
		want State
	}{
		{"a signal", shell(obedient), func(s *Sandbox) { s.Signal(unix.SIGTERM) }, State{Code: 3}},
		{"a signal to all", shell(obedient), func(s *Sandbox) { s.SignalGroup(unix.SIGUSR1) }, State{Code: 3}},
		{"stopped", shell(obedient), (*Sandbox).Stop, State{Code: 3, Reason: Stopped}},
		{"stopped twice", shell(obedient), func(s *Sandbox) { s.Stop(); s.Stop() }, State{Code: 3, Reason: Stopped}},
		{"stopped with another signal", shell(`trap 'exit 5' INT; echo up; sleep 1000 & wait; wait`, func(s *Spec) { s.StopSignal = unix.SIGINT }),
			(*Sandbox).Stop, State{Code: 5, Reason: Stopped}},
		{"stopped, and it won't", shell(stubborn, soon), (*Sandbox).Stop, State{Signal: unix.SIGKILL, Reason: Stopped}},
		{"killed", shell(stubborn), func(s *Sandbox) { s.Kill() }, State{Signal: unix.SIGKILL, Reason: Killed}},
		{"cancelled", shell(obedient), func(*Sandbox) { cancel() }, State{Code: 3, Reason: Stopped}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := context.Background()
			if c.name == "cancelled" {
				ctx = cancelled
			}
			s := started(t, ctx, c.spec)
			c.end(s)
			s.Wait()
			got := s.State()
			if got.Code != c.want.Code || got.Signal != c.want.Signal || got.Reason != c.want.Reason {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
	if _, err := Start(cancelled, shell("exit")); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that is done: got %v", err)
	}
}

func TestTimeLimit(t *testing.T) {
	needsSandbox(t)
	for _, script := range []string{"sleep 1000", "trap '' TERM; while :; do sleep 1000; done"} {
		err := Run(context.Background(), shell(script, func(s *Spec) { s.Timeout, s.StopTimeout = time.Millisecond, time.Millisecond }))
		var exit *ExitError
		if !errors.As(err, &exit) || exit.Reason != TimedOut || exit.ExitCode() != 124 {
			t.Errorf("%s: got %v", script, err)
		}
	}
}

// A command as pid 1, and one in the caller's pid namespace, end the same way.
func TestOtherKindsOfPid1(t *testing.T) {
	for name, change := range map[string]func(*Spec){
		"as pid 1":  func(s *Spec) { s.AsPid1 = true },
		"share pid": func(s *Spec) { s.Share = SharePID },
	} {
		t.Run(name, func(t *testing.T) {
			s := started(t, context.Background(), shell(`trap 'exit 3' TERM; echo up; sleep 1000 & wait; wait`, change))
			s.Stop()
			s.Wait()
			if got := s.State(); got.Code != 3 || got.Reason != Stopped {
				t.Errorf("stopped: got %+v", got)
			}
			s = started(t, context.Background(), shell(`trap '' TERM; (sleep 1000 &); echo up; sleep 1000 & wait`, change))
			s.Kill()
			s.Wait()
			if got := s.State(); got.Signal != unix.SIGKILL || got.Reason != Killed {
				t.Errorf("killed: got %+v", got)
			}
		})
	}
	if got := output(t, shell("echo $$", func(s *Spec) { s.AsPid1 = true })); got != "1\n" {
		t.Errorf("as pid 1: its pid is %q", got)
	}
}

// execvp(3) goes on after a directory that is none, too.
func TestCommandAsPid1IsLookedFor(t *testing.T) {
	got := output(t, &Spec{Args: []string{"echo", "x"}, AsPid1: true, SetEnv: []string{"PATH=/etc/passwd:/nonexistent:/usr/bin:/bin"}})
	if got != "x\n" {
		t.Errorf("got %q", got)
	}
	for args, code := range map[string]Code{"nosuch-command": CommandNotFound, "/etc/passwd": CommandNotRunable} {
		for _, asPid1 := range []bool{false, true} {
			err := Run(context.Background(), &Spec{Args: strings.Fields(args), AsPid1: asPid1})
			var e *Error
			if !errors.As(err, &e) || e.Code != code {
				t.Errorf("%s, as pid 1 %v: got %v, want code %d", args, asPid1, err, code)
			}
		}
	}
}

func TestMapped(t *testing.T) {
	uid := utoa(uint32(os.Getuid()))
	for ids, want := range map[IDs]string{MapSelf: uid + " " + uid + " 1", MapRoot: "0 " + uid + " 1"} {
		got := strings.Fields(output(t, shell("cat /proc/self/uid_map; id -u; cat /proc/self/setgroups", func(s *Spec) { s.IDs = ids })))
		if !slices.Equal(got, append(strings.Fields(want), want[:strings.Index(want, " ")], "deny")) {
			t.Errorf("%d: got %q, want %q", ids, got, want)
		}
	}
}

func TestMapAuto(t *testing.T) {
	needsSandbox(t)
	spec := shell("cat /proc/self/uid_map /proc/self/gid_map | wc -l; id -u; id -G; cat /proc/self/setgroups")
	spec.IDs = MapAuto
	if _, err := Gather(spec); err != nil {
		t.Skipf("needs subordinate ids: %v", err)
	}
	if _, err := os.Stat("/usr/bin/newuidmap"); err != nil {
		t.Skip("needs newuidmap")
	}
	if got := output(t, spec); got != "4\n0\n0\nallow\n" {
		t.Errorf("got %q", got)
	}
}
