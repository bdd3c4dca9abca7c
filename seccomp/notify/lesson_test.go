package notify

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"snug/seccomp"
)

const victimEnv = "NOTIFY_TEST_VICTIM"

// victims are what this test program does in another process: there a filter may ask about
// everything, the Go runtime's calls too, since who answers is somebody else.
var victims = map[string]func(){
	"some": func() {
		call(unix.SYS_GETPPID)
		call(unix.SYS_SOCKET, unix.AF_ALG, 99)
		call(unix.SYS_IOCTL, ^uintptr(0), unix.TIOCSTI)
		if errno := call(9999); errno != unix.ENOSYS {
			os.Exit(1)
		}
	},
	"many": func() {
		for i := range uintptr(500) {
			call(unix.SYS_IOCTL, ^uintptr(0), 0x7000+i)
		}
	},
}

func TestMain(m *testing.M) {
	switch victim := os.Getenv(victimEnv); victim {
	case "":
		os.Exit(m.Run())
	case "kill":
		beKilled()
	default:
		beTaught(victims[victim])
	}
}

// beTaught says which descriptor its listener will be, and does its part under it.
func beTaught(part func()) {
	f, err := new(Lesson).Filter(nil)
	if err != nil {
		panic(err)
	}
	fd, err := unix.Dup(0)
	if err != nil {
		panic(err)
	}
	unix.Close(fd)
	fmt.Println(fd)
	if got, err := f.InstallListener(); got != fd {
		fmt.Println("another listener:", got, err)
	}
	part()
	os.Exit(0)
}

// teach has a victim do its part, and l learn from it.
func teach(t *testing.T, l *Lesson, victim string) {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = []string{victimEnv + "=" + victim}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var fd int
	if _, err := fmt.Fscanln(out, &fd); err != nil {
		t.Fatal(err)
	}
	pidfd, err := unix.PidfdOpen(cmd.Process.Pid, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(pidfd)
	listener, err := unix.PidfdGetfd(pidfd, fd, 0)
	for err == unix.EBADF { // not yet
		time.Sleep(100 * time.Microsecond)
		listener, err = unix.PidfdGetfd(pidfd, fd, 0)
	}
	if err != nil {
		cmd.Process.Kill()
		t.Fatalf("take the listener: %v", err)
	}
	served := make(chan bool)
	go func() {
		l.Serve(listener, nil)
		close(served)
	}()
	if err := cmd.Wait(); err != nil {
		t.Errorf("%s: %v", victim, err)
	}
	<-served
}

// TestLesson: under what was learned the same can be done, and nothing else.
func TestLesson(t *testing.T) {
	l := &Lesson{Always: []string{"kill"}}
	teach(t, l, "some")
	f, err := seccomp.Compile(l.Profile(), seccomp.Target{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		number uint32
		args   [6]uint64
		want   seccomp.Action
	}{
		{unix.SYS_GETPPID, [6]uint64{}, seccomp.Allow},
		{unix.SYS_KILL, [6]uint64{1, 9}, seccomp.Allow},
		{unix.SYS_SOCKET, [6]uint64{unix.AF_ALG, 99}, seccomp.Allow},
		{unix.SYS_SOCKET, [6]uint64{unix.AF_INET, 99}, seccomp.Errno(unix.ENOSYS)},
		{unix.SYS_IOCTL, [6]uint64{7, unix.TIOCSTI}, seccomp.Allow},
		{unix.SYS_IOCTL, [6]uint64{7, unix.TCGETS}, seccomp.Errno(unix.ENOSYS)},
		{unix.SYS_MOUNT, [6]uint64{}, seccomp.Errno(unix.ENOSYS)},
	} {
		if got := f.Decide(&seccomp.Call{Number: c.number, Arch: seccomp.Native().Audit(), Args: c.args}); got != c.want {
			t.Errorf("call %d%v: %v, want %v", c.number, c.args, got, c.want)
		}
	}
	if !slices.Equal(l.Unnamed(), []uint32{9999}) || l.Empty() {
		t.Errorf("unnamed %v, empty %v", l.Unnamed(), l.Empty())
	}
	if text := l.Profile().Text(); !strings.Contains(text, "ioctl if int1 == TIOCSTI\n") {
		t.Errorf("profile:\n%s", text)
	}
	if !new(Lesson).Empty() || l.Killed(1) {
		t.Error("a lesson nobody had, or a kill")
	}
}

// TestLessonHasAnEnd: a call of very many kinds is allowed as such.
func TestLessonHasAnEnd(t *testing.T) {
	l := &Lesson{}
	teach(t, l, "many")
	p := l.Profile()
	if !slices.Contains(p.Rules[0].Names, "ioctl") || len(l.made["ioctl"]) > mostKinds+1 {
		t.Errorf("%d kinds are kept:\n%s", len(l.made["ioctl"]), p.Text())
	}
}

func beKilled() {
	r := &Refusals{KillsOnly: true}
	under(&testing.T{}, r, "default allow\nerrno EDOM keyctl\nkill getppid", func() {
		fmt.Println(call(unix.SYS_KEYCTL) == unix.EDOM, len(r.List()))
		call(unix.SYS_GETPPID)
		fmt.Println("alive")
	})
}

// TestKill: who makes a call that the profile kills for doesn't get further.
func TestKill(t *testing.T) {
	victim := exec.Command("/proc/self/exe")
	victim.Env = []string{victimEnv + "=kill"}
	out, err := victim.Output()
	if string(out) != "true 0\n" || victim.ProcessState.Sys().(syscall.WaitStatus).Signal() != unix.SIGKILL {
		t.Errorf("%v, %q", err, out)
	}
}
