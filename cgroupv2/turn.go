package cgroupv2

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// turn is the right to talk to the manager, of which there is one for all processes of a
// user. A manager sends every signal to everybody who is connected to its own socket, so
// that two hundred at once cost it forty thousand messages a unit, and nobody gets his
// scope in ten seconds; one after the other they take three (tried on 252, two CPUs). The
// right is a lock on the directory of the manager's socket: no file has to be made, and
// it ends with its holder.
type turn struct{ fd int }

// takeTurn waits for the turn until ctx is done or one other has had it for all of patience,
// and does without it then, or if there is nothing to lock: it is a courtesy. A queue that
// moves is worth waiting for however long it is, as those who leave it early are in the way
// of all the others.
func takeTurn(ctx context.Context, patience time.Duration) turn {
	for _, dir := range managerDirs() {
		fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err != nil {
			continue
		}
		if unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB) == nil {
			return turn{fd}
		}
		return await(ctx, fd, patience, holderOf)
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
// late is given up at once. holderOf says who has it meanwhile.
func await(ctx context.Context, fd int, patience time.Duration, holderOf func(fd int) string) turn {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	holder := holderOf(fd)
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
	moves := time.NewTicker(patience)
	defer moves.Stop()
	for {
		select {
		case t := <-locked:
			return t
		case <-ctx.Done():
			return turn{-1}
		case <-moves.C:
			before := holder
			if holder = holderOf(fd); holder == before {
				return turn{-1}
			}
		}
	}
}

// holderOf is the process that has the lock on fd's file, as proc_locks(5) writes it, or ""
// if that can't be told: it may be in another pid namespace.
func holderOf(fd int) string {
	var at unix.Stat_t
	locks, err := os.ReadFile("/proc/locks")
	if err != nil || unix.Fstat(fd, &at) != nil {
		return ""
	}
	file := fmt.Sprintf("%02x:%02x:%d", unix.Major(at.Dev), unix.Minor(at.Dev), at.Ino)
	for line := range strings.Lines(string(locks)) {
		// "1: FLOCK ADVISORY WRITE 1234 00:19:5678 0 EOF"; who waits has an arrow there.
		if f := strings.Fields(line); len(f) > 5 && f[1] == "FLOCK" && f[5] == file {
			return f[4]
		}
	}
	return ""
}

func (t *turn) end() {
	if t.fd >= 0 {
		unix.Close(t.fd)
		t.fd = -1
	}
}
