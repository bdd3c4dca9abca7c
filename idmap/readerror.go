package idmap

import (
	"errors"
	"syscall"

	"golang.org/x/sys/unix"
)

// ReadError says that a file with grants is there, but cannot be read.
type ReadError struct {
	Path string
	Err  error
}

func (e *ReadError) Error() string { return "read " + e.Path + ": " + e.Err.Error() }

// Cause tells what the errno means here.
func (e *ReadError) Cause() string {
	if errors.Is(e.Err, unix.EACCES) {
		return "only newuidmap and newgidmap, which run as root, may read " + e.Path
	}
	return "the file with the granted ids is not a readable regular file"
}

// Hint gives the command.
func (e *ReadError) Hint() string {
	if errors.Is(e.Err, unix.EACCES) {
		return "as root: chmod a+r " + e.Path
	}
	return "look at it: ls -l " + e.Path
}

func (e *ReadError) Unwrap() error { return e.Err }

// errnoOf takes the errno out of its wrapping, which would name the operation
// and the path once more.
func errnoOf(err error) error {
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return errno
	}
	return err
}
