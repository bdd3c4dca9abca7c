package userns

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestInputAndOutput(t *testing.T) {
	long := strings.Repeat("0123456789abcdef\n", 40_000) // more than a pipe holds
	for name, c := range map[string]struct {
		script string
		stdin  io.Reader
		want   string
	}{
		"none":          {"cat; echo end", nil, "end\n"},
		"a reader":      {"cat", strings.NewReader("in\x00\xff"), "in\x00\xff"},
		"a long one":    {"cat", strings.NewReader(long), long},
		"not read":      {"echo out", strings.NewReader(long), "out\n"},
		"a failing one": {"cat", io.MultiReader(strings.NewReader("half"), failing{}), "half"},
	} {
		if got := output(t, shell(c.script, func(s *Spec) { s.Stdin = c.stdin })); got != c.want {
			t.Errorf("%s: got %d bytes, want %d", name, len(got), len(c.want))
		}
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error)  { return 0, errors.New("no more") }
func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

// A reader that never ends, as a terminal, doesn't keep Wait.
func TestEndlessInput(t *testing.T) {
	needsSandbox(t)
	r, w := io.Pipe()
	defer w.Close()
	if err := Run(context.Background(), shell("exit 0", func(s *Spec) { s.Stdin = r })); err != nil {
		t.Error(err)
	}
}

func TestFilesAreHandedOver(t *testing.T) {
	needsSandbox(t)
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/in", []byte("in\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(dir + "/in")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.Create(dir + "/out")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if err := Run(context.Background(), &Spec{Args: []string{"sh", "-c", "cat; echo err >&2"}, Stdin: in, Stdout: out, Stderr: out}); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(dir + "/out"); string(got) != "in\nerr\n" {
		t.Errorf("got %q", got)
	}
	for _, f := range []*os.File{in, out} {
		if _, err := f.Stat(); err != nil {
			t.Errorf("it was closed: %v", err)
		}
	}
}

// One writer for both keeps the order; a writer is not called from two places.
func TestOneWriterForBoth(t *testing.T) {
	needsSandbox(t)
	var both bytes.Buffer
	script := "for i in 1 2 3; do echo out $i; echo err $i >&2; done"
	if err := Run(context.Background(), &Spec{Args: []string{"sh", "-c", script}, Stdout: &both, Stderr: &both}); err != nil {
		t.Fatal(err)
	}
	if got, want := both.String(), "out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	var out, errs bytes.Buffer
	if err := Run(context.Background(), &Spec{Args: []string{"sh", "-c", script}, Stdout: &out, Stderr: &errs}); err != nil {
		t.Fatal(err)
	}
	if out.String() != "out 1\nout 2\nout 3\n" || errs.String() != "err 1\nerr 2\nerr 3\n" {
		t.Errorf("two writers: got %q, %q", out.String(), errs.String())
	}
}

// incomparable is a writer whose comparison panics.
type incomparable struct{ _ []func() }

func (incomparable) Write(b []byte) (int, error) { return len(b), nil }

func TestWritersThatCantBeCompared(t *testing.T) {
	needsSandbox(t)
	w := incomparable{}
	if err := Run(context.Background(), &Spec{Args: []string{"true"}, Stdout: w, Stderr: w}); err != nil {
		t.Error(err)
	}
}

// A writer that fails leaves the command with a broken pipe, not with one that
// is never read.
func TestFailingWriter(t *testing.T) {
	needsSandbox(t)
	err := Run(context.Background(), &Spec{Args: []string{"sh", "-c", "while echo x; do :; done 2>/dev/null"}, Stdout: failing{}})
	var exit *ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Error(err)
	}
}

// Wait waits for what is still in the pipe when the command has ended.
func TestOutputIsComplete(t *testing.T) {
	if got := output(t, shell("head -c 1000000 /dev/zero")); len(got) != 1_000_000 {
		t.Errorf("got %d bytes, want 1000000", len(got))
	}
}

func TestStreamsOfAFailedStart(t *testing.T) {
	needsSandbox(t)
	before := openFiles(t)
	for range 20 {
		_, err := Start(context.Background(), &Spec{Args: []string{"nosuch-command"}, Stdin: strings.NewReader("x"), Stdout: io.Discard, Stderr: new(bytes.Buffer)})
		if !errors.Is(err, unix.ENOENT) {
			t.Fatalf("got %v", err)
		}
	}
	if after := openFiles(t); after > before+2 {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skipf("needs /proc: %v", err)
	}
	return len(entries)
}
