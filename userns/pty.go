package userns

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// PTY is the side of a terminal that an emulator has, see pty(7): what is written to it is
// typed, and what is read was printed. Read gives [io.EOF] when nobody has the terminal open
// any more.
type PTY struct{ *os.File }

// Read reads what was printed.
func (p *PTY) Read(b []byte) (int, error) { return readPrinted(p.File, b) }

// WriteTo is [io.Copy]'s way to read, which would be the file's own otherwise.
func (p *PTY) WriteTo(w io.Writer) (int64, error) { return io.Copy(w, struct{ io.Reader }{p}) }

// readPrinted reads once more at the first EIO. The kernel's n_tty_read (seen on 6.18) first
// sees to it that what was printed has arrived, then looks whether the other side is closed:
// what is printed by somebody who closes it right between is behind that EIO. It happens to 2
// to 4 of 100 000 such ends where more threads want to run than there are CPUs.
func readPrinted(from io.Reader, b []byte) (int, error) {
	n, err := from.Read(b)
	if errors.Is(err, unix.EIO) {
		n, err = from.Read(b)
	}
	if errors.Is(err, unix.EIO) {
		err = io.EOF
	}
	return n, err
}
