package launch

import (
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// sweeperCode returns the address of the sweeper's code.
func sweeperCode() *byte

var sweeperImage = sync.OnceValues(func() (int, error) {
	return imageFile("snug-sweeper", elfImage(codeAt(sweeperCode())))
})

// StartSweeper starts one for a locked directory and names in it. EINVAL says that this
// machine has none, and that the caller has to clean up by itself.
func StartSweeper(dir int, names []string) (*Sweeper, error) {
	image, err := sweeperImage()
	if err != nil {
		return nil, unix.EINVAL
	}
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	const first = 3
	none := ^uintptr(0)
	pid, err := syscall.ForkExec("/proc/self/fd/"+strconv.Itoa(image), sweeperArgs(first, first+1, "s", names), &syscall.ProcAttr{
		Env: []string{}, Files: []uintptr{none, none, none, uintptr(dir), uintptr(ends[1])},
		Sys: &syscall.SysProcAttr{Setsid: true}, // before there is anything to sweep: the caller's process group may be killed
	})
	unix.Close(ends[1])
	if err != nil {
		unix.Close(ends[0])
		return nil, err
	}
	return &Sweeper{pid, ends[0]}, nil
}

// BecomeSweeper makes a sweeper of this process, which has nothing else to do any more, and
// leads a session. It returns only with an error.
func BecomeSweeper(dir, pidfd int, names []string) error {
	image, err := sweeperImage()
	if err != nil {
		return err
	}
	if dir, err = unix.FcntlInt(uintptr(dir), unix.F_DUPFD, 3); err != nil {
		return err
	}
	if pidfd, err = unix.FcntlInt(uintptr(pidfd), unix.F_DUPFD, dir+1); err != nil {
		return err
	}
	if pidfd > highestSwept {
		return unix.EMFILE
	}
	argv, err := syscall.SlicePtrFromStrings(sweeperArgs(dir, pidfd, "", names))
	if err != nil {
		return err
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	empty, every := [1]byte{}, ^uint64(0)
	var before uint64
	rawSigmask(&every, &before)
	var envp [1]*byte
	_, _, errno := unix.RawSyscall6(unix.SYS_EXECVEAT, uintptr(image), uintptr(unsafe.Pointer(&empty[0])),
		uintptr(unsafe.Pointer(&argv[0])), uintptr(unsafe.Pointer(&envp[0])), unix.AT_EMPTY_PATH, 0)
	rawSigmask(&before, nil)
	return errno
}

func rawSigmask(set, old *uint64) {
	unix.RawSyscall6(unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, uintptr(unsafe.Pointer(set)), uintptr(unsafe.Pointer(old)), unsafe.Sizeof(*set), 0, 0)
}
