package confine

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
)

// layProcess starts one with a name that is easy to find.
func layProcess(t testing.TB, h *bait.Host) {
	cmd := exec.Command("scout", "wait", h.Marker)
	cmd.Env = []string{"MARKER=" + h.Marker}
	in, err := cmd.StdinPipe()
	must(t, err)
	must(t, cmd.Start())
	h.PID = cmd.Process.Pid
	t.Cleanup(func() {
		in.Close()
		cmd.Wait()
	})
}

// laySockets listens on everything that has an address.
func laySockets(t testing.TB, h *bait.Host, dir string) {
	h.Abstract = h.Marker
	h.Unix = []string{filepath.Join(h.Home, "agent.sock"), filepath.Join(dir, "agent.sock")}
	listen := func(network, address string) string {
		l, err := net.Listen(network, address)
		must(t, err)
		t.Cleanup(func() { l.Close() })
		return l.Addr().String()
	}
	listen("unix", "@"+h.Abstract)
	for _, path := range h.Unix {
		listen("unix", path)
	}
	h.TCP = []string{listen("tcp4", "127.0.0.1:0")}
	_, port, err := net.SplitHostPort(listen("tcp", ":0"))
	must(t, err)
	addresses, err := net.InterfaceAddrs()
	must(t, err)
	for _, a := range addresses {
		if ip, ok := a.(*net.IPNet); ok && !ip.IP.IsLinkLocalUnicast() {
			h.TCP = append(h.TCP, net.JoinHostPort(ip.IP.String(), port))
		}
	}
}

// layMemory makes what System V and POSIX have names for.
func layMemory(t testing.TB, h *bait.Host) {
	key := os.Getpid()<<8 | 1
	h.ShmKey, h.SemKey, h.MsgKey = key, key+1, key+2
	make := func(get, control uintptr, args ...uintptr) {
		id, _, errno := unix.Syscall(get, args[0], args[1], args[2])
		if errno != 0 {
			t.Fatal(errno)
		}
		t.Cleanup(func() { unix.Syscall6(control, id, args[3], args[4], 0, 0, 0) })
	}
	const mode = unix.IPC_CREAT | 0o600
	make(unix.SYS_SHMGET, unix.SYS_SHMCTL, uintptr(h.ShmKey), 4096, mode, unix.IPC_RMID, 0)
	make(unix.SYS_SEMGET, unix.SYS_SEMCTL, uintptr(h.SemKey), 1, mode, 0, unix.IPC_RMID)
	make(unix.SYS_MSGGET, unix.SYS_MSGCTL, uintptr(h.MsgKey), mode, 0, unix.IPC_RMID, 0)

	h.Queue = h.Marker
	name, err := unix.BytePtrFromString(h.Queue)
	must(t, err)
	fd, _, errno := unix.Syscall6(unix.SYS_MQ_OPEN, uintptr(unsafe.Pointer(name)), unix.O_CREAT|unix.O_RDWR, 0o600, 0, 0, 0)
	if errno != 0 && !errors.Is(errno, unix.ENOSYS) {
		t.Fatal("mq_open: ", errno)
	}
	t.Cleanup(func() {
		unix.Close(int(fd))
		unix.Syscall(unix.SYS_MQ_UNLINK, uintptr(unsafe.Pointer(name)), 0, 0)
	})

	h.ShmFile = h.Marker
	file := "/dev/shm/" + h.ShmFile
	if err := os.WriteFile(file, nil, 0o600); err == nil {
		t.Cleanup(func() { os.Remove(file) })
	}
}

// layKey gives this thread, and what it starts, a session with a key in it.
func layKey(h *bait.Host) {
	runtime.LockOSThread() // for good: the thread ends with the test
	if _, err := unix.KeyctlJoinSessionKeyring(h.Marker); err == nil {
		_, err := unix.AddKey("user", h.Marker, []byte("secret"), unix.KEY_SPEC_SESSION_KEYRING)
		h.Key = err == nil
	}
}
