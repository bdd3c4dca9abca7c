package launch

import (
	"os"
	"os/exec"
	"os/signal"
	"testing"

	"golang.org/x/sys/unix"
)

// TestThreadsAhead: a command may take every process that there may be, and its pid 1 can
// do with the threads that it has.
func TestThreadsAhead(t *testing.T) {
	for range rounds {
		c := exec.Command("/proc/self/exe")
		c.Args = []string{"helper:threads"}
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %.2000s", err, out)
		}
	}
}

// wantThreads waits for signals and orders as pid 1 does, and may not have a thread more.
func wantThreads([]string) int {
	haveThreads()
	if err := unix.Setrlimit(unix.RLIMIT_NPROC, &unix.Rlimit{}); err != nil {
		return 3
	}
	if os.Getuid() != 0 { // who may have more than the limit
		if _, err := os.StartProcess("/proc/self/exe", []string{"true"}, &os.ProcAttr{}); err == nil {
			return 4
		}
	}
	signals := make(chan os.Signal, 64)
	signal.Notify(signals, unix.SIGWINCH)
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 5
	}
	orders := make(chan unix.Signal)
	go func() {
		for {
			sig, _, _ := (Control{pair[0]}).order()
			orders <- sig
		}
	}()
	for range 50 {
		unix.Kill(os.Getpid(), unix.SIGWINCH)
		<-signals
		(Control{pair[1]}).send(uint32(unix.SIGINT), ToTarget)
		if <-orders != unix.SIGINT {
			return 6
		}
	}
	return 0
}
