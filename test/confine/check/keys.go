package check

import (
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
)

var keyChecks = []Check{
	{"keyrings", High, "keys of the caller's session", "his can't be found or read", keyrings},
	{"key-calls", High, "keyrings shared with the user", "add_key, request_key, keyctl are refused", keyCalls},
}

// The keyrings that a process is born with.
var inherited = map[string]int{"session": unix.KEY_SPEC_SESSION_KEYRING, "user": unix.KEY_SPEC_USER_KEYRING,
	"user session": unix.KEY_SPEC_USER_SESSION_KEYRING}

func keyrings(h *bait.Host) error {
	if !h.Key {
		return ErrNone
	}
	for name, ring := range inherited {
		if id, err := unix.KeyctlSearch(ring, "user", h.Marker, 0); err == nil {
			return fmt.Errorf("key %d is in the %s keyring", id, name)
		}
	}
	return nil
}

func keyCalls(h *bait.Host) error {
	name, err := unix.BytePtrFromString("user")
	if err != nil {
		return err
	}
	arg := uintptr(unsafe.Pointer(name))
	_, _, add := unix.Syscall6(unix.SYS_ADD_KEY, arg, arg, arg, 4, uintptr(1<<32+unix.KEY_SPEC_USER_KEYRING), 0)
	_, _, request := unix.Syscall6(unix.SYS_REQUEST_KEY, arg, arg, 0, 0, 0, 0)
	_, _, control := unix.Syscall(unix.SYS_KEYCTL, 0, uintptr(1<<32+unix.KEY_SPEC_SESSION_KEYRING), 0)
	return errors.Join(refusedByFilter("add_key", add), refusedByFilter("request_key", request), refusedByFilter("keyctl", control))
}
