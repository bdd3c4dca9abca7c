//go:build bed

// What is here needs a systemd user manager and systemd-run; for what is enforced, also
// controllers that are delegated to it. It compares what both make of the same words.

package cgroupv2

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	sd "github.com/coreos/go-systemd/v22/dbus"
	"github.com/godbus/dbus/v5"
)

// bed is a user manager to try things with.
type bed struct {
	*manager
	h     hierarchy
	units int
}

// needBed skips a test where there is no bed. CI has one, or is broken.
func needBed(t *testing.T) *bed {
	t.Helper()
	no := t.Skipf
	if os.Getenv("CI") == "true" {
		no = t.Fatalf
	}
	if _, err := exec.LookPath("systemd-run"); err != nil {
		no("no systemd-run: %v", err)
	}
	h, err := findHierarchy()
	if err != nil {
		no("no cgroup v2: %v", err)
	}
	m, err := dialAny(t.Context(), environment())
	if err != nil {
		no("no user manager: %v", err)
	}
	t.Cleanup(func() { m.conn.Close() })
	return &bed{manager: m, h: h}
}

// sleeper is a process to make a scope around. After it ended, what it said is sent.
func (b *bed) sleeper(t *testing.T, name string, args ...string) (pid int, ended <-chan string) {
	t.Helper()
	var said bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stderr = &said
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	end := make(chan string, 2)
	go func() {
		cmd.Wait()
		end <- strings.TrimSpace(said.String())
		close(end)
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		for range end {
		}
	})
	return cmd.Process.Pid, end
}

func (b *bed) unit() string {
	b.units++
	return fmt.Sprintf("snug-bed-%d-%d.scope", os.Getpid(), b.units)
}

// ours makes a scope with the properties as ParseProperty has them.
func (b *bed) ours(t *testing.T, p Property) (unit string, pid int, err error) {
	t.Helper()
	unit = b.unit()
	pid, _ = b.sleeper(t, "sleep", "1000")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	job, err := b.startTransientUnit(ctx, unit, append([]sd.Property{
		{Name: "Delegate", Value: dbus.MakeVariant(true)},
		{Name: "PIDs", Value: dbus.MakeVariant([]uint32{uint32(pid)})},
	}, p.bus...))
	if err != nil {
		return unit, pid, err
	}
	if result, err := b.await(ctx, job); err != nil || result != "done" {
		t.Fatalf("%s: job %q, %v", p, result, err)
	}
	return unit, pid, nil
}

