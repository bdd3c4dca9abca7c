package check

import (
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
)

var memoryChecks = []Check{
	{"system-v-memory", High, "the host's System V memory", "not to be found", systemVMemory},
	{"system-v-semaphores", High, "its semaphores", "not to be found", systemVSemaphores},
	{"system-v-queues", High, "its message queues", "not to be found", systemVQueues},
	{"posix-queues", High, "its POSIX queues", "not to be found", posixQueues},
}

func systemVMemory(h *bait.Host) error { return find(unix.SYS_SHMGET, "memory", h.ShmKey, 0, 0) }

func systemVSemaphores(h *bait.Host) error {
	return find(unix.SYS_SEMGET, "semaphores", h.SemKey, 0, 0)
}

func systemVQueues(h *bait.Host) error { return find(unix.SYS_MSGGET, "queue", h.MsgKey, 0, 0) }

// find looks something of System V up by its key.
func find(trap uintptr, what string, key, a, b int) error {
	_, _, errno := unix.Syscall(trap, uintptr(key), uintptr(a), uintptr(b))
	if errno != unix.ENOENT {
		return fmt.Errorf("the host's %s: %v", what, errno)
	}
	return nil
}

func posixQueues(h *bait.Host) error {
	name, err := unix.BytePtrFromString(h.Queue)
	if err != nil {
		return err
	}
	fd, _, errno := unix.Syscall6(unix.SYS_MQ_OPEN, uintptr(unsafe.Pointer(name)), unix.O_RDONLY, 0, 0, 0, 0)
	if errno == 0 {
		unix.Close(int(fd))
		return errors.New("the host's queue can be opened")
	}
	return nil
}
