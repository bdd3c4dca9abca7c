package check

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
)

// A sandbox in which ordinary programs fail is soon switched off.
var workChecks = []Check{
	{"works: programs", Needed, "", "as outside", worksPrograms},
	{"works: many forks", Needed, "", "as outside", worksForks},
	{"works: the project", Needed, "", "as outside", worksProject},
	{"works: private directories", Needed, "", "as outside", worksPrivate},
	{"works: the umask", Needed, "", "as outside", worksUmask},
	{"works: devices", Needed, "", "as outside", worksDevices},
	{"works: threads", Needed, "", "as outside", worksThreads},
	{"works: memfd", Needed, "", "as outside", worksMemfd},
	{"works: socketpair", Needed, "", "as outside", worksSocketpair},
	{"works: own loopback", Needed, "", "as outside", worksLoopback},
	{"works: ptrace of children", Needed, "", "as outside", worksPtrace},
	{"works: pseudo-terminals", Needed, "", "as outside", worksTerminals},
	{"works: user names", Needed, "", "as outside", worksNames},
	{"works: git", Needed, "", "as outside", worksGit},
	{"works: signals", Needed, "", "as outside", worksSignals},
	{"works: reaping", Needed, "", "as outside", worksReaping},
}

func worksPrograms(*bait.Host) error {
	return exec.Command("sh", "-c", "true && test -r /proc/self/maps").Run()
}

func worksForks(*bait.Host) error {
	return exec.Command("sh", "-c", "i=0; while [ $i -lt 200 ]; do (:) & i=$((i+1)); done; wait").Run()
}

func worksProject(h *bait.Host) error {
	file := filepath.Join(h.Project, "made")
	if err := os.WriteFile(file, []byte("x"), 0o644); err != nil {
		return err
	}
	if err := os.Rename(file, file+"2"); err != nil {
		return err
	}
	return os.Remove(file + "2")
}

func worksPrivate(*bait.Host) error {
	dirs := []string{"/tmp", "/var/tmp", "/dev/shm", "/" + os.Getenv("HOME")} // without one it is the root
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		dirs = append(dirs, dir)
	}
	return each(dirs, func(dir string) error {
		file := filepath.Join(dir, "made")
		if err := os.WriteFile(file, []byte("x"), 0o644); err != nil {
			return err
		}
		return os.Remove(file)
	})
}

func worksUmask(h *bait.Host) error {
	if mask := unix.Umask(0); mask != h.Umask {
		return fmt.Errorf("it is %o, and not %o", mask, h.Umask)
	}
	unix.Umask(h.Umask)
	return nil
}

func worksDevices(*bait.Host) error {
	if err := os.WriteFile("/dev/null", []byte("x"), 0); err != nil {
		return err
	}
	return each([]string{"/dev/zero", "/dev/random", "/dev/urandom", "/dev/full"}, func(dev string) error {
		f, err := os.Open(dev)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.ReadFull(f, make([]byte, 16))
		return err
	})
}

func worksThreads(*bait.Host) error {
	done := make(chan struct{})
	for range 20 {
		go func() {
			runtime.LockOSThread() // so each is a thread of its own
			done <- struct{}{}
		}()
	}
	for range 20 {
		<-done
	}
	return nil
}

func worksMemfd(*bait.Host) error {
	fd, err := unix.MemfdCreate("x", unix.MFD_CLOEXEC)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	_, err = unix.Write(fd, []byte("x"))
	return err
}

func worksSocketpair(*bait.Host) error {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err == nil {
		unix.Close(fds[0])
		unix.Close(fds[1])
	}
	return err
}

func worksLoopback(*bait.Host) error {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer l.Close()
	c, err := net.Dial("tcp4", l.Addr().String())
	if err == nil {
		c.Close()
	}
	return err
}

// worksPtrace: debuggers and strace are for one's own programs.
func worksPtrace(*bait.Host) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.Command("/proc/self/exe", "nothing")
	cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	var status unix.WaitStatus
	if _, err := unix.Wait4(cmd.Process.Pid, &status, 0, nil); err != nil || !status.Stopped() {
		return fmt.Errorf("the child is %v, %v", status, err)
	}
	if err := unix.PtraceDetach(cmd.Process.Pid); err != nil {
		return err
	}
	return cmd.Wait()
}

func worksTerminals(*bait.Host) error {
	ptmx, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return err
	}
	defer ptmx.Close()
	if err := unix.IoctlSetPointerInt(int(ptmx.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		return err
	}
	n, err := unix.IoctlGetInt(int(ptmx.Fd()), unix.TIOCGPTN)
	if err != nil {
		return err
	}
	tty, err := os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return err
	}
	return tty.Close()
}

func worksNames(*bait.Host) error {
	u, err := user.LookupId("0")
	if err != nil || u.Username != "root" {
		return fmt.Errorf("uid 0 is %v, %v", u, err)
	}
	if os.Getenv("HOME") == "" || os.Getenv("PATH") == "" {
		return errors.New("no HOME or PATH")
	}
	return nil
}

// worksReaping: orphans become pid 1's, and no zombie stays.
func worksReaping(*bait.Host) error {
	return exec.Command("sh", "-c", "for i in 1 2 3 4 5; do sh -c '(sleep 0.01 &)'; done; sleep 0.2; ! grep -l 'State:.*zombie' /proc/[0-9]*/status").Run()
}

// worksGit leaves the project's own repository alone.
func worksGit(*bait.Host) error {
	if _, err := exec.LookPath("git"); err != nil {
		return ErrNone
	}
	out, err := exec.Command("sh", "-ec", `dir=$(mktemp -d); cd "$dir"; git init -q; echo x >x; git add x
		git -c user.name=x -c user.email=x@example.org commit -qm x; git fsck --strict; rm -rf "$dir"`).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// worksSignals: what a program is born with is blocked or ignored for no reason it
// could know. grep is asked, since Go changes its own.
func worksSignals(*bait.Host) error {
	out, err := exec.Command("grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status").Output()
	if want := "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n"; err != nil || string(out) != want {
		return fmt.Errorf("%q, %v", out, err)
	}
	return nil
}
