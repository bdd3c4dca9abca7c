package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	ossignal "os/signal"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"snug/userns"
	"snug/userns/rootfs"
)

// TestMain is the command of these tests, too: it and a child of its own say
// which signals they get. SIGTERM ends it.
func TestMain(m *testing.M) {
	if len(os.Args) < 2 || os.Args[1] != "echo-signals" {
		os.Exit(m.Run())
	}
	signals := make(chan os.Signal, 100)
	ossignal.Notify(signals)
	name := "command"
	if len(os.Args) > 2 {
		name = os.Args[2]
	} else {
		os.StartProcess("/proc/self/exe", append(os.Args, "child"), &os.ProcAttr{Files: []*os.File{nil, os.Stdout, os.Stderr}})
	}
	fmt.Println(name, "up")
	for s := range signals {
		if s == unix.SIGTERM {
			os.Exit(3)
		}
		if s != unix.SIGURG && s != unix.SIGCHLD {
			fmt.Println(name, unix.SignalName(s.(unix.Signal)))
		}
	}
}

// relaying has that command in a sandbox, and lines that it says.
func relaying(t *testing.T) (*relayer, func(n int) []string) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s, err := userns.Start(context.Background(), &userns.Spec{Args: []string{"/tmp/helper", "echo-signals"}, Stdout: w,
		Mounts: []rootfs.Mount{{Source: program, Target: "/tmp/helper", ReadOnly: true}}})
	w.Close()
	var e *userns.Error
	if errors.As(err, &e) && e.Do == "make the namespaces" {
		t.Skipf("%v: %s", err, e.Why)
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Kill() })
	lines := func(n int) (all []string) {
		t.Helper()
		for range n {
			var line []byte
			for b := make([]byte, 1); ; line = append(line, b[0]) {
				if _, err := io.ReadFull(r, b); err != nil || b[0] == '\n' {
					break
				}
			}
			all = append(all, string(line))
		}
		slices.Sort(all)
		return all
	}
	if got := lines(2); !slices.Equal(got, []string{"child up", "command up"}) {
		t.Fatalf("got %q", got)
	}
	return &relayer{sandbox: s}, lines
}

func TestWhoGetsWhatSignal(t *testing.T) {
	r, lines := relaying(t)
	for _, c := range []struct {
		signal unix.Signal
		group  bool
	}{
		{unix.SIGUSR1, false}, {unix.SIGALRM, false}, {unix.SIGHUP, true}, {unix.SIGINT, true}, {unix.SIGQUIT, true},
		{unix.SIGWINCH, true}, {unix.SIGCONT, true}, {unix.SIGUSR2, false}, {unix.SIGIO, false},
	} {
		r.pass(c.signal)
		want := []string{"command " + unix.SignalName(c.signal)}
		if c.group {
			want = append([]string{"child " + unix.SignalName(c.signal)}, want...)
		}
		if got := lines(len(want)); !slices.Equal(got, want) {
			t.Errorf("%v: got %q, want %q", c.signal, got, want)
		}
	}
	r.pass(unix.SIGTERM)
	r.sandbox.Wait()
	if s := r.sandbox.State(); s.Reason != userns.Stopped || s.Code != 3 {
		t.Errorf("SIGTERM: got %+v, want a stop, status 3", s)
	}
}

func TestSecondInterruptKills(t *testing.T) {
	r, lines := relaying(t)
	r.pass(unix.SIGINT)
	lines(2)
	r.pass(unix.SIGINT)
	r.sandbox.Wait()
	if s := r.sandbox.State(); s.Reason != userns.Killed || s.Signal != unix.SIGKILL {
		t.Errorf("got %+v, want killed", s)
	}
}

func TestRelayed(t *testing.T) {
	var not []string
	for s := unix.Signal(1); s < 32; s++ {
		if !relayed(s) {
			not = append(not, strings.TrimPrefix(unix.SignalName(s), "SIG"))
		}
	}
	want := []string{"ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "SEGV", "PIPE", "STKFLT", "CHLD", "STOP", "URG", "XFSZ", "PROF", "SYS"}
	if !slices.Equal(not, want) {
		t.Errorf("not relayed: got %q, want %q", not, want)
	}
}
