package userns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"snug/userns/landlock"
)

// reach connects to sockets with an abstract name and signals processes, and says what
// the kernel says.
func reach(args []string) int {
	for _, a := range args {
		if pid, err := strconv.Atoi(a); err == nil {
			fmt.Println("signal", unix.Kill(pid, 0))
			continue
		}
		for _, kind := range []string{"unix", "unixgram"} {
			c, err := net.Dial(kind, a)
			var errno unix.Errno
			if errors.As(err, &errno) {
				err = errno
			} else if err == nil {
				c.Close()
			}
			fmt.Println(kind, err)
		}
	}
	return 0
}

// listen gives an abstract name to a socket of each kind.
func listen(t *testing.T, name string) {
	t.Helper()
	l, err := net.Listen("unix", name)
	must(t, err)
	t.Cleanup(func() { l.Close() })
	p, err := net.ListenPacket("unixgram", name)
	must(t, err)
	t.Cleanup(func() { p.Close() })
}

// TestScopes: with a network or processes that are shared, abstract sockets and signals
// end at the sandbox all the same.
func TestScopes(t *testing.T) {
	needsLandlock(t, landlock.ScopeABI)
	name := "@snug-test-" + strconv.Itoa(os.Getpid())
	listen(t, name)
	sleep := exec.Command("sleep", "1000")
	must(t, sleep.Start())
	t.Cleanup(func() { sleep.Process.Kill(); sleep.Wait() })
	for _, c := range []struct {
		what   string
		change func(*Spec)
		want   string
	}{
		{"net", func(s *Spec) { s.Share = ShareNet }, "unix operation not permitted\nunixgram operation not permitted\nsignal no such process\n"},
		{"net, without Landlock", func(s *Spec) { s.Share, s.Landlock = ShareNet, NoLandlock }, "unix <nil>\nunixgram <nil>\nsignal no such process\n"},
		{"pid", func(s *Spec) { s.Share = SharePID }, "unix connection refused\nunixgram connection refused\nsignal operation not permitted\n"},
		{"pid, without Landlock", func(s *Spec) { s.Share, s.Landlock = SharePID, NoLandlock }, "unix connection refused\nunixgram connection refused\nsignal <nil>\n"},
		{"both, nested", func(s *Spec) { s.Share, s.AllowUserns = ShareNet|SharePID, true }, "unix operation not permitted\nunixgram operation not permitted\nsignal operation not permitted\n"},
	} {
		spec := insider(t, "reach", name, strconv.Itoa(sleep.Process.Pid))
		c.change(spec)
		if got := output(t, spec); got != c.want {
			t.Errorf("%s: got\n%swant\n%s", c.what, got, c.want)
		}
	}
}

// within is a server and a client in one sandbox.
func within(args []string) int {
	l, err := net.Listen("unix", args[0])
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer l.Close()
	client := exec.Command("/tmp/helper", "inside:reach", args[0], strconv.Itoa(os.Getpid()))
	client.Stdout = os.Stdout
	client.Run()
	return 0
}

func TestScopesWithin(t *testing.T) {
	for _, share := range []Share{0, ShareNet | SharePID} {
		spec := insider(t, "within", "@snug-test-within")
		spec.Share = share
		if got := output(t, spec); !strings.HasPrefix(got, "unix <nil>\n") || !strings.HasSuffix(got, "signal <nil>\n") {
			t.Errorf("share %d: got %q", share, got)
		}
	}
}

// TestSignalsFromOutside: the caller and pid 1 are not held back.
func TestSignalsFromOutside(t *testing.T) {
	for _, share := range []Share{0, SharePID} {
		s := started(t, context.Background(), shell("trap 'exit 7' TERM; echo up; while :; do sleep 0.02; done", func(s *Spec) { s.Share = share }))
		s.Signal(unix.SIGTERM)
		var exit *ExitError
		if err := s.Wait(); !errors.As(err, &exit) || exit.Code != 7 {
			t.Errorf("share %d: %v", share, err)
		}
	}
}

// domains confines this process, as args say, and runs a sandbox.
func domains(args []string) int {
	files, _ := strconv.Atoi(args[0])
	n, _ := strconv.Atoi(args[1])
	unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
	d := landlock.Domain{Scope: landlock.Signals}
	if files != 0 {
		d = landlock.Domain{Files: landlock.Read}
	}
	for range n {
		if err := restrict(&d); err != nil {
			fmt.Println(err)
			return 1
		}
	}
	spec := shell("echo ran; exit 7")
	spec.Stdout = os.Stdout
	err := Run(context.Background(), spec)
	var e *Error
	if errors.As(err, &e) {
		fmt.Printf("%v; %s; %s", e, e.Why, e.Fix)
	} else {
		fmt.Println(err)
	}
	return 0
}

// TestSandboxInDomains: snug runs inside domains of others, as deep as the kernel has
// them, and says what is wrong.
func TestSandboxInDomains(t *testing.T) {
	needsLandlock(t, landlock.ScopeABI)
	self, err := os.Executable()
	must(t, err)
	for _, c := range []struct{ files, n, want string }{
		{"0", "1", "ran\nexit status 7\n"},
		{"0", "15", "ran\nexit status 7\n"},
		{"0", "16", "landlock domain: argument list too long; snug is already inside sixteen Landlock domains, and the kernel nests no more; "},
		{"1", "1", "make private the mounts below /: operation not permitted; an outer sandbox forbids mounts, as Landlock does to everyone"},
	} {
		out, err := exec.Command(self, "inside:domains", c.files, c.n).Output()
		if err != nil || !strings.HasPrefix(string(out), c.want) {
			t.Errorf("%s domains, files %s: %v\n%s", c.n, c.files, err, out)
		}
	}
}
