//go:build amd64

package launch

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// swept is a project with placeholders and a directory of another kind.
func swept(t *testing.T) (dir string, fd int) {
	t.Helper()
	dir = t.TempDir()
	for name, mode := range map[string]uint32{
		"socket": unix.S_IFSOCK | unix.S_ISVTX, "file": unix.S_IFREG | unix.S_ISVTX | 0o400,
		"mine": unix.S_IFREG | 0o600, "other": unix.S_IFSOCK | 0o755,
	} {
		if err := unix.Mknod(filepath.Join(dir, name), mode, 0); err != nil {
			t.Fatal(err)
		}
	}
	fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	if err := unix.Flock(fd, unix.LOCK_SH); err != nil {
		t.Fatal(err)
	}
	return dir, fd
}

func left(t *testing.T, dir string) int {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

var sweptNames = []string{"socket", "missing", "file", "mine", "other", "no/where"}

func startSweeper(t *testing.T, fd int) *Sweeper {
	t.Helper()
	s, err := StartSweeper(fd, sweptNames)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSweeper(t *testing.T) {
	dir, fd := swept(t)
	s := startSweeper(t, fd)
	sleep := exec.Command("sleep", "1000")
	if err := sleep.Start(); err != nil {
		t.Fatal(err)
	}
	pidfd, err := unix.PidfdOpen(sleep.Process.Pid, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Watch(pidfd); err != nil {
		t.Fatal(err)
	}
	// Signals that a terminal sends to all don't end it.
	for _, sig := range []unix.Signal{unix.SIGINT, unix.SIGHUP, unix.SIGTERM, unix.SIGQUIT, unix.SIGSTOP, unix.SIGCONT, unix.SIGTSTP} {
		unix.Kill(s.pid, sig)
	}
	time.Sleep(20 * time.Millisecond)
	if n := left(t, dir); n != 4 {
		t.Errorf("before the end: %d files", n)
	}
	unix.Close(pidfd)
	sleep.Process.Kill()
	s.Wait()
	sleep.Wait()
	if n := left(t, dir); n != 2 {
		t.Errorf("after the end: %d files, want those that are no placeholders", n)
	}
}

// Whoever would have told it of a pid 1 is gone.
func TestSweeperAlone(t *testing.T) {
	dir, fd := swept(t)
	s := startSweeper(t, fd)
	unix.Close(s.socket)
	s.Wait()
	if n := left(t, dir); n != 2 {
		t.Errorf("%d files", n)
	}
}

func TestSweeperLeavesItToTheLast(t *testing.T) {
	dir, fd := swept(t)
	other, err := unix.Open(dir, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(other)
	if err := unix.Flock(other, unix.LOCK_SH); err != nil {
		t.Fatal(err)
	}
	s := startSweeper(t, fd)
	unix.Close(s.socket)
	s.Wait()
	if n := left(t, dir); n != 4 {
		t.Errorf("%d files", n)
	}
}
