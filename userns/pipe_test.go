package userns

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"
)

// have is for what comes with an error.
func have[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// mute leaves standard error to the test.
func mute(s *Spec) { s.Stderr = nil }

func TestPipes(t *testing.T) {
	needsSandbox(t)
	spec := shell("while read line; do echo out $line; echo err $line >&2; done; exit 3", mute)
	in := have[io.WriteCloser](t)(spec.StdinPipe())
	out, said := have[io.ReadCloser](t)(spec.StdoutPipe()), have[io.ReadCloser](t)(spec.StderrPipe())
	s := have[*Sandbox](t)(Start(context.Background(), spec))
	for _, line := range []string{"one", "two"} { // an answer to each
		io.WriteString(in, line+"\n")
		for _, c := range []struct {
			r    io.Reader
			want string
		}{{out, "out " + line + "\n"}, {said, "err " + line + "\n"}} {
			got := make([]byte, len(c.want))
			if _, err := io.ReadFull(c.r, got); err != nil || string(got) != c.want {
				t.Fatalf("got %q, %v, want %q", got, err, c.want)
			}
		}
	}
	if err := in.Close(); err != nil {
		t.Error(err)
	}
	for _, r := range []io.Reader{out, said} {
		if rest, err := io.ReadAll(r); err != nil || len(rest) > 0 {
			t.Errorf("after the end: %q, %v", rest, err)
		}
	}
	var exit *ExitError
	if err := s.Wait(); !errors.As(err, &exit) || exit.Code != 3 {
		t.Errorf("got %v, want exit status 3", err)
	}
	for _, f := range []io.Closer{in, out, said} {
		if err := f.Close(); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("Wait has not closed it: %v", err)
		}
	}
	// What it was made with can't be used again.
	if _, err := Start(context.Background(), spec); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("a second time: %v", err)
	}
}

// One pipe for both keeps the order.
func TestPipeForBoth(t *testing.T) {
	needsSandbox(t)
	spec := shell("for i in 1 2 3; do echo out; echo err >&2; done", mute)
	out := have[io.ReadCloser](t)(spec.StdoutPipe())
	spec.Stderr = spec.Stdout
	s := have[*Sandbox](t)(Start(context.Background(), spec))
	if got, err := io.ReadAll(out); string(got) != strings.Repeat("out\nerr\n", 3) || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if err := s.Wait(); err != nil {
		t.Error(err)
	}
}

// Wherever a start fails, both ends of each pipe are closed, and a stream is given once.
func TestPipesOfNoSandbox(t *testing.T) {
	needsSandbox(t)
	over, cancel := context.WithCancel(context.Background())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		spec *Spec
	}{
		"no plan":    {context.Background(), &Spec{}},
		"no command": {context.Background(), &Spec{Args: []string{"/no/such/command"}}},
		"over":       {over, shell("true", mute)},
	} {
		in, out, said := have[io.WriteCloser](t)(c.spec.StdinPipe()), have[io.ReadCloser](t)(c.spec.StdoutPipe()), have[io.ReadCloser](t)(c.spec.StderrPipe())
		inner := c.spec.Stdin.(*pipe).inner
		if _, err := Start(c.ctx, c.spec); err == nil {
			t.Errorf("%s: it started", name)
		}
		for _, f := range []io.Closer{in, out, said, inner} {
			if err := f.Close(); !errors.Is(err, fs.ErrClosed) {
				t.Errorf("%s: it is left open: %v", name, err)
			}
		}
		for _, again := range []func() error{
			func() error { _, err := c.spec.StdinPipe(); return err },
			func() error { _, err := c.spec.StdoutPipe(); return err },
			func() error { _, err := c.spec.StderrPipe(); return err },
		} {
			if err := again(); err == nil || !strings.HasSuffix(err.Error(), "is set already") {
				t.Errorf("%s: a second pipe: %v", name, err)
			}
		}
	}
}

