package userns

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"snug/seccomp"
	"snug/seccomp/notify"
)

// supervised gives a spec a supervisor.
func supervised(s Supervisor) func(*Spec) { return func(spec *Spec) { spec.Supervisor = s } }

func underProfile(t *testing.T, text string) func(*Spec) {
	t.Helper()
	p, err := seccomp.ParseText(text)
	if err != nil {
		t.Fatal(err)
	}
	return func(s *Spec) { s.Seccomp = p }
}

// names lists refused calls: name, times, action.
func names(r *notify.Refusals) string {
	var all []string
	for _, x := range r.List() {
		all = append(all, fmt.Sprintf("%s %d %s by %s", x.Name, x.Times, x.Action, strings.Join(x.Programs, ",")))
	}
	return strings.Join(all, "; ")
}

// TestSupervised: whoever one is inside, refused calls are refused as ever, and told.
func TestSupervised(t *testing.T) {
	script := "unshare -U true 2>&1; unshare -U true 2>/dev/null; echo done"
	for name, ids := range map[string]func(*Spec){
		"self": func(*Spec) {}, "root": func(s *Spec) { s.IDs = MapRoot }, "auto": func(s *Spec) { s.IDs = MapAuto },
		"pid 1": func(s *Spec) { s.AsPid1 = true }, "shared": func(s *Spec) { s.Share = SharePID },
	} {
		t.Run(name, func(t *testing.T) {
			plain := output(t, shell(script, ids))
			r := &notify.Refusals{}
			if got := output(t, shell(script, ids, supervised(r))); got != plain || !strings.Contains(got, "Operation not permitted") {
				t.Errorf("got %q, and without a supervisor %q", got, plain)
			}
			// A race detector's pid 1 uses a libc, which tries clone3 first.
			if got, want := names(r), "unshare 2 errno EPERM by unshare"; got != want && !strings.HasSuffix(got, "; "+want) {
				t.Errorf("refused: %s, want %s", got, want)
			}
		})
	}
}

// TestSupervisedKill: who is killed by a rule is gone before the call, and the command's end
// is that of SIGSYS.
func TestSupervisedKill(t *testing.T) {
	needsSandbox(t)
	for _, asPid1 := range []bool{false, true} {
		r := &notify.Refusals{KillsOnly: true}
		spec := shell("exec uname", underProfile(t, "default allow\nkill uname\nerrno EPERM unshare"), supervised(r))
		spec.AsPid1 = asPid1
		var exit *ExitError
		if err := Run(context.Background(), spec); !errors.As(err, &exit) || exit.Signal != unix.SIGSYS || exit.ExitCode() != 159 {
			t.Errorf("as pid 1 %v: %v", asPid1, err)
		}
		if got := names(r); got != "uname 1 kill by uname" {
			t.Errorf("refused: %s", got)
		}
	}
	// One that somebody else killed is one that somebody else killed.
	r := &notify.Refusals{}
	var exit *ExitError
	if err := Run(context.Background(), shell("kill -KILL $$", supervised(r))); !errors.As(err, &exit) || exit.Signal != unix.SIGKILL {
		t.Errorf("killed by itself: %v", err)
	}
}

// TestProfileWithoutInit: a profile under which pid 1 could not work is said to be one before
// anything starts.
func TestProfileWithoutInit(t *testing.T) {
	for text, want := range map[string]string{
		"default allow\nerrno ENOSYS read poll":         "allow it in the profile: read",
		"default allow\nkill kill":                      "allow it in the profile: kill",
		"default allow\ntrap execveat":                  "allow it in the profile: execveat",
		"default allow\nerrno EPERM prctl if int0 == 4": "allow it in the profile: prctl",
		"default kill\nallow read":                      "prctl execveat execve close_range",
	} {
		var e *Error
		err := Run(context.Background(), shell("true", underProfile(t, text)))
		if !errors.As(err, &e) || !strings.Contains(e.Fix, want) || e.Why == "" {
			t.Errorf("%q: %v", text, err)
		}
	}
	if got := output(t, shell("echo hi", underProfile(t, "default allow\nerrno EPERM kill"), func(s *Spec) { s.AsPid1 = true })); got != "hi\n" {
		t.Errorf("a command that is pid 1 itself: %q", got)
	}
}

