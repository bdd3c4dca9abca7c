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
// descendants leave behind, so killing and reaping children until there are
// none is enough; a child that forks faster than this loop kills is stopped by
// the process limit.
//
// It doesn't block in wait: another goroutine may reap the child that was killed,
// and what that child leaves behind has not been killed yet.
func killDescendants() {
	for {
		for _, pid := range children() {
			unix.Kill(pid, unix.SIGKILL)
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

// children reads /proc, since /proc/self/task/*/children wants a kernel option.
func children() (pids []int) {
	entries, _ := os.ReadDir("/proc")
	self := os.Getpid()
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err == nil && parentOf(pid) == self {
			pids = append(pids, pid)
		}
	}
	return pids
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
