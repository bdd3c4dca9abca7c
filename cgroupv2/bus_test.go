package cgroupv2

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/google/go-cmp/cmp"
)

// patience is a deadline for tests in which nobody answers; soon is when such a test
// should be over on a loaded machine.
const (
	patience = 300 * time.Millisecond
	soon     = 20 * time.Second
)

// TestMain looks at the end for what is left: a keeper stays for two seconds, in case
// systemd still looks for it, and no longer.
func TestMain(m *testing.M) {
	status := m.Run()
	for end := time.Now().Add(soon); children() > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			fmt.Fprintf(os.Stderr, "%d child processes are left\n", children())
			status = max(status, 1)
			break
		}
	}
	os.Exit(status)
}

// openAtBus opens a scope through whatever bus the test has laid out.
func openAtBus(t *testing.T, o TreeOptions) error {
	t.Helper()
	if os.Geteuid() == 0 {
		t.Fatal("root asks the system's manager: run this as an ordinary user")
	}
	h, err := findHierarchy()
	if err != nil {
		t.Fatal(err)
	}
	tree, err := openScope(context.Background(), h, o)
	if err == nil {
		tree.Close()
	}
	return err
}

// children counts the child processes of this one, zombies too.
func children() (n int) {
	tasks, _ := filepath.Glob("/proc/self/task/*/children")
	for _, task := range tasks {
		b, err := os.ReadFile(task)
		if err == nil {
			n += len(strings.Fields(string(b)))
		}
	}
	return n
}

// wants checks an error: what it unwraps to, and that it names cause and fix.
func wants(t *testing.T, err, sentinel error, why ...string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v (%T), want an *Error", err, err)
	}
	if !errors.Is(err, sentinel) {
		t.Errorf("got %v, want %v", err, sentinel)
	}
	if e.Why == "" || e.Fix == "" || strings.Contains(e.Error(), "\n") {
		t.Errorf("error %q, cause %q, fix %q", e.Error(), e.Why, e.Fix)
	}
	for _, part := range why {
		if !strings.Contains(e.Error()+"\n"+e.Why+"\n"+e.Fix, part) {
			t.Errorf("error %q, cause %q, fix %q: want %q in it", e.Error(), e.Why, e.Fix, part)
		}
	}
}

// A peer that takes the connection and is silent, at whatever stage, costs the deadline
// and no more.
func TestSilence(t *testing.T) {
	silent := func(at string) func(*fakeBus, string, []any) reply {
		return func(_ *fakeBus, member string, _ []any) reply { return reply{hang: member == at} }
	}
	for name, f := range map[string]*fakeBus{
		"in the handshake":    {silentAuth: true},
		"when greeted":        {answer: silent("Hello")},
		"when asked to start": {answer: silent("StartTransientUnit")},
	} {
		t.Run(name, func(t *testing.T) {
			newFakeBus(t, f)
			within(t, soon, func() {
				wants(t, openAtBus(t, TreeOptions{Name: "x", Deadline: patience}), ErrDeadline, "time")
			})
		})
	}
	t.Run("about the job", func(t *testing.T) {
		newFakeBus(t, &fakeBus{answer: func(_ *fakeBus, member string, _ []any) reply {
			if member == "StartTransientUnit" {
				r := started("done")
				r.signal = nil
				return r
			}
			return reply{}
		}})
		within(t, soon, func() {
			wants(t, openAtBus(t, TreeOptions{Name: "x", Deadline: 5 * patience}), ErrDeadline, "list-jobs")
		})
	})
}

// A caller who is told to stop doesn't wait for the deadline.
func TestCancelled(t *testing.T) {
	newFakeBus(t, &fakeBus{silentAuth: true})
	h, err := findHierarchy()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	within(t, soon, func() {
		if _, err := openScope(ctx, h, TreeOptions{Name: "x", Deadline: time.Hour}); err == nil {
			t.Error("got a scope")
		}
	})
}

