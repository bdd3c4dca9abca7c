package seccomp

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"snug/seccomp/internal/sim"
)

// A filter can't be taken off again, so what it does is seen in another process: this test
// program, started once more with the name of a victim.
const victimEnv = "SECCOMP_TEST_VICTIM"

var victims = map[string]func() error{
	"strict": strictVictim,
	"sample": sampleVictim,
	"thread": threadVictim,
	"exec":   execVictim,
}

func TestMain(m *testing.M) {
	v, ok := victims[os.Getenv(victimEnv)]
	if !ok {
		os.Exit(m.Run())
	}
	if err := v(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// sacrifice runs a victim and gives what it prints.
func sacrifice(victim string, env ...string) (string, error) {
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append([]string{victimEnv + "=" + victim}, env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	return strings.TrimSpace(string(out)), err
}

func TestVictims(t *testing.T) {
	for _, victim := range []string{"strict", "sample", "thread"} {
		if out, err := sacrifice(victim); err != nil {
			t.Errorf("%s: %v\n%s", victim, err, out)
		}
	}
}

// errnoOf makes a call and gives its error. The calls made here do nothing if they succeed.
func errnoOf(number uintptr, args ...uintptr) syscall.Errno {
	var a [6]uintptr
	copy(a[:], args)
	_, _, errno := unix.RawSyscall6(number, a[0], a[1], a[2], a[3], a[4], a[5])
	return errno
}

// strictVictim puts itself under the default filter, and goes on being a Go program.
func strictVictim() error {
	f, ok := Default(Strict, Native())
	if !ok {
		return errors.New("no default filter")
	}
	if err := f.InstallAll(); err != nil {
		return err
	}
	above := ^uintptr(0)
	above = above << 31 << 1 // nothing on 32 bits
	var wrong []error
	for _, c := range []struct {
		what string
		want syscall.Errno
		got  syscall.Errno
	}{
		{"getpid", 0, errnoOf(unix.SYS_GETPID)},
		{"unshare user", unix.EPERM, errnoOf(unix.SYS_UNSHARE, unix.CLONE_NEWUSER)},
		{"unshare nothing", 0, errnoOf(unix.SYS_UNSHARE, 0)},
		{"setns", unix.EPERM, errnoOf(unix.SYS_SETNS, ^uintptr(0))},
		{"mount", unix.EPERM, errnoOf(unix.SYS_MOUNT)},
		{"fsopen", unix.EPERM, errnoOf(unix.SYS_FSOPEN)},
		{"bpf", unix.EPERM, errnoOf(unix.SYS_BPF)},
		{"keyctl", unix.ENOSYS, errnoOf(unix.SYS_KEYCTL)},
		{"io_uring_setup", unix.ENOSYS, errnoOf(unix.SYS_IO_URING_SETUP)},
		{"clone3", unix.ENOSYS, errnoOf(unix.SYS_CLONE3)},
		{"a call of tomorrow", unix.ENOSYS, errnoOf(9999)},
		{"ioctl", unix.EBADF, errnoOf(unix.SYS_IOCTL, ^uintptr(0), unix.TCGETS)},
		{"TIOCSTI", unix.EPERM, errnoOf(unix.SYS_IOCTL, ^uintptr(0), unix.TIOCSTI)},
		{"TIOCSTI above bit 31", unix.EPERM, errnoOf(unix.SYS_IOCTL, ^uintptr(0), unix.TIOCSTI|above)},
		{"socket alg", unix.EAFNOSUPPORT, errnoOf(unix.SYS_SOCKET, unix.AF_ALG, unix.SOCK_SEQPACKET)},
		{"socket raw", unix.EPERM, errnoOf(unix.SYS_SOCKET, unix.AF_INET, unix.SOCK_RAW, unix.IPPROTO_ICMP)},
		{"personality?", 0, errnoOf(unix.SYS_PERSONALITY, 0xffffffff)},
		{"personality", unix.EPERM, errnoOf(unix.SYS_PERSONALITY, 0x40000)},
	} {
		if c.got != c.want {
			wrong = append(wrong, fmt.Errorf("%s: %v, want %v", c.what, c.got, c.want))
		}
	}
	return errors.Join(append(wrong, goesOn())...)
}

// goesOn does what Go programs do: threads, garbage, processes.
func goesOn() error {
	done := make(chan bool)
	for range 20 {
		go func() {
			runtime.LockOSThread() // a thread each, which ends with it
			done <- len(make([]byte, 1<<20)) > 0
		}()
	}
	for range 20 {
		<-done
	}
	runtime.GC()
	// A program of this architecture: any other would be killed.
	child := exec.Command("/proc/self/exe", "-test.run=^$")
	child.Env = []string{"NONE="}
	return child.Run()
}

// sampleVictim compares the kernel with sim, on a call that looks at no argument.
func sampleVictim() error {
	d := newDice(6)
	p := &Profile{Default: Allow}
	for errno := range syscall.Errno(40) {
		r := Rule{Names: []string{"getppid"}, Action: Errno(100 + errno)}
		for range 2 + d.IntN(2) { // one alone would often hold, and hide those after it
			r.Conds = append(r.Conds, d.cond())
		}
		p.Rules = append(p.Rules, r)
	}
	f, err := Compile(p, Target{})
	if err != nil {
		return err
	}
	if err := f.InstallAll(); err != nil {
		return err
	}
	hit := map[syscall.Errno]bool{}
	for range 20000 {
		c, args := sim.Data{Arch: Native().Audit(), Number: unix.SYS_GETPPID}, make([]uintptr, 6)
		for i := range args {
			args[i] = uintptr(d.number())
		}
		for _, cond := range pick(d, p.Rules).Conds {
			args[cond.Arg] = uintptr(d.near(cond.Value))
		}
		for i := range args {
			c.Args[i] = uint64(args[i])
		}
		got := errnoOf(unix.SYS_GETPPID, args...)
		want, err := sim.Run(f.Raw(), &c, Native().BigEndian())
		if Action(want) == Allow {
			want = uint32(Errno(0))
		}
		if err != nil || Errno(got) != Action(want) {
			return fmt.Errorf("getppid%#x: %v, want %s (%v)", args, got, Action(want), err)
		}
		hit[got] = true
	}
	if len(hit) < 10 {
		return fmt.Errorf("only %d of the outcomes were met", len(hit))
	}
	return nil
}

// refuse is a filter that refuses one call.
func refuse(name string) (*Filter, error) {
	return Compile(&Profile{Default: Allow, Rules: []Rule{{Names: []string{name}, Action: Errno(unix.EDOM)}}}, Target{})
}

// threadVictim: Install is for one thread, and InstallAll says if a thread is on its own.
func threadVictim() error {
	f, err := refuse("getppid")
	if err != nil {
		return err
	}
	inside, stop := make(chan error), make(chan bool)
	go func() {
		err := f.Install()
		if errno := errnoOf(unix.SYS_GETPPID); err == nil && errno != unix.EDOM {
			err = fmt.Errorf("on the thread: %v", errno)
		}
		inside <- err
		<-stop
	}()
	if err := <-inside; err != nil {
		return err
	}
	if errno := errnoOf(unix.SYS_GETPPID); errno != 0 {
		return fmt.Errorf("on another thread: %v", errno)
	}
	if err := f.InstallAll(); err == nil || !strings.Contains(err.Error(), "has a filter of its own") {
		return fmt.Errorf("on all threads: %v", err)
	}
	return nil
}

// execVictim becomes a program, under the filter of a profile.
func execVictim() error {
	var j struct {
		Profile, Program string
		Foreign          Action
	}
	if err := json.Unmarshal([]byte(os.Getenv("SECCOMP_TEST_EXEC")), &j); err != nil {
		return err
	}
	p, err := ParseText(j.Profile)
	if err != nil {
		return err
	}
	f, err := Compile(p, Target{Foreign: j.Foreign})
	if err != nil {
		return err
	}
	if err := f.Install(); err != nil {
		return err
	}
	return unix.Exec(j.Program, []string{j.Program}, nil)
}

func TestInstallErrors(t *testing.T) {
	for _, n := range []int{0, 4097} {
		f := &Filter{make([]unix.SockFilter, n)}
		if err := f.InstallAll(); err == nil || !strings.Contains(err.Error(), fmt.Sprint(n)) {
			t.Errorf("%d instructions: %v", n, err)
		}
	}
}
