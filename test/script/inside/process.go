package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// forks N makes up to N processes that do nothing, all at once, and prints how
// many there were when it was told to stop, and why.
func forks(args []string) error {
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	made, why := 0, error(nil)
	for made < n && why == nil {
		if why = forkIdle(); why == nil {
			made++
		}
	}
	fmt.Println(made, why)
	return nil
}

// forkIdle makes a child that waits for ever. It is a fork of this program's
// memory, but only this thread exists in it, so it makes system calls and
// nothing else.
func forkIdle() error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	pid, _, errno := unix.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0)
	if errno != 0 {
		return errno
	}
	if pid == 0 {
		for {
			unix.RawSyscall6(unix.SYS_PPOLL, 0, 0, 0, 0, 0, 0)
		}
	}
	return nil
}

// mounts DIR N bind-mounts N directories below DIR over themselves, as a
// machine with many containers or snaps has them.
func mounts(args []string) error {
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	for i := range n {
		dir := filepath.Join(args[0], strconv.Itoa(i))
		if err := os.Mkdir(dir, 0o755); err != nil && !os.IsExist(err) {
			return err
		}
		if err := unix.Mount(dir, dir, "", unix.MS_BIND, ""); err != nil {
			return err
		}
	}
	return nil
}

// tiocsti types a character into every terminal it can reach, and prints what
// the kernel said.
func tiocsti([]string) error {
	fds := map[string]int{"stdin": 0, "stdout": 1, "stderr": 2}
	if fd, err := unix.Open("/dev/tty", unix.O_RDWR|unix.O_CLOEXEC, 0); err != nil {
		fmt.Println("/dev/tty:", err)
	} else {
		fds["/dev/tty"] = fd
	}
	for name, fd := range fds {
		c := byte('X')
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.TIOCSTI, uintptr(unsafe.Pointer(&c)))
		if errno == 0 {
			fmt.Println(name, "accepted it")
		} else {
			fmt.Println(name, errno)
		}
	}
	fmt.Println("done")
	return nil
}
