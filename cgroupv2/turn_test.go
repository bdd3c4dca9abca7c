package cgroupv2

import (
	"context"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func openIn(t *testing.T, dir string) int {
	t.Helper()
	fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	return fd
}

func lock(t *testing.T, fd int) {
	t.Helper()
	if err := unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		t.Fatal(err)
	}
}

// Who has the lock for all of patience isn't waited for; a queue that moves is.
func TestTurnIsWaitedFor(t *testing.T) {
	const patience = 20 * time.Millisecond
	dir := t.TempDir()
	held := openIn(t, dir)
	lock(t, held)
	others := 0
	moving := func(int) string {
		if others++; others == 5 { // the last of the queue
			unix.Close(held)
		}
		return strconv.Itoa(others)
	}
	mine := await(context.Background(), openIn(t, dir), patience, moving)
	if mine.fd < 0 {
		t.Fatalf("no turn, after %d others", others)
	}
	if others < 5 {
		t.Errorf("a turn after %d others, while the lock was held", others)
	}
	asked := 0
	stuck := func(int) string { asked++; return "1234" }
	if late := await(context.Background(), openIn(t, dir), patience, stuck); late.fd >= 0 || asked != 2 {
		t.Errorf("a turn while another has it (%d), asked who %d times", late.fd, asked)
	}
	// Nobody who gave up gets it behind our back for good.
	mine.end()
	for begin := time.Now(); ; time.Sleep(time.Millisecond) {
		fd := openIn(t, dir)
		err := unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB)
		unix.Close(fd)
		if err == nil {
			break
		}
		if time.Since(begin) > 10*time.Second {
			t.Fatalf("the lock is lost: %v", err)
		}
	}
}

func TestHolderOf(t *testing.T) {
	dir := t.TempDir()
	fd := openIn(t, dir)
	defer unix.Close(fd)
	if got := holderOf(fd); got != "" {
		t.Errorf("nobody holds it, got %q", got)
	}
	other := exec.Command("flock", dir, "sh", "-c", "echo; exec cat")
	in, err := other.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := other.StdoutPipe()
	if err == nil {
		err = other.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close() // cat's end is flock's
		other.Wait()
	})
	out.Read(make([]byte, 1))
	if got, want := holderOf(fd), strconv.Itoa(other.Process.Pid); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
