package userns

import (
	"cmp"
	"io"
	"os"
	"sync"
)

// streams are the command's standard descriptors, as os/exec has them.
type streams struct {
	inner  [3]*os.File // what the command gets
	mine   []*os.File  // of those, what was opened here
	feed   func()      // copies input; run once the command runs
	copies []func()    // copy output
	outer  []*os.File  // our ends of pipes
	pipes  []*os.File  // the caller's ends of his, closed by Wait
	wg     sync.WaitGroup
	mu     sync.Mutex
	failed error // the first to copy output
}

func (s *streams) open(stdin io.Reader, stdout, stderr io.Writer) (err error) {
	defer func() {
		if err != nil {
			s.started(false)
		}
	}()
	if s.inner[0], err = s.input(stdin); err != nil {
		return err
	}
	if s.inner[1], err = s.output(stdout); err != nil {
		return err
	}
	if stderr != nil && comparable(stderr, stdout) { // one pipe keeps the order
		s.inner[2] = s.inner[1]
		return nil
	}
	s.inner[2], err = s.output(stderr)
	return err
}

// comparable is a == b for writers of types that may not be compared.
func comparable(a, b io.Writer) (same bool) {
	defer func() { _ = recover() }()
	return a == b
}

func (s *streams) input(r io.Reader) (*os.File, error) {
	switch r := r.(type) {
	case nil:
		return s.null(os.O_RDONLY)
	case *os.File:
		return r, nil
	case *pipe:
		return s.take(r)
	}
	pr, pw, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	s.mine, s.outer = append(s.mine, pr), append(s.outer, pw)
	s.feed = func() {
		io.Copy(pw, r) // EPIPE: the command reads no more
		pw.Close()
	}
	return pr, nil
}

func (s *streams) output(w io.Writer) (*os.File, error) {
	switch w := w.(type) {
	case nil:
		return s.null(os.O_WRONLY)
	case *os.File:
		return w, nil
	case *pipe:
		return s.take(w)
	}
	pr, pw, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	s.mine, s.outer = append(s.mine, pw), append(s.outer, pr)
	s.copies = append(s.copies, func() {
		_, err := io.Copy(w, pr)
		pr.Close()
		s.mu.Lock()
		s.failed = cmp.Or(s.failed, err)
		s.mu.Unlock()
	})
	return pw, nil
}

func (s *streams) null(mode int) (*os.File, error) {
	f, err := os.OpenFile(os.DevNull, mode, 0)
	if err == nil {
		s.mine = append(s.mine, f)
	}
	return f, err
}

// started closes what the command has now, and copies from here on, or drops
// everything if it didn't start.
func (s *streams) started(ok bool) {
	for _, f := range s.mine {
		f.Close()
	}
	if !ok {
		for _, f := range append(s.outer, s.pipes...) {
			f.Close()
		}
		return
	}
	if s.feed != nil {
		go s.feed()
	}
	for _, f := range s.copies {
		s.wg.Go(f)
	}
}

// wait waits until all output is copied, and says what was in the way. Input is not
// waited for: what the command didn't read is lost, and whoever writes it may never end.
func (s *streams) wait() error {
	s.wg.Wait()
	for _, f := range s.pipes {
		f.Close()
	}
	return s.failed
}
