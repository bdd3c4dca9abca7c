package cgroupv2

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// plainError is the errno of a dial without the words around it.
func plainError(err error) string {
	var errno unix.Errno
	if errors.As(err, &errno) {
		return errno.Error()
	}
	return err.Error()
}

func silent(who string, ctx context.Context) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	return &Error{Do: "ask systemd for a scope", Err: ErrDeadline,
		Why: who + " took the connection and then said nothing in time",
		Fix: "see whether it lives: systemctl --user status; a wrong DBUS_SESSION_BUS_ADDRESS or XDG_RUNTIME_DIR can be unset"}
}

// noManager is nobody to ask.
func noManager(tried []string) error {
	e := &Error{Do: "ask systemd for a scope", Err: ErrNoCgroup}
	if len(tried) > 0 {
		e.Why = "no systemd user manager answers (" + strings.Join(tried, "; ") + ")"
	} else {
		e.Why = "no systemd user manager is to be found: neither XDG_RUNTIME_DIR nor DBUS_SESSION_BUS_ADDRESS names a socket of this machine, and " + usualRuntime() + " is not there"
	}
	e.Fix = "log in through PAM (ssh, console), or let your manager run without a login: loginctl enable-linger $(id -un); then: export XDG_RUNTIME_DIR=" + usualRuntime()
	if os.Geteuid() == 0 {
		e.Why = "no systemd answers (" + strings.Join(tried, "; ") + ")"
		e.Fix = "boot with systemd, or mount cgroup v2 and run from a cgroup with nobody else in it"
	}
	return e
}

func usualRuntime() string { return "/run/user/" + strconv.Itoa(os.Geteuid()) }

// explain puts an error of systemd's in words.
func (m *manager) explain(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	var own *Error
	if errors.As(err, &own) {
		return err
	}
	if absent(err) {
		return noManager([]string{m.at.socket + ": no systemd on this bus"})
	}
	e := &Error{Do: "ask systemd for a scope", Err: err, Why: "systemd refuses it", Fix: "see what it says: journalctl --user -n 20"}
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case ctx.Err() != nil:
		e.Err, e.Why = ErrDeadline, "systemd took the request and had not finished it in time"
		e.Fix = "see whether it is stuck: systemctl --user list-jobs; then: systemctl --user daemon-reexec"
	case isBusError(err, "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired", "org.freedesktop.DBus.Error.AccessDenied"):
		e.Why = "what answers on " + m.at.socket + " is the system's manager, which takes no orders from a user"
		e.Fix = "unset DBUS_SESSION_BUS_ADDRESS, and: export XDG_RUNTIME_DIR=" + usualRuntime()
	case isBusError(err, "org.freedesktop.DBus.Error.PropertyReadOnly", "org.freedesktop.DBus.Error.UnknownProperty", "org.freedesktop.DBus.Error.InvalidArgs"):
		e.Why, e.Fix = "systemd doesn't take one of the properties for a scope", "leave it out, or see: man systemd.resource-control"
	}
	return e
}

func notEnforced(unit, why, fix string) *Error {
	return &Error{Do: "use the scope", On: unit, Err: ErrNotEnforced, Why: why, Fix: fix}
}
