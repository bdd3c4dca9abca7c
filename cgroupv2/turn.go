package cgroupv2

import (
	"context"
	"os"

	"golang.org/x/sys/unix"
)

// turn is the right to talk to the manager, of which there is one for all processes of a
// user. A manager sends every signal to everybody who is connected to its own socket, so
// that two hundred at once cost it forty thousand messages a unit, and nobody gets his
// scope in ten seconds; one after the other they take three (tried on 252, two CPUs). The
// right is a lock on the directory of the manager's socket: no file has to be made, and
// it ends with its holder.
type turn struct{ fd int }

// takeTurn waits for the turn until ctx is done, and does without it then, or if there is
// nothing to lock: it is a courtesy.
func takeTurn(ctx context.Context) turn {
	for _, dir := range managerDirs() {
		fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err != nil {
			continue
		}
		if unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB) == nil {
			return turn{fd}
		}
		return await(ctx, fd)
	}
	return turn{-1}
}

func managerDirs() []string {
	if os.Geteuid() == 0 {
		return []string{"/run/systemd"}
	}
	var dirs []string
	for _, dir := range runtimeDirs(os.Getenv("XDG_RUNTIME_DIR"), os.Geteuid()) {
		dirs = append(dirs, dir+"/systemd")
	}
	return dirs
}

// await blocks in another goroutine, which can't be called back: a lock that comes too
// late is given up at once.
func await(ctx context.Context, fd int) turn {
	locked := make(chan turn)
	go func() {
		for unix.Flock(fd, unix.LOCK_EX) == unix.EINTR {
		}
		select {
		case locked <- turn{fd}:
		case <-ctx.Done():
			unix.Close(fd)
		}
	}()
	select {
	case t := <-locked:
		return t
	case <-ctx.Done():
		return turn{-1}
	}
}

func (t *turn) end() {
	if t.fd >= 0 {
		unix.Close(t.fd)
		t.fd = -1
	}
}
