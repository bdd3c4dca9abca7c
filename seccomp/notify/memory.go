package notify

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// longest is how much of a string is read.
const longest = 120

// text reads a NUL-terminated string of another process. Who may do that: ptrace(2),
// PTRACE_MODE_ATTACH; whoever made the user namespace of the other may.
func text(thread int, address uint64) (string, bool) {
	var found []byte
	for len(found) < longest {
		// Up to the end of a page at a time: the next one may not be there.
		page := make([]byte, min(longest-len(found), int(4096-address%4096)))
		local := []unix.Iovec{{Base: &page[0]}}
		local[0].SetLen(len(page))
		n, err := unix.ProcessVMReadv(thread, local, []unix.RemoteIovec{{Base: uintptr(address), Len: len(page)}}, 0)
		if err != nil || n <= 0 {
			return string(found), len(found) > 0
		}
		if end := bytes.IndexByte(page[:n], 0); end >= 0 {
			return string(append(found, page[:end]...)), true
		}
		found = append(found, page[:n]...)
		address += uint64(n)
	}
	return string(found) + "...", true
}

// program names the program that a thread runs: its executable, or what the thread calls
// itself.
func program(thread int) string {
	dir := "/proc/" + strconv.Itoa(thread)
	if exe, err := os.Readlink(dir + "/exe"); err == nil {
		return filepath.Base(strings.TrimSuffix(exe, " (deleted)"))
	}
	comm, err := os.ReadFile(dir + "/comm")
	if err != nil {
		return "?"
	}
	return strings.TrimSuffix(string(comm), "\n")
}

// innerPID is the id that a thread's process has in the pid namespace below this one's, or
// in this one if it lives here; 0 if it is gone.
func innerPID(thread int) int {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(thread) + "/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		list, ok := strings.CutPrefix(line, "NStgid:")
		if !ok {
			continue
		}
		ids := strings.Fields(list)
		if len(ids) == 0 {
			return 0
		}
		pid, _ := strconv.Atoi(ids[min(1, len(ids)-1)])
		return pid
	}
	return 0
}
