package probe

import "golang.org/x/sys/unix"

// Landlock is the ABI of the kernel's Landlock. ENOSYS is a kernel without it,
// EOPNOTSUPP one that was started without it, and anything else what a filter of system
// calls around this process says. Unlike the rest of this package it runs at every
// launch; it takes a tenth of a microsecond.
func Landlock() (abi int, err error) {
	r, _, errno := unix.RawSyscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return 0, errno
	}
	return int(r), nil
}