// theirs makes a scope with the properties as systemd-run has them.
func (b *bed) theirs(t *testing.T, p Property) (unit string, err error) {
	t.Helper()
	unit = b.unit()
	// A scope whose only process is killed while it is being started stays, empty.
	t.Cleanup(func() { exec.Command("systemctl", "--user", "stop", unit).Run() })
	_, ended := b.sleeper(t, "systemd-run", "--user", "--scope", "--quiet", "--unit="+unit, "-p", "Delegate=yes", "-p", p.String(), "sleep", "1000")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		var at dbus.ObjectPath
		err := b.call(ctx, "GetUnit", &at, unit)
		if err == nil {
			return unit, nil
		}
		if !isBusError(err, "org.freedesktop.systemd1.NoSuchUnit") {
			t.Fatal(err)
		}
		select {
		case said := <-ended:
			return unit, errors.New(said)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// show is what systemd says of the properties of a unit.
func (b *bed) show(t *testing.T, unit string, p Property) string {
	t.Helper()
	var names []string
	for _, property := range p.bus {
		names = append(names, strings.TrimSuffix(property.Name, "Scale"))
	}
	out, err := exec.Command("systemctl", "--user", "show", "-p", strings.Join(names, ","), unit).Output()
	if err != nil {
		t.Fatalf("%s: systemctl show: %v", p, err)
	}
	return strings.TrimSpace(string(out))
}

// TestPropertiesAreSystemds has systemd-run and ParseProperty say the same to systemd.
func TestPropertiesAreSystemds(t *testing.T) {
	b := needBed(t)
	compared, foreign := 0, 0
	for _, c := range samples {
		t.Run(c.typed, func(t *testing.T) {
			p := mustParse(t, strings.ReplaceAll(c.typed, "/dev/sda", aDisk()))
			ours, pid, err := b.ours(t, p)
			theirs, theirErr := b.theirs(t, p)
			switch {
			case err != nil && theirErr != nil: // this systemd doesn't know it
				foreign++
				t.Logf("%v; %v", err, theirErr)
				return
			case theirErr != nil && strings.HasPrefix(p.Name, "StartupMemory"): // nor does systemd-run 257, by itself
			case err != nil || theirErr != nil:
				t.Fatalf("ours: %v; systemd-run's: %v", err, theirErr)
			default:
				compared++
				got, want := b.show(t, ours, p), b.show(t, theirs, p)
				empty := strings.HasSuffix(c.typed, " infinity") // the limits of a disk are shown if there are any
				if got != want || empty != (got == "") {
					t.Errorf("ours is %s; systemd-run's is %s", got, want)
				}
			}
			b.checkVerify(t, p, pid)
		})
	}
	if t.Logf("%d compared, %d unknown to this systemd", compared, foreign); compared < len(samples)/2 {
		t.Error("that is too few")
	}
}

// aDisk is some disk of this machine.
func aDisk() string {
	list, _ := filepath.Glob("/sys/block/*/device")
	for _, at := range list {
		node := "/dev/" + filepath.Base(filepath.Dir(at))
		if devices, _ := disksOf(node); len(devices) > 0 {
			return node
		}
	}
	return "/"
}

// checkVerify holds the judgement of a scope against what one has to expect of the
// machine.
func (b *bed) checkVerify(t *testing.T, p Property, pid int) {
	t.Helper()
	cgroup, err := b.h.of(pid)
	if err != nil {
		t.Fatal(err)
	}
	at, _ := b.h.dir(cgroup)
	d, err := openDir(at)
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	err = p.verify(d)
	var e *Error
	switch want := b.expected(t, p, d); {
	case errors.As(err, &e) && e.Err == ErrNotEnforced:
		checkLines(t, e)
		if t.Logf("%v: %s", e, e.Why); want == "held" {
			t.Error("it should be held")
		}
	case err != nil:
		t.Error(err)
	case want == "not held":
		t.Errorf("it can't be held in %s", path.Base(d.path))
	}
}

func (b *bed) expected(t *testing.T, p Property, d dir) string {
	controllers, err := d.read("cgroup.controllers")
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range p.held {
		controller, _, _ := strings.Cut(h.file, ".")
		switch {
		case h.spare:
		case !slices.Contains(strings.Fields(controllers), controller) || h.or == nil && !d.has(h.file):
			return "not held"
		case strings.HasPrefix(p.Name, "Startup"):
		case h.or != nil: // depends on the schedulers of the disks
			return "either"
		case h.beyond != nil: // nobody above gives a protection by default
			return "not held"
		case controller == "io" && aDisk() == "/":
			return "either"
		case controller == "cpuset":
			return map[bool]string{true: "held", false: "not held"}[online(t, h.file, p.Value)]
		}
	}
	return "held"
}

// online says whether the machine has all of a set.
func online(t *testing.T, file, value string) bool {
	t.Helper()
	at := "/sys/devices/system/cpu/online"
	if strings.HasPrefix(file, "cpuset.mems") {
		at = "/sys/devices/system/node/online"
	}
	text, err := os.ReadFile(at)
	if err != nil {
		t.Fatal(err)
	}
	all, _ := parseCPUSet(strings.TrimSpace(string(text)))
	set, _ := typedSet(value)
	return set.within(all)
}

// TestRefusedAreAccepted has systemd-run take what ParseProperty refuses because systemd
// does nothing with it. If that ends one day, there is less to refuse.
func TestRefusedAreAccepted(t *testing.T) {
	b := needBed(t)
	for _, typed := range []string{"IPAddressDeny=any", "SocketBindDeny=any", "DeviceAllow=/dev/null", "DevicePolicy=strict", "IPAccounting=yes", "DisableControllers=memory"} {
		name, value, _ := strings.Cut(typed, "=")
		if _, err := ParseProperty(typed); err == nil {
			t.Errorf("%s is not refused", typed)
		}
		if _, err := b.theirs(t, Property{Name: name, Value: value}); err != nil {
			t.Errorf("systemd-run refuses %s, too: %v", typed, err)
		}
	}
}
