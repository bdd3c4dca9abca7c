package userns

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// onTerminal runs a script on a terminal of its own.
func onTerminal(t *testing.T, script string, change ...func(*Spec)) *Sandbox {
	t.Helper()
	needsSandbox(t)
	spec := shell(script, append(change, func(s *Spec) { s.Terminal, s.Stderr = &Terminal{Rows: 7, Cols: 70}, nil })...)
	s, err := Start(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Kill(); s.Terminal().Close() })
	return s
}

func TestTerminal(t *testing.T) {
	s := onTerminal(t, `tty; stty size; read x; echo "got $x" >&2; exit 3`)
	if _, err := io.WriteString(s.Terminal(), "hello\r"); err != nil {
		t.Fatal(err)
	}
	var exit *ExitError
	if err := s.Wait(); !errors.As(err, &exit) || exit.Code != 3 {
		t.Errorf("wait: %v", err)
	}
	out, err := io.ReadAll(s.Terminal())
	if err != nil {
		t.Errorf("at the end: %v", err)
	}
	got := strings.Replace(string(out), "hello\r\n", "", 1) // the echo, which comes at any place before
	if got != "/dev/pts/0\r\n7 70\r\ngot hello\r\n" {
		t.Errorf("printed %q", got)
	}
}

// TestTerminalSuspended: control Z stops the command, and tells so.
func TestTerminalSuspended(t *testing.T) {
	s := onTerminal(t, "echo ready; read x; echo $x")
	out := bufio.NewReader(s.Terminal())
	if line, err := out.ReadString('\n'); line != "ready\r\n" {
		t.Fatalf("%q, %v", line, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Wait() }()
	io.WriteString(s.Terminal(), "\x1a")
	<-s.Suspended()
	if err := s.SignalGroup(unix.SIGCONT); err != nil {
		t.Fatal(err)
	}
	io.WriteString(s.Terminal(), "two\r")
	if err := <-ended; err != nil {
		t.Errorf("wait: %v", err)
	}
	if rest, _ := io.ReadAll(out); !strings.Contains(string(rest), "two\r\ntwo\r\n") {
		t.Errorf("printed %q", rest)
	}
}

// TestTerminalIsItsOwn: the caller's isn't touched, nothing of it is inside, and a stream of
// the caller's stays one.
func TestTerminalIsItsOwn(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	spec := shell("readlink /proc/self/fd/0 /proc/self/fd/1; ls /dev/pts; ls /proc/self/fd | wc -l; echo err >&2; test -t 2 || echo no terminal")
	spec.Terminal, spec.Stderr = &Terminal{}, w
	needsSandbox(t)
	s, err := Start(context.Background(), spec)
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Terminal().Close()
	if err := s.Wait(); err != nil {
		t.Error(err)
	}
	out, _ := io.ReadAll(s.Terminal())
	if got := strings.Fields(string(out)); strings.Join(got, " ") != "/dev/pts/0 /dev/pts/0 0 ptmx 4 no terminal" {
		t.Errorf("printed %q", got)
	}
	if errors, _ := io.ReadAll(r); string(errors) != "err\n" {
		t.Errorf("errors %q", errors)
	}
}

func TestTerminalOrStreams(t *testing.T) {
	var e *Error
	err := Run(context.Background(), &Spec{Args: []string{"true"}, Terminal: &Terminal{}, Stdout: os.Stderr})
	if !errors.As(err, &e) || e.Fix == "" {
		t.Errorf("a terminal and another output: %v", err)
	}
}