func TestOutput(t *testing.T) {
	needsSandbox(t)
	ctx := context.Background()
	const both = "echo out; echo err >&2; exit 4"
	got, err := Output(ctx, shell(both, mute))
	var exit *ExitError
	if !errors.As(err, &exit) || exit.Code != 4 || string(exit.Stderr) != "err\n" || string(got) != "out\n" {
		t.Errorf("got %q, %#v", got, err)
	}
	var said strings.Builder
	got, err = Output(ctx, shell(both, func(s *Spec) { s.Stderr = &said }))
	if !errors.As(err, &exit) || exit.Stderr != nil || said.String() != "err\n" || string(got) != "out\n" {
		t.Errorf("got %q, %q, %#v", got, said.String(), err)
	}
	if got, err = CombinedOutput(ctx, shell(both, mute)); !errors.As(err, &exit) || exit.Stderr != nil || string(got) != "out\nerr\n" {
		t.Errorf("got %q, %#v", got, err)
	}
	if got, err = Output(ctx, shell("echo out")); err != nil || string(got) != "out\n" {
		t.Errorf("got %q, %v", got, err)
	}
	spec := shell("true", func(s *Spec) { s.Stdout = os.Stderr })
	for _, f := range []func(context.Context, *Spec) ([]byte, error){Output, CombinedOutput} {
		if _, err := f(ctx, spec); err == nil || !strings.HasSuffix(err.Error(), "set already") {
			t.Errorf("with a Stdout: %v", err)
		}
	}
	if spec := shell("true"); spec.Stdout != nil {
		t.Error("the spec is changed")
	}
}

// Of a long story both ends are kept.
func TestEnds(t *testing.T) {
	for _, size := range []int{0, 1, endSize, endSize + 1, 2 * endSize, 2*endSize + 1, 10 * endSize} {
		for _, piece := range []int{1 << 10, 50_000, 1 << 20} {
			all := []byte(strings.Repeat("0123456789abcdef", size/16+1))[:size]
			var e ends
			for rest := all; len(rest) > 0; {
				n, err := e.Write(rest[:min(piece, len(rest))])
				if n == 0 || err != nil {
					t.Fatal(n, err)
				}
				rest = rest[n:]
			}
			want := string(all)
			if left := size - 2*endSize; left > 0 {
				want = want[:endSize] + "\n... " + utoa(uint32(left)) + " bytes left out ...\n" + want[size-endSize:]
			}
			if got := string(e.bytes()); got != want {
				t.Errorf("%d bytes by %d: got %d bytes, want %d", size, piece, len(got), len(want))
			}
		}
	}
}

// A writer that fails is no reason to stop the command, and one to say so.
func TestOutputIsLost(t *testing.T) {
	needsSandbox(t)
	if err := Run(context.Background(), shell("echo out", func(s *Spec) { s.Stdout = failing{} })); err == nil || err.Error() != "full" {
		t.Errorf("got %v, want full", err)
	}
	var exit *ExitError
	if err := Run(context.Background(), shell("echo out; exit 2", func(s *Spec) { s.Stdout = failing{} })); !errors.As(err, &exit) || exit.Code != 2 {
		t.Errorf("got %v, want exit status 2", err)
	}
}

// Whoever's context ended the command is told by the error, even if the command made the
// best of it.
func TestContextInError(t *testing.T) {
	needsSandbox(t)
	why := errors.New("no more use for it")
	for name, c := range map[string]struct {
		script string
		cancel bool
		limit  time.Duration
		is     error
		says   string
	}{
		"cancelled":             {"echo up; exec sleep 100", true, 0, why, "signal 15 (SIGTERM): no more use for it"},
		"cancelled, and polite": {"trap 'exit 0' TERM; echo up; while :; do sleep 0.01; done", true, 0, why, "exit status 0: no more use for it"},
		"time limit":            {"echo up; exec sleep 100", false, 50 * time.Millisecond, context.DeadlineExceeded, "time limit"},
		"neither":               {"echo up; exit 1", false, time.Minute, nil, "exit status 1"},
	} {
		ctx, cancel := context.WithCancelCause(context.Background())
		spec := shell(c.script, func(s *Spec) { s.Timeout = c.limit })
		out := have[io.ReadCloser](t)(spec.StdoutPipe())
		s := have[*Sandbox](t)(Start(ctx, spec))
		out.Read(make([]byte, 3))
		if c.cancel {
			cancel(why)
		}
		err := s.Wait()
		var exit *ExitError
		if !errors.As(err, &exit) || err.Error() != c.says || c.is != nil && !errors.Is(err, c.is) || c.is == nil && errors.Unwrap(err) != nil {
			t.Errorf("%s: got %v, want %s", name, err, c.says)
		}
		cancel(nil)
	}
}