// A manager that says "done" and has done nothing is found out: what it says is looked
// up in /proc.
func TestLie(t *testing.T) {
	f := newFakeBus(t, &fakeBus{})
	wants(t, openAtBus(t, TreeOptions{Name: "x"}), ErrNotEnforced, "says it is done")
	if n := f.called("StartTransientUnit"); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestJobFails(t *testing.T) {
	for _, result := range []string{"failed", "timeout", "canceled", "dependency", "skipped"} {
		newFakeBus(t, &fakeBus{answer: func(_ *fakeBus, member string, _ []any) reply {
			if member == "StartTransientUnit" {
				return started(result)
			}
			return reply{}
		}})
		err := openAtBus(t, TreeOptions{Name: "x"})
		if err == nil || !strings.Contains(err.Error(), result) {
			t.Errorf("%s: got %v", result, err)
		}
	}
}

// A connection that is lost is made anew, as long as there is time.
func TestDrops(t *testing.T) {
	t.Run("in the call", func(t *testing.T) {
		f := newFakeBus(t, &fakeBus{answer: func(f *fakeBus, member string, _ []any) reply {
			return reply{drop: member == "StartTransientUnit" && f.called("StartTransientUnit") == 1}
		}})
		within(t, soon, func() {
			wants(t, openAtBus(t, TreeOptions{Name: "x"}), ErrNotEnforced)
		})
		if n := f.called("StartTransientUnit"); n != 2 {
			t.Errorf("asked %d times, want 2", n)
		}
	})
	t.Run("before the job is done", func(t *testing.T) {
		f := newFakeBus(t, &fakeBus{answer: func(f *fakeBus, member string, _ []any) reply {
			if member == "StartTransientUnit" && f.called(member) == 1 {
				r := started("done")
				r.signal = nil
				time.AfterFunc(patience/3, f.hangUpAll)
				return r
			}
			return reply{}
		}})
		within(t, soon, func() {
			wants(t, openAtBus(t, TreeOptions{Name: "x"}), ErrNotEnforced)
		})
		if n := f.called("StartTransientUnit"); n != 2 {
			t.Errorf("asked %d times, want 2", n)
		}
	})
	t.Run("again and again", func(t *testing.T) {
		newFakeBus(t, &fakeBus{answer: func(_ *fakeBus, member string, _ []any) reply {
			return reply{drop: member == "StartTransientUnit"}
		}})
		within(t, soon, func() {
			wants(t, openAtBus(t, TreeOptions{Name: "x", Deadline: patience}), ErrDeadline)
		})
	})
	t.Run("after the handshake", func(t *testing.T) {
		newFakeBus(t, &fakeBus{dropAfterAuth: true})
		within(t, soon, func() {
			wants(t, openAtBus(t, TreeOptions{Name: "x", Deadline: patience}), ErrNoCgroup, "no systemd user manager answers")
		})
	})
}

// hangUpAll closes every connection.
func (f *fakeBus) hangUpAll() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.open {
		c.Close()
	}
}

// A unit that is left from a crash is reset, once, and then another name is taken.
func TestUnitExists(t *testing.T) {
	var names []string
	f := newFakeBus(t, &fakeBus{answer: func(_ *fakeBus, member string, body []any) reply {
		if member != "StartTransientUnit" {
			return reply{}
		}
		names = append(names, body[0].(string))
		if len(names) < 3 {
			return reply{err: "org.freedesktop.systemd1.UnitExists"}
		}
		return started("done")
	}})
	wants(t, openAtBus(t, TreeOptions{Name: "/usr/bin/make it"}), ErrNotEnforced)
	if n := f.called("ResetFailedUnit"); n != 1 {
		t.Errorf("%d resets, want 1", n)
	}
	first := "snug-make_it-" + strconv.Itoa(os.Getpid()) + ".scope"
	if len(names) != 3 || names[0] != first || names[1] != first || names[2] == first ||
		!strings.HasPrefix(names[2], strings.TrimSuffix(first, ".scope")+"-") {
		t.Errorf("names were %q", names)
	}
}

// What systemd's refusals mean is said, with the way out.
func TestRefusals(t *testing.T) {
	for name, why := range map[string]string{
		"org.freedesktop.DBus.Error.InteractiveAuthorizationRequired": "takes no orders from a user",
		"org.freedesktop.DBus.Error.AccessDenied":                     "takes no orders from a user",
		"org.freedesktop.DBus.Error.InvalidArgs":                      "one of the properties",
		"org.freedesktop.systemd1.Masked":                             "systemd refuses",
	} {
		newFakeBus(t, &fakeBus{answer: func(_ *fakeBus, member string, _ []any) reply {
			if member == "StartTransientUnit" {
				return reply{err: name}
			}
			return reply{}
		}})
		err := openAtBus(t, TreeOptions{Name: "x"})
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(e.Why, why) || e.Fix == "" {
			t.Errorf("%s: got %v, %+v", name, err, e)
		}
	}
}

