// Package terminal makes terminals for tests.
//
// # Theory of operation
//
// A pseudo-terminal has two sides. What a test writes to the emulator's side is typed, and
// what it reads there was printed; the program that is tested gets the user's side, as it
// would from an emulator. Which session has it is the test's affair.
package terminal

import (
	"os"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// Open makes a pseudo-terminal: the emulator's side, and the user's. Both are closed when
// the test ends, if it hasn't done so.
func Open(t testing.TB) (emulator, tty *os.File) {
	t.Helper()
	emulator = open(t, "/dev/ptmx")
	if err := unix.IoctlSetPointerInt(int(emulator.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(emulator.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	return emulator, open(t, "/dev/pts/"+strconv.Itoa(n))
}

func open(t testing.TB, path string) *os.File {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}
