package userns

import (
	"bytes"
	"errors"
	"io"
	"os"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

// kernel answers reads as a terminal does: a text, or an error.
type kernel []any

func (k *kernel) Read(b []byte) (int, error) {
	answer := (*k)[0]
	*k = (*k)[1:]
	if text, ok := answer.(string); ok {
		return copy(b, text), nil
	}
	return 0, &os.PathError{Op: "read", Path: "terminal", Err: answer.(error)}
}

// TestPTYLastWords: what is printed right before the end is not lost behind its EIO.
func TestPTYLastWords(t *testing.T) {
	tests := []struct {
		answers kernel
		read    []string
		err     error
	}{
		{kernel{"one", unix.EIO, unix.EIO}, []string{"one"}, io.EOF},
		{kernel{"one", unix.EIO, "two", unix.EIO, unix.EIO}, []string{"one", "two"}, io.EOF},
		{kernel{"one", unix.EBADF}, []string{"one"}, unix.EBADF},
		{kernel{unix.EIO, os.ErrDeadlineExceeded}, nil, os.ErrDeadlineExceeded},
	}
	for _, test := range tests {
		answers := slices.Clone(test.answers)
		var read []string
		var err error
		for err == nil {
			var n int
			b := make([]byte, 10)
			if n, err = readPrinted(&answers, b); err == nil {
				read = append(read, string(b[:n]))
			}
		}
		if !slices.Equal(read, test.read) || !errors.Is(err, test.err) || len(answers) != 0 {
			t.Errorf("%v: %q, %v, want %q, %v; %d not asked for", test.answers, read, err, test.read, test.err, len(answers))
		}
	}
}

// TestPTYCopied: io.Copy reads as Read does, and comes to an end.
func TestPTYCopied(t *testing.T) {
	s := onTerminal(t, "echo one; echo two")
	if err := s.Wait(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := io.Copy(&out, s.Terminal()); err != nil || out.String() != "one\r\ntwo\r\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
}
