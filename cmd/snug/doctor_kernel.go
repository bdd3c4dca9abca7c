package main

import "golang.org/x/sys/unix"

// Questions to the kernel that are one system call, and change nothing.

func kernel() (release, arch string) {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return "unknown", "unknown"
	}
	return unix.ByteSliceToString(u.Release[:]), unix.ByteSliceToString(u.Machine[:])
}

// landlock is the version of Landlock's interface (landlock_create_ruleset(2)).
func landlock() (abi int, err error) {
	n, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

// mountSetattr asks for no change of no mount, which a kernel that knows the call grants or
// finds no mount for.
func mountSetattr() error {
	err := unix.MountSetattr(-1, "", unix.AT_EMPTY_PATH, &unix.MountAttr{})
	if err == unix.EBADF {
		return nil
	}
	return err
}
