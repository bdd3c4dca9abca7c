package userns

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// pipe is the command's end of a pipe of the caller's, in the place of a stream of a [Spec]:
// it marks that end for Start, and nobody else reads or writes it.
type pipe struct {
	io.Reader
	io.Writer
	inner, outer *os.File
}

// StdinPipe gives the other end of a pipe that will be the command's standard input. Wait
// closes it; who wants the command to see the end of its input closes it before.
// Each end is closed if Start fails.
func (spec *Spec) StdinPipe() (io.WriteCloser, error) {
	if spec.Stdin != nil {
		return nil, errors.New("userns: Stdin is set already")
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	spec.Stdin = &pipe{inner: r, outer: w}
	return w, nil
}

// StdoutPipe gives the other end of a pipe that will be the command's standard output. Wait
// closes it, so all has to be read before Wait is called, and Run is not for a spec with it.
func (spec *Spec) StdoutPipe() (io.ReadCloser, error) {
	return outputPipe(&spec.Stdout, "Stdout")
}

// StderrPipe is StdoutPipe for standard error. A command that writes much to both has to be
// read from both at the same time; with the same writer as Stdout and Stderr there is one pipe.
func (spec *Spec) StderrPipe() (io.ReadCloser, error) {
	return outputPipe(&spec.Stderr, "Stderr")
}

func outputPipe(stream *io.Writer, name string) (io.ReadCloser, error) {
	if *stream != nil {
		return nil, errors.New("userns: " + name + " is set already")
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	*stream = &pipe{inner: w, outer: r}
	return r, nil
}

// take has the command get its end, once.
func (s *streams) take(p *pipe) (*os.File, error) {
	if p.inner == nil {
		return nil, &fs.PathError{Op: "use", Path: "the pipe of an earlier sandbox", Err: fs.ErrClosed}
	}
	inner := p.inner
	s.mine, s.pipes = append(s.mine, inner), append(s.pipes, p.outer)
	p.inner = nil
	return inner, nil
}

// dropPipes closes what StdinPipe and the like made for a sandbox that won't start.
func dropPipes(streams ...any) {
	for _, stream := range streams {
		if p, ok := stream.(*pipe); ok && p.inner != nil {
			p.inner.Close()
			p.outer.Close()
			p.inner = nil
		}
	}
}
