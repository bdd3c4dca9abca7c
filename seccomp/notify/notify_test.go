package notify

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"snug/seccomp"
)

// server is what answers.
type server interface {
	Filter(f *seccomp.Filter) (*seccomp.Filter, error)
	Serve(listener int, f *seccomp.Filter)
}

// under runs f on a thread of its own, which ends with it, under the filter that s makes of
// a profile, and waits until s has heard of it all.
func under(t *testing.T, s server, text string, f func()) {
	t.Helper()
	// A thread that waits for its answer can't be stopped for a collection, and the answer
	// would have to wait for that.
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	profile, err := seccomp.ParseText(text)
	if err != nil {
		t.Fatal(err)
	}
	filter, err := seccomp.Compile(profile, seccomp.Target{})
	if err != nil {
		t.Fatal(err)
	}
	asking, err := s.Filter(filter)
	if err != nil {
		t.Fatal(err)
	}
	listening, served, done := make(chan int), make(chan bool), make(chan error)
	go func() {
		s.Serve(<-listening, filter)
		close(served)
	}()
	onThread(func() {
		fd, err := asking.InstallListener()
		if err == nil {
			listening <- fd
			f()
		}
		done <- err
	})
	if err := <-done; err != nil {
		t.Fatalf("install: %v", err)
	}
	<-served
}

// onThread starts a goroutine whose thread may end with it: not the process's first, which
// Go keeps.
func onThread(f func()) {
	go func() {
		runtime.LockOSThread()
		if unix.Gettid() != unix.Getpid() {
			f()
			return
		}
		ended := make(chan bool)
		onThread(func() {
			defer close(ended)
			f()
		})
		<-ended // or the next one would get this thread
		runtime.UnlockOSThread()
	}()
}

func call(number uintptr, args ...uintptr) syscall.Errno {
	var a [6]uintptr
	copy(a[:], args)
	_, _, errno := unix.RawSyscall6(number, a[0], a[1], a[2], a[3], a[4], a[5])
	return errno
}

// few is a profile under which the Go runtime goes on, and which refuses what tests ask for.
const few = "default allow\nerrno EPERM mount\nerrno EDOM keyctl if int0 == 1\nerrno ENOSYS keyctl\nerrno EPERM ioctl if int1 == TIOCSTI\n"

func TestRefusals(t *testing.T) {
	r := &Refusals{}
	name, err := unix.BytePtrFromString("/mnt/\x1b[1m")
	if err != nil {
		t.Fatal(err)
	}
	var got []syscall.Errno
	under(t, r, few, func() {
		for range 3 {
			got = append(got, call(unix.SYS_MOUNT, 0, pointerTo(name), 0, unix.MS_RDONLY|unix.MS_BIND))
		}
		got = append(got, call(unix.SYS_KEYCTL, 1), call(unix.SYS_KEYCTL, unix.KEYCTL_CLEAR, ^uintptr(2)),
			call(unix.SYS_IOCTL, ^uintptr(0), unix.TIOCSTI), call(unix.SYS_IOCTL, ^uintptr(0), unix.TCGETS), call(unix.SYS_GETPPID))
	})
	runtime.KeepAlive(name)
	want := []syscall.Errno{unix.EPERM, unix.EPERM, unix.EPERM, unix.EDOM, unix.ENOSYS, unix.EPERM, unix.EBADF, 0}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	var lines []string
	for _, x := range r.List() {
		lines = append(lines, fmt.Sprintf("%d %s %s: %s", x.Times, x.Calls[0], x.Action, x.Statement()))
		if len(x.Calls) != 1 || x.Others || len(x.Programs) != 1 || !strings.HasSuffix(x.Programs[0], ".test") {
			t.Errorf("%s: by %q", x.Name, x.Programs)
		}
	}
	wantLines := []string{
		`3 mount(NULL, "/mnt/\x1b[1m", NULL, MS_RDONLY|MS_BIND, NULL) errno EPERM: mount`,
		`1 keyctl(KEYCTL_JOIN_SESSION_KEYRING, 0x0, 0x0, 0x0, 0x0) errno EDOM: keyctl if int0 == 1`,
		`1 keyctl(KEYCTL_CLEAR, -3, 0x0, 0x0, 0x0) errno ENOSYS: keyctl if int0 == 7`,
		`1 ioctl(-1, TIOCSTI, 0x0) errno EPERM: ioctl if int1 == TIOCSTI`,
	}
	if !slices.Equal(lines, wantLines) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(wantLines, "\n"))
	}
}

// TestStatementsAllow: what a report advises does what it says.
func TestStatementsAllow(t *testing.T) {
	r := &Refusals{}
	under(t, r, few, func() {
		call(unix.SYS_MOUNT)
		call(unix.SYS_KEYCTL, 1)
		call(unix.SYS_IOCTL, ^uintptr(0), unix.TIOCSTI)
	})
	if len(r.List()) != 3 {
		t.Fatalf("refused: %+v", r.List())
	}
	for _, x := range r.List() {
		p, err := seccomp.ParseText("default errno EPERM\nallow " + x.Statement())
		if err != nil {
			t.Fatal(err)
		}
		f, err := seccomp.Compile(p, seccomp.Target{})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Decide(&x.First); got != seccomp.Allow {
			t.Errorf("%s: %v", x.Statement(), got)
		}
	}
}

// TestRefusalsEnd: a command that makes ever other calls doesn't fill this process's memory.
func TestRefusalsEnd(t *testing.T) {
	r := &Refusals{}
	under(t, r, few, func() {
		for i := range uintptr(1000) {
			call(unix.SYS_KEYCTL, 100+i)
		}
	})
	list := r.List()
	var total uint64
	for _, x := range list {
		total += x.Times
	}
	if len(list) != mostOfName || total != 1000 || list[0].Times != 1000-mostOfName+1 || !list[0].Others || len(list[0].Calls) != mostCalls {
		t.Errorf("%d entries of %d calls, the first: %+v", len(list), total, list[0])
	}
	r = &Refusals{}
	under(t, r, few, func() {
		for i := range uintptr(100) {
			call(unix.SYS_KEYCTL, 1, i)
		}
	})
	if list := r.List(); len(list) != 1 || list[0].Times != 100 || len(list[0].Calls) != mostCalls || !list[0].Others {
		t.Errorf("one kind of call with other arguments each time: %+v", list)
	}
}

func TestNoFilterRefusesNothing(t *testing.T) {
	if _, err := new(Refusals).Filter(nil); err == nil {
		t.Error("a report of nothing")
	}
}

// TestOneListener: the error that userns explains.
func TestOneListener(t *testing.T) {
	r := &Refusals{}
	var second error
	under(t, r, few, func() {
		f, _ := seccomp.Compile(&seccomp.Profile{Default: seccomp.Allow}, seccomp.Target{})
		_, second = f.InstallListener()
	})
	if second != unix.EBUSY {
		t.Errorf("a second listener: %v", second)
	}
}

// TestClosedFailsClosed: without anybody to ask, what would be asked isn't made.
func TestClosedFailsClosed(t *testing.T) {
	var errno syscall.Errno
	under(t, deaf{&Refusals{}}, few, func() { errno = call(unix.SYS_MOUNT) })
	if errno != unix.ENOSYS {
		t.Errorf("mount: %v", errno)
	}
}

// deaf closes its listener at once.
type deaf struct{ *Refusals }

func (deaf) Serve(listener int, _ *seccomp.Filter) { _ = unix.Close(listener) }
