package userns

import (
	"context"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Whoever is inside holds standard output: its end is the end of all.
func TestNobodyOutlivesTheCaller(t *testing.T) {
	needsSandbox(t)
	for _, kind := range []string{"", "as pid 1", "share pid"} {
		t.Run(kind, func(t *testing.T) {
			cmd, out := startCaller(t, "caller", kind)
			line := make([]byte, 3)
			if n, _ := out.Read(line); string(line[:n]) != "up\n" {
				t.Fatalf("got %q, want up", line[:n])
			}
			cmd.Process.Kill()
			io.ReadAll(out)
		})
	}
}

func TestNobodyOutlivesACallerKilledEarly(t *testing.T) {
	needsSandbox(t)
	for _, kind := range []string{"", "as pid 1", "share pid"} {
		t.Run(kind, func(t *testing.T) {
			for range 12 {
				cmd, out := startCaller(t, "caller", kind)
				time.Sleep(rand.N(25 * time.Millisecond)) // anywhere from its start to the command's
				cmd.Process.Kill()
				io.ReadAll(out)
			}
		})
	}
}

func startCaller(t *testing.T, name, kind string) (*exec.Cmd, *os.File) {
	t.Helper()
	out, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "inside:"+name, kind)
	cmd.Stdout, cmd.Stderr = w, os.Stderr
	err = cmd.Start()
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait(); out.Close() })
	out.SetReadDeadline(time.Now().Add(10 * time.Second))
	return cmd, out
}

// kinds of launch that each have their own way to the command.
var kinds = map[string]func(*Spec){
	"": func(*Spec) {}, "as pid 1": func(s *Spec) { s.AsPid1 = true }, "share pid": func(s *Spec) { s.Share = SharePID },
	"root": func(s *Spec) { s.IDs = MapRoot },
}

// The command has three descriptors, whatever its caller has left open.
func TestDescriptors(t *testing.T) {
	needsSandbox(t)
	for _, file := range []string{"/", "/etc/passwd", "/proc/self/exe"} {
		fd, err := unix.Open(file, unix.O_RDONLY, 0) // not close-on-exec
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(fd)
		high, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD, 300)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(high)
	}
	for name, change := range kinds {
		t.Run(name, func(t *testing.T) {
			spec := &Spec{Args: []string{"ls", "/proc/self/fd"}, Stderr: os.Stderr}
			change(spec)
			got := strings.Fields(output(t, spec))
			if !slices.Equal(got, []string{"0", "1", "2", "3"}) { // 3 is ls's own
				t.Errorf("got %q", got)
			}
			got = strings.Fields(output(t, shell("ls -l /proc/1/fd /proc/self/fd 2>/dev/null | grep -E '/etc/passwd| /$' ; :", change)))
			if len(got) != 0 {
				t.Errorf("got %q", got)
			}
		})
	}
}

// The command's signals are as a login would have them, whatever its caller
// ignores or blocks.
func TestSignalsAreReset(t *testing.T) {
	needsSandbox(t)
	ignored := []os.Signal{unix.SIGHUP, unix.SIGUSR1, unix.SIGPIPE, unix.SIGINT, unix.SIGWINCH}
	signal.Ignore(ignored...)
	defer func() { // Reset would leave them ignored
		heard := make(chan os.Signal, 1)
		signal.Notify(heard, ignored...)
		signal.Stop(heard)
	}()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var old, blocked unix.Sigset_t
	blocked.Val[0] = 1<<(unix.SIGUSR2-1) | 1<<(unix.SIGTERM-1)
	if err := unix.PthreadSigmask(unix.SIG_BLOCK, &blocked, &old); err != nil {
		t.Fatal(err)
	}
	defer unix.PthreadSigmask(unix.SIG_SETMASK, &old, nil)
	for name, change := range kinds {
		spec := &Spec{Args: []string{"cat", "/proc/self/status"}, Stderr: os.Stderr}
		change(spec)
		status := output(t, spec)
		for _, field := range []string{"SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt"} {
			if !strings.Contains(status, field+":\t0000000000000000\n") {
				t.Errorf("%s: %s is not empty\n%s", name, field, status)
			}
		}
	}
}

// A caller that ignores SIGCHLD has no status to wait for, but an end.
func TestCallerIgnoresItsChildren(t *testing.T) {
	needsSandbox(t)
	for kind := range kinds {
		_, out := startCaller(t, "deaf", kind)
		if got, err := io.ReadAll(out); err != nil || !strings.HasSuffix(string(got), "ended\n") {
			t.Errorf("%s: got %q, %v", kind, got, err)
		}
	}
}

// A launch changes nothing of its caller: not the flag that protects its memory
// from other processes of the user, not its mounts, not its directory.
func TestCallerIsUnchanged(t *testing.T) {
	needsSandbox(t)
	look := func() (all []string) {
		for _, file := range []string{"/proc/self/mountinfo", "/proc/self/uid_map", "/proc/self/limits"} {
			b, _ := os.ReadFile(file)
			all = append(all, string(b))
		}
		for _, link := range []string{"cwd", "root", "ns/mnt", "ns/user", "ns/pid_for_children", "ns/net"} {
			to, _ := os.Readlink("/proc/self/" + link)
			all = append(all, to)
		}
		dumpable, _ := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
		death := 0
		unix.Prctl(unix.PR_GET_PDEATHSIG, uintptrOf(&death), 0, 0, 0)
		mask := unix.Umask(0)
		unix.Umask(mask)
		return append(all, utoa(uint32(dumpable)), utoa(uint32(death)), utoa(uint32(mask)))
	}
	before := look()
	for name, change := range kinds {
		spec := &Spec{Args: []string{"true"}}
		change(spec)
		if err := Run(context.Background(), spec); err != nil {
			t.Error(err)
		}
		spec.Args[0] = "nosuch-command"
		if err := Run(context.Background(), spec); err == nil {
			t.Error("nosuch-command ran")
		}
		if after := look(); !slices.Equal(before, after) {
			t.Errorf("%s: before %q\nafter %q", name, before, after)
		}
	}
}