// TestLearned: a command runs under what was learned of it, and another one doesn't.
func TestLearned(t *testing.T) {
	lesson := &notify.Lesson{Always: new(Spec).InitCalls()}
	script := "echo hello | cat"
	if got := output(t, shell(script, supervised(lesson))); got != "hello\n" {
		t.Fatalf("while it is learned: %q", got)
	}
	learned := func(s *Spec) { s.Seccomp = lesson.Profile() }
	if got := output(t, shell(script, learned)); got != "hello\n" {
		t.Errorf("under what was learned: %q\n%s", got, lesson.Profile().Text())
	}
	if got := output(t, shell("mkdir /tmp/d 2>&1 | cat; echo end", learned)); !strings.Contains(got, "mkdir: ") || !strings.HasSuffix(got, "end\n") {
		t.Errorf("something else: %q", got)
	}
}

// TestLearnedSignals: pid 1 may pass on a signal that it never saw while it was learned.
func TestLearnedSignals(t *testing.T) {
	lesson := &notify.Lesson{Always: new(Spec).InitCalls()}
	script := "trap 'exit 3' TERM; echo up; read x; read x"
	s := started(t, context.Background(), shell(script, supervised(lesson), open(t)))
	s.Signal(unix.SIGKILL)
	s.Wait()
	s = started(t, context.Background(), shell(script, func(s *Spec) { s.Seccomp = lesson.Profile() }, open(t)))
	s.Signal(unix.SIGTERM)
	var exit *ExitError
	if err := s.Wait(); !errors.As(err, &exit) || exit.Code != 3 {
		t.Errorf("TERM under what was learned: %v", err)
	}
}

// open gives a command a standard input that stays open.
func open(t *testing.T) func(*Spec) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return func(s *Spec) { s.Stdin = r }
}

// TestSupervisedAtOnce: supervisors don't get in each other's way.
func TestSupervisedAtOnce(t *testing.T) {
	needsSandbox(t)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			r := &notify.Refusals{}
			var out bytes.Buffer
			spec := shell("unshare -U true 2>/dev/null; echo $?", supervised(r))
			spec.Stdout = &out
			if err := Run(context.Background(), spec); err != nil || out.String() != "1\n" || names(r) != "unshare 1 errno EPERM by unshare" {
				t.Errorf("%v, %q, %s", err, out.String(), names(r))
			}
		})
	}
	all.Wait()
}

// TestSupervisorNeedsFilter: a report on nothing is a mistake.
func TestSupervisorNeedsFilter(t *testing.T) {
	var e *Error
	err := Run(context.Background(), shell("true", supervised(&notify.Refusals{}), func(s *Spec) { s.NoSeccomp = true }))
	if !errors.As(err, &e) || e.Fix == "" {
		t.Errorf("got %v", err)
	}
}

// TestSeccompRules: what is changed in a profile wins, and none can be changed in none.
func TestSeccompRules(t *testing.T) {
	drop, err := seccomp.ParseRules("errno EXDEV uname")
	if err != nil {
		t.Fatal(err)
	}
	for name, base := range map[string]func(*Spec){
		"default": func(*Spec) {}, "own": underProfile(t, "default allow"), "userns": func(s *Spec) { s.AllowUserns = true },
	} {
		got := output(t, shell("uname 2>&1; echo end", base, func(s *Spec) { s.SeccompRules = drop }))
		if !strings.Contains(got, "Invalid cross-device link") || !strings.HasSuffix(got, "end\n") {
			t.Errorf("%s: %q", name, got)
		}
	}
	var e *Error
	err = Run(context.Background(), shell("true", func(s *Spec) { s.SeccompRules, s.NoSeccomp = drop, true }))
	if !errors.As(err, &e) || e.Fix == "" {
		t.Errorf("a change of no filter: %v", err)
	}
}

// TestSeccompLog: the kernel takes the flag; what it writes then only root can read.
func TestSeccompLog(t *testing.T) {
	if got := output(t, shell("unshare -U true 2>/dev/null; echo $?", func(s *Spec) { s.SeccompLog = true })); got != "1\n" {
		t.Errorf("got %q", got)
	}
}
