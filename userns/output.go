package userns

import (
	"bytes"
	"context"
	"errors"
	"strconv"
)

// Output is [Run], and gives what the command wrote to standard output, which must not be
// set. Without a Stderr an [*ExitError] has what was written to that.
func Output(ctx context.Context, spec *Spec) ([]byte, error) {
	if spec.Stdout != nil {
		return nil, errors.New("userns: Stdout is set already")
	}
	var out bytes.Buffer
	var said ends
	s := *spec
	s.Stdout = &out
	if s.Stderr == nil {
		s.Stderr = &said
	}
	err := Run(ctx, &s)
	if exit := new(ExitError); spec.Stderr == nil && errors.As(err, &exit) {
		exit.Stderr = said.bytes()
	}
	return out.Bytes(), err
}

// CombinedOutput is [Run], and gives what the command wrote to standard output and standard
// error, in that order. Neither must be set.
func CombinedOutput(ctx context.Context, spec *Spec) ([]byte, error) {
	if spec.Stdout != nil || spec.Stderr != nil {
		return nil, errors.New("userns: Stdout or Stderr is set already")
	}
	var out bytes.Buffer
	s := *spec
	s.Stdout, s.Stderr = &out, &out
	err := Run(ctx, &s)
	return out.Bytes(), err
}

// endSize is how much is kept of each end of a text, in bytes.
const endSize = 32 << 10

// ends keeps both ends of what is written to it, as a program says at its beginning or at
// its end what is wrong, and may be a long time about it.
type ends struct {
	head, tail []byte
	left       int // bytes left out between the two
}

func (e *ends) Write(p []byte) (int, error) {
	n := min(len(p), endSize-len(e.head))
	e.head = append(e.head, p[:n]...)
	e.tail = append(e.tail, p[n:]...)
	if over := len(e.tail) - endSize; over > 0 {
		e.left += over
		e.tail = append(e.tail[:0], e.tail[over:]...)
	}
	return len(p), nil
}

func (e *ends) bytes() []byte {
	if e.left == 0 {
		return append(e.head, e.tail...)
	}
	b := append(e.head, "\n... "+strconv.Itoa(e.left)+" bytes left out ...\n"...)
	return append(b, e.tail...)
}
