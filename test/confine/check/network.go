package check

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
)

var networkChecks = []Check{
	{"only-loopback", onlyLoopback},
	{"host-ports", hostPorts},
	{"abstract-sockets", abstractSockets},
	{"sockets-in-files", socketsInFiles},
	{"packet-sockets", packetSockets},
	{"system-v-memory", systemVMemory},
	{"system-v-semaphores", systemVSemaphores},
	{"system-v-queues", systemVQueues},
	{"posix-queues", posixQueues},
}

func onlyLoopback(*bait.Host) error {
	interfaces, err := net.Interfaces()
	if err != nil {
		return err
	}
	if len(interfaces) != 1 || interfaces[0].Name != "lo" || interfaces[0].Flags&net.FlagUp == 0 {
		return fmt.Errorf("%v", interfaces)
	}
	if got := list("/sys/class/net"); !slices.Equal(got, []string{"lo"}) {
		return fmt.Errorf("/sys/class/net has %v", got)
	}
	return nil
}

func hostPorts(h *bait.Host) error {
	return each(h.TCP, func(address string) error { return dial("tcp", address) })
}

func abstractSockets(h *bait.Host) error { return dial("unix", "@"+h.Abstract) }

func socketsInFiles(h *bait.Host) error {
	return each(h.Unix, func(path string) error { return dial("unix", path) })
}

func dial(network, address string) error {
	c, err := net.DialTimeout(network, address, 2*time.Second)
	if err == nil {
		c.Close()
	}
	return refusal("connecting to "+address, err)
}

func packetSockets(*bait.Host) error {
	for what, args := range map[string][2]int{"packet": {unix.AF_PACKET, unix.SOCK_RAW}, "raw": {unix.AF_INET, unix.SOCK_RAW}, "raw v6": {unix.AF_INET6, unix.SOCK_RAW}} {
		fd, err := unix.Socket(args[0], args[1]|unix.SOCK_CLOEXEC, unix.IPPROTO_ICMP)
		if err == nil {
			unix.Close(fd)
			return errors.New("a " + what + " socket")
		}
	}
	return nil
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

func syscallWithPath(trap uintptr, path *byte) error {
	if _, _, errno := unix.Syscall(trap, uintptr(unsafe.Pointer(path)), 0, 0); errno != 0 {
		return errno
	}
	return nil
}
