package main

import (
	"io"
	"os"

	"golang.org/x/sys/unix"

	"snug/userns"
	"snug/userns/profile"
)

// readSmall reads a regular file of at most profile.MaxSize, once, without following a link
// at its end, without waiting for a FIFO, and if it is to be the user's own without trusting
// what others may write. An error is an errno, or says all there is to say.
func readSmall(file string, own bool) ([]byte, error) {
	fd, err := unix.Open(file, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), file)
	defer f.Close()
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return nil, err
	}
	switch {
	case st.Mode&unix.S_IFMT != unix.S_IFREG:
		return nil, &userns.Error{Do: "read the profile", On: file, Err: unix.EINVAL, Why: "it is not a regular file", Fix: "make it one"}
	case own && !trusted(&st):
		return nil, untrusted(file)
	case st.Size > profile.MaxSize:
		return nil, &userns.Error{Do: "read the profile", On: file, Err: unix.EFBIG, Why: "it has more than 64 KiB, and a profile is a few lines", Fix: "name the right file"}
	}
	return io.ReadAll(io.LimitReader(f, profile.MaxSize+1))
}

// readTrusted reads a file that is to be the user's own, in a directory, if one is given,
// that is as well. It is ENOENT if it isn't there; all other errors say all there is to say.
func readTrusted(dir, file string) ([]byte, error) {
	if dir != "" {
		var st unix.Stat_t
		switch err := unix.Stat(dir, &st); {
		case err == unix.ENOENT || err == unix.ENOTDIR:
			return nil, unix.ENOENT
		case err != nil:
			return nil, unreadable(dir, err)
		case !trusted(&st):
			return nil, untrusted(dir)
		}
	}
	text, err := readSmall(file, true)
	if errno, ok := err.(unix.Errno); ok && errno != unix.ENOENT {
		return nil, unreadable(file, errno)
	}
	return text, err
}

// trusted says whether only the user, or root, can write what st is about.
func trusted(st *unix.Stat_t) bool {
	return (st.Uid == uint32(os.Geteuid()) || st.Uid == 0) && st.Mode&0o022 == 0
}

func untrusted(path string) error {
	return &userns.Error{Do: "trust the profile", On: path, Err: unix.EPERM,
		Why: "somebody else can write it, and could loosen your sandboxes", Fix: "make it yours alone, after a look at it: chown $USER and chmod go-w"}
}

func unreadable(file string, err error) error {
	e := &userns.Error{Do: "read the profile", On: file, Err: err, Why: "it has to be a file that you can read", Fix: "check the path and its mode"}
	if err == unix.ELOOP {
		e.Why, e.Fix = "it is a symbolic link, and those can be led elsewhere", "name the file itself, by its path: --profile FILE"
	}
	if _, ok := err.(unix.Errno); !ok {
		return err
	}
	return e
}