// A bus on which there is no systemd is asked nothing that could start one, and the
// next address has its turn.
func TestBusWithoutSystemd(t *testing.T) {
	f := newFakeBus(t, &fakeBus{answer: func(_ *fakeBus, member string, _ []any) reply {
		if member == "StartTransientUnit" {
			return reply{err: "org.freedesktop.DBus.Error.ServiceUnknown"}
		}
		return reply{}
	}})
	wants(t, openAtBus(t, TreeOptions{Name: "x"}), ErrNoCgroup, "no systemd on this bus")
	for member, flags := range f.flags {
		if member == "StartTransientUnit" && flags&dbus.FlagNoAutoStart == 0 {
			t.Error("the bus was free to start something")
		}
	}
	if n := f.connections(); n != 1 {
		t.Errorf("%d connections: one socket under two names is one", n)
	}
}

// Fifty at once, of a manager that never answers: all are told so, in time.
func TestManyAtOnce(t *testing.T) {
	newFakeBus(t, &fakeBus{silentAuth: true})
	h, err := findHierarchy()
	if err != nil {
		t.Fatal(err)
	}
	within(t, soon, func() {
		errs := make(chan error)
		for range 50 {
			go func() {
				_, err := openScope(context.Background(), h, TreeOptions{Name: "x", Deadline: patience})
				errs <- err
			}()
		}
		for range 50 {
			if err := <-errs; !errors.Is(err, ErrDeadline) {
				t.Errorf("got %v", err)
			}
		}
	})
}

// Nothing to ask: the error says what is missing and what to do.
func TestNobody(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", dir)
	wants(t, openAtBus(t, TreeOptions{Name: "x"}), ErrNoCgroup, "no such file", "loginctl enable-linger", "XDG_RUNTIME_DIR=/run/user/")
	// A socket that nobody listens on any more.
	l, err := net.Listen("unix", filepath.Join(dir, "bus"))
	if err != nil {
		t.Fatal(err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	l.Close()
	wants(t, openAtBus(t, TreeOptions{Name: "x"}), ErrNoCgroup, "connection refused")
}

func TestAddresses(t *testing.T) {
	run := func(bus, dir string) func(string) string {
		return func(name string) string {
			return map[string]string{"DBUS_SESSION_BUS_ADDRESS": bus, "XDG_RUNTIME_DIR": dir}[name]
		}
	}
	for _, c := range []struct {
		bus, dir string
		want     []string
	}{
		{"unix:path=/run/user/7/bus", "/run/user/7", []string{"/run/user/7/systemd/private", "/run/user/7/bus"}},
		{"unix:path=/other", "/run/user/7", []string{"/other", "/run/user/7/bus", "/run/user/7/systemd/private"}},
		{"unix:path=/a%20b,guid=12;unix:abstract=/tmp/x", "/r/", []string{"/a b", "@/tmp/x", "/r/bus", "/r/systemd/private"}},
		// Nothing that starts a program or a bus, and nothing beyond this machine.
		{"unixexec:path=/bin/true;autolaunch:;tcp:host=x,port=1;launchd:env=X;unix:runtime=yes;unix:path=%zz;unix:path=%4", "/r", []string{"/r/systemd/private", "/r/bus"}},
		{"", "/r", []string{"/r/systemd/private", "/r/bus"}},
		// A relative directory is none, by the specification.
		{"", "relative", nil},
		{"", "", nil},
	} {
		var got []string
		for _, a := range managerAddresses(run(c.bus, c.dir), 123456789) {
			got = append(got, a.socket)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q, %q (-want +got):\n%s", c.bus, c.dir, diff)
		}
	}
	root := managerAddresses(run("unix:path=/evil", "/evil"), 0)
	if len(root) != 2 || root[0].socket != "/run/systemd/private" {
		t.Errorf("root asks %v", root)
	}
}
