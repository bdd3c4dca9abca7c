package userns

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"

	"snug/userns/landlock"
)

// restrict holds this thread, and what it makes, to d, with everything below / allowed.
func restrict(d *landlock.Domain) error {
	runtime.LockOSThread()
	attr := rulesetAttr(d)
	set, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr[0])), uintptr(len(attr)), 0)
	if errno != 0 {
		return errno
	}
	defer unix.Close(int(set))
	if d.Files != 0 {
		root, err := unix.Open("/", unix.O_PATH|unix.O_CLOEXEC, 0)
		if err != nil {
			return err
		}
		defer unix.Close(root)
		rule := pathBeneath(d.Files, root)
		if _, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, set, unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&rule[0])), 0, 0, 0); errno != 0 {
			return errno
		}
	}
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, set, 0, 0); errno != 0 {
		return errno
	}
	return nil
}
