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

// text reads a NUL-terminated string of another process, its beginning if it is long. Who
// may do that: ptrace(2), PTRACE_MODE_ATTACH; whoever made the user namespace of the other
// may.
func text(thread int, address uint64) (string, bool) {
	s, ended := upTo(thread, address, longest)
	if !ended && len(s) == longest {
		s += "..."
	}
	return s, ended || s != ""
}

// usualLength is enough for most names.
const usualLength = 128

// upTo reads a string of at most so many bytes, and tells whether it ends within them.
func upTo(thread int, address uint64, most int) (string, bool) {
	var found []byte
	for size := usualLength; len(found) < most; size = most {
		// Up to the end of a page at a time: the next one may not be there.
		page, ok := bytesAt(thread, address, min(size, most-len(found), int(4096-address%4096)))
		if !ok {
			return string(found), false
		}
		if before, _, ended := bytes.Cut(page, []byte{0}); ended {
			return string(append(found, before...)), true
		}
		found = append(found, page...)
		address += uint64(len(page))
	}
	return string(found), false
}

// bytesAt reads memory of another process, as much as there is of it up to a length.
func bytesAt(thread int, address uint64, length int) ([]byte, bool) {
	if length <= 0 {
		return nil, false
	}
	b := make([]byte, length)
	local := []unix.Iovec{{Base: &b[0]}}
	local[0].SetLen(length)
	n, err := unix.ProcessVMReadv(thread, local, []unix.RemoteIovec{{Base: uintptr(address), Len: length}}, 0)
	if err != nil || n <= 0 {
		return nil, false
	}
	return b[:n], true
}

// exactly is bytesAt for what is all there or nothing.
func exactly(thread int, address uint64, length int) ([]byte, bool) {
	b, ok := bytesAt(thread, address, length)
	return b, ok && len(b) == length
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
