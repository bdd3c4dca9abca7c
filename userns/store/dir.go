package store

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Why there is no directory for records.
var (
	ErrNoRuntimeDir = errors.New("XDG_RUNTIME_DIR is not set to a directory from / on")
	ErrNotOurs      = errors.New("it is not a directory that belongs to this user and is closed to all others (0700)")
)

// Dir is the directory of records. Everything is done by its descriptor: nobody can put
// another in its place meanwhile.
type Dir struct {
	fd   int
	path string
}

// Path is where the directory is: $XDG_RUNTIME_DIR/snug, or "" if there can be none.
func Path() string {
	runtime := os.Getenv("XDG_RUNTIME_DIR")
	if !filepath.IsAbs(runtime) {
		return ""
	}
	return filepath.Join(runtime, "snug")
}

// Open opens the directory, and makes it if it isn't there. The one it is in must be there:
// the login makes it, and takes it away.
func Open() (*Dir, error) {
	at := Path()
	if at == "" {
		return nil, ErrNoRuntimeDir
	}
	fd, err := openDir(at)
	if err == unix.ENOENT {
		if err = unix.Mkdir(at, 0o700); err == nil || err == unix.EEXIST {
			fd, err = openDir(at)
		}
	}
	if err != nil {
		return nil, err
	}
	return &Dir{fd, at}, nil
}

func openDir(at string) (int, error) {
	fd, err := unix.Open(at, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	switch {
	case err == unix.ENOTDIR || err == unix.ELOOP:
		return -1, ErrNotOurs
	case err != nil:
		return -1, err
	}
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		unix.Close(fd)
		return -1, err
	}
	if st.Mode&0o077 != 0 || int(st.Uid) != os.Geteuid() {
		unix.Close(fd)
		return -1, ErrNotOurs
	}
	return fd, nil
}

// Close closes it.
func (d *Dir) Close() error { return unix.Close(d.fd) }

// Path is where it was when it was opened.
func (d *Dir) Path() string { return d.path }

// inode is what a file is, whatever its name.
type inode struct{ dev, ino uint64 }

func inodeOf(fd int) (inode, error) {
	var st unix.Stat_t
	err := unix.Fstat(fd, &st)
	return inode{uint64(st.Dev), st.Ino}, err
}

// openFile opens a file of the directory, and nothing but a file.
func (d *Dir) openFile(name string, flags int) (*os.File, error) {
	fd, err := unix.Openat(d.fd, name, flags|unix.O_NOFOLLOW|unix.O_CLOEXEC|unix.O_NONBLOCK|unix.O_NOCTTY, 0o600)
	if err != nil {
		return nil, err
	}
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil || st.Mode&unix.S_IFMT != unix.S_IFREG || int(st.Uid) != os.Geteuid() {
		unix.Close(fd)
		return nil, ErrNotOurs
	}
	return os.NewFile(uintptr(fd), name), nil
}
