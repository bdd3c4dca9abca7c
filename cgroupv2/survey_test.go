package cgroupv2

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestManager(t *testing.T) {
	ordinary(t)
	f := newFakeBus(t, &fakeBus{})
	if at, err := Manager(context.Background()); err != nil || at != f.path {
		t.Errorf("got %q, %v, want %q", at, err, f.path)
	}
	if n := f.called("StartTransientUnit"); n != 0 {
		t.Errorf("it asked for %d units", n)
	}
}

// One that says nothing is told from one that isn't there.
func TestManagerIsSilent(t *testing.T) {
	ordinary(t)
	newFakeBus(t, &fakeBus{silentAuth: true})
	within(t, soon, func() {
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		defer cancel()
		var e *Error
		if _, err := Manager(ctx); !errors.As(err, &e) || !errors.Is(err, ErrDeadline) || e.Fix == "" {
			t.Errorf("got %v", err)
		}
	})
}

func TestNoManager(t *testing.T) {
	ordinary(t)
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	var e *Error
	_, err := Manager(ctx)
	if !errors.As(err, &e) || !errors.Is(err, ErrNoCgroup) {
		t.Fatalf("got %v", err)
	}
	if os.Geteuid() != 0 && (!strings.Contains(e.Why, "no systemd user manager answers") || !strings.Contains(e.Fix, "loginctl enable-linger")) {
		t.Errorf("got %q, %q", e.Why, e.Fix)
	}
}

// Who waits for a manager that is being started anew, until the time is up, has heard
// from nobody.
func TestNoManagerInTime(t *testing.T) {
	ordinary(t)
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "systemd"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_RUNTIME_DIR", dir)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	ctx, cancel := context.WithTimeout(context.Background(), 120*time.Millisecond)
	defer cancel()
	if _, err := dialAny(ctx, environment()); !errors.Is(err, ErrNoCgroup) {
		t.Errorf("got %v", err)
	}
}

func TestLingers(t *testing.T) {
	root := t.TempDir()
	if yes, known := lingers(root, "me"); yes || known {
		t.Errorf("without systemd: got %v, %v", yes, known)
	}
	if err := os.MkdirAll(filepath.Join(root, "run/systemd/system"), 0o755); err != nil {
		t.Fatal(err)
	}
	if yes, known := lingers(root, "me"); yes || !known {
		t.Errorf("nobody lingers: got %v, %v", yes, known)
	}
	dir := filepath.Join(root, "var/lib/systemd/linger")
	if err := errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(dir+"/me", nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	for user, want := range map[string]bool{"me": true, "you": false} {
		if yes, known := lingers(root, user); yes != want || !known {
			t.Errorf("%s: got %v, %v", user, yes, known)
		}
	}
	if yes, known := lingers(root, "../linger/me"); yes || known {
		t.Errorf("no name: got %v, %v", yes, known)
	}
}

func TestUndelegated(t *testing.T) {
	for _, c := range Delegatable() {
		var e *Error
		if err := Undelegated(c); !errors.As(err, &e) || !errors.Is(err, ErrNotEnforced) || e.Why == "" || e.Fix == "" {
			t.Errorf("%s: got %v", c, err)
		}
	}
}

// ordinary is who has a manager of his own: root would ask the system's.
func ordinary(t *testing.T) {
	t.Helper()
	if os.Geteuid() == 0 {
		t.Fatal("run this as an ordinary user")
	}
}
