package launch

import (
	"bytes"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// killDescendants ends every process below this one, for a sandbox that shares
// the caller's pid namespace. As a subreaper this process inherits whatever its
// descendants leave behind, so killing and reaping until there are none is enough.
// All that is below is killed in one go: with the children alone, what forks in
// their place is one generation further down each time, and a bomb of two thousand
// processes that are looked up in /proc one by one was ahead for ten seconds.
//
// It doesn't block in wait: another goroutine may reap the child that was killed,
// and what that child leaves behind has not been killed yet.
func killDescendants() {
	for {
		for _, d := range descendants(os.Getpid()) {
			d.kill()
		}
		for {
			pid, err := unix.Wait4(-1, nil, unix.WNOHANG|unix.WALL, nil)
			if err == unix.ECHILD {
				return
			}
			if pid <= 0 {
				break
			}
		}
		time.Sleep(time.Millisecond)
	}
}

// descendant is a process and what was its parent when it was found.
type descendant struct{ pid, parent int }

// kill kills it if it still is what was found: its parent may have reaped it, and somebody
// else's process, outside, have its number by now. One that was left to another parent is
// found again.
func (d descendant) kill() {
	fd, err := unix.PidfdOpen(d.pid, 0)
	if err != nil {
		return
	}
	defer unix.Close(fd)
	if parentOf(d.pid) == d.parent {
		unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0)
	}
}

// descendants reads /proc, since /proc/PID/task/*/children wants a kernel option.
func descendants(of int) (all []descendant) {
	below := map[int][]descendant{}
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			parent := parentOf(pid)
			below[parent] = append(below[parent], descendant{pid, parent})
		}
	}
	for next := below[of]; len(next) > 0; {
		all = append(all, next...)
		var further []descendant
		for _, d := range next {
			further = append(further, below[d.pid]...)
		}
		next = further
	}
	return all
}

// parentOf reads field 4 of /proc/PID/stat: field 2 may hold anything, but
// nothing after its last parenthesis does.
func parentOf(pid int) int {
	b, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	fields := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
	if len(fields) < 2 {
		return -1
	}
	ppid, _ := strconv.Atoi(string(fields[1]))
	return ppid
}
