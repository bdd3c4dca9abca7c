package main

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"snug/userns"
)

// aFamily is a shell and a child of its own that say which signals they get.
const aFamily = `
	say() { for s in HUP INT QUIT USR1 USR2 WINCH CONT ALRM; do trap "echo $1 $s" $s; done; }
	(say child; echo child up; while :; do sleep 1000 & wait; done) &
	say shell; trap "exit 3" TERM; echo shell up; while :; do sleep 1000 & wait; done`

// relaying has that family in a sandbox and lines that it says.
func relaying(t *testing.T) (*relayer, func(n int) []string) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	s, err := userns.Start(context.Background(), &userns.Spec{Args: []string{"/bin/sh", "-c", aFamily}, Stdout: w})
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
	if got := lines(2); !slices.Equal(got, []string{"child up", "shell up"}) {
		t.Fatalf("got %q", got)
	}
	return &relayer{sandbox: s}, lines
}

func TestWhoGetsWhatSignal(t *testing.T) {
	r, lines := relaying(t)
	for _, c := range []struct {
		signal unix.Signal
		want   []string
	}{
		{unix.SIGUSR1, []string{"shell USR1"}},
		{unix.SIGALRM, []string{"shell ALRM"}},
		{unix.SIGHUP, []string{"child HUP", "shell HUP"}},
		{unix.SIGINT, []string{"child INT", "shell INT"}},
		{unix.SIGQUIT, []string{"child QUIT", "shell QUIT"}},
		{unix.SIGWINCH, []string{"child WINCH", "shell WINCH"}},
		{unix.SIGCONT, []string{"child CONT", "shell CONT"}},
		{unix.SIGUSR2, []string{"shell USR2"}},
	} {
		r.pass(c.signal)
		if got := lines(len(c.want)); !slices.Equal(got, c.want) {
			t.Errorf("%v: got %q, want %q", c.signal, got, c.want)
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
	want := []string{"ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "SEGV", "PIPE", "STKFLT", "CHLD", "STOP", "URG", "PROF", "SYS"}
	if !slices.Equal(not, want) {
		t.Errorf("not relayed: got %q, want %q", not, want)
	}
}
