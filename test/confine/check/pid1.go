package check

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
)

// pid 1 began as a child of the caller. Whatever it still knows of him is
// within reach of everything inside, unless the kernel keeps it closed.
var pid1Checks = []Check{
	{"host-processes", Critical, "processes outside", "none is in sight, or can be signalled", hostProcesses},
	{"pid1-files", High, "what pid 1 knows of its caller", "mem, environ, maps, root, fd ... are closed", pid1Files},
	{"pid1-arguments", High, "the caller's arguments", "they aren't pid 1's", pid1Arguments},
	{"pid1-memory", High, "pid 1's memory (CVE-2026-41163)", "it can't be read or written", pid1Memory},
	{"pid1-ptrace", High, "pid 1 under control", "it can't be traced", pid1Ptrace},
	{"pid1-descriptors", High, "pid 1's descriptors", "none can be taken", pid1Descriptors},
	{"pid1-executable", High, "the tool's own file (CVE-2019-5736)", "it can't be opened, for writing least of all", pid1Executable},
}

func hostProcesses(h *bait.Host) error {
	found, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range found {
		b, _ := os.ReadFile(dir + "/cmdline")
		if bytes.Contains(b, []byte(h.Marker)) {
			return fmt.Errorf("%s is the host's: %q", dir, b)
		}
	}
	if _, err := os.Stat("/proc/" + strconv.Itoa(h.PID)); err != nil {
		if err := unix.Kill(h.PID, 0); err != unix.ESRCH {
			return fmt.Errorf("signalling %d: %v", h.PID, err)
		}
	}
	// This one, pid 1, and whoever is between: a handful, numbered from 1.
	if len(found) > 10 {
		return fmt.Errorf("%d processes are in sight", len(found))
	}
	for _, dir := range found {
		if pid, _ := strconv.Atoi(filepath.Base(dir)); pid > 1000 {
			return fmt.Errorf("pid %d is no number of this sandbox's", pid)
		}
	}
	return nil
}

func pid1Files(*bait.Host) error {
	files := []string{"mem", "environ", "maps", "smaps", "auxv", "pagemap", "io", "stack", "syscall"}
	if err := each(files, func(name string) error {
		return refusal("reading /proc/1/"+name, read("/proc/1/"+name))
	}); err != nil {
		return err
	}
	// Root may list the numbers, which say nothing; what they lead to may be
	// neither named nor opened.
	links := []string{"exe", "cwd", "root", "ns/mnt", "ns/user", "fd/0", "fd/1", "fd/2", "fd/3", "fd/4", "fd/5"}
	return each(links, func(name string) error {
		if _, err := os.Readlink("/proc/1/" + name); err == nil {
			return errors.New("/proc/1/" + name + " can be read")
		}
		return refusal("opening /proc/1/"+name, tryOpen("/proc/1/"+name, unix.O_RDONLY))
	})
}

// read tries to get a byte out of a file.
func read(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.Read(make([]byte, 1))
	return err
}

// pid1Arguments are world-readable everywhere; they must be the command's.
func pid1Arguments(h *bait.Host) error {
	b, err := os.ReadFile("/proc/1/cmdline")
	if err != nil {
		return nil
	}
	for _, secret := range []string{h.Marker, h.Flag, "run\x00"} {
		if bytes.Contains(b, []byte(secret)) {
			return fmt.Errorf("%q", b)
		}
	}
	return nil
}

func pid1Memory(*bait.Host) error {
	var buf [8]byte
	local := []unix.Iovec{{Base: &buf[0]}}
	local[0].SetLen(len(buf))
	remote := []unix.RemoteIovec{{Base: uintptr(unsafe.Pointer(&buf[0])), Len: len(buf)}}
	_, err := unix.ProcessVMReadv(1, local, remote, 0)
	if err := refusedWith("process_vm_readv", err, unix.EPERM, unix.ENOSYS); err != nil {
		return err
	}
	_, err = unix.ProcessVMWritev(1, local, remote, 0)
	return refusedWith("process_vm_writev", err, unix.EPERM, unix.ENOSYS)
}

// pid1Ptrace lets go again of what it could take, or nothing would reap orphans.
func pid1Ptrace(*bait.Host) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for name, take := range map[string]func(int) error{"PTRACE_ATTACH": unix.PtraceAttach, "PTRACE_SEIZE": unix.PtraceSeize} {
		err := take(1)
		if err == nil {
			_ = unix.PtraceInterrupt(1) // whoever is attached stops anyway
			_, _ = unix.Wait4(1, nil, unix.WALL, nil)
			_ = unix.PtraceDetach(1)
			_ = unix.Kill(1, unix.SIGCONT)
		}
		if err := refusedWith(name, err, unix.EPERM, unix.ENOSYS); err != nil {
			return err
		}
	}
	return nil
}

func pid1Descriptors(*bait.Host) error {
	pidfd, err := unix.PidfdOpen(1, 0)
	if err != nil {
		return nil
	}
	defer unix.Close(pidfd)
	for fd := range 20 {
		if _, err := unix.PidfdGetfd(pidfd, fd, 0); err == nil {
			return fmt.Errorf("descriptor %d can be taken", fd)
		}
	}
	return nil
}

// pid1Executable: what it is a file of may be started on the host again
// (CVE-2019-5736).
func pid1Executable(*bait.Host) error {
	for _, flags := range []int{unix.O_RDONLY, unix.O_WRONLY, unix.O_PATH} {
		if tryOpen("/proc/1/exe", flags) == nil {
			return errors.New("it can be opened")
		}
	}
	return nil
}
