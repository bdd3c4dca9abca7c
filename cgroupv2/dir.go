package cgroupv2

import (
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// dir is an open cgroup directory. Everything below works through its descriptor: a
// cgroup whose directory was removed answers ENODEV or ENOENT, and never becomes
// another cgroup that was later made under the same name.
type dir struct {
	fd   int
	path string // where it was when it was opened, for words
}

// openDir opens a cgroup directory. A path that leads to anything but cgroup v2 is
// ENOTDIR or EMEDIUMTYPE: a plain directory would take every limit that is written to
// it and hold none.
func openDir(path string) (dir, error) { return openDirAt(unix.AT_FDCWD, path, path) }

func openDirAt(at int, name, path string) (dir, error) {
	fd, err := unix.Openat(at, name, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return dir{-1, path}, &os.PathError{Op: "open", Path: path, Err: err}
	}
	var fs unix.Statfs_t
	if err = unix.Fstatfs(fd, &fs); err == nil && fs.Type != unix.CGROUP2_SUPER_MAGIC {
		err = unix.EMEDIUMTYPE
	}
	if err != nil {
		unix.Close(fd)
		return dir{-1, path}, &os.PathError{Op: "open as cgroup v2", Path: path, Err: err}
	}
	return dir{fd, path}, nil
}

// sub opens the cgroup called name below d.
func (d dir) sub(name string) (dir, error) { return openDirAt(d.fd, name, d.path+"/"+name) }

func (d dir) close() {
	if d.fd >= 0 {
		unix.Close(d.fd)
	}
}

// read is the content of an interface file, without the last newline.
func (d dir) read(name string) (string, error) {
	fd, err := unix.Openat(d.fd, name, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", d.failed("read", name, err)
	}
	defer unix.Close(fd)
	var b strings.Builder
	var chunk [4096]byte
	for {
		n, err := unix.Read(fd, chunk[:])
		switch {
		case err == unix.EINTR:
		case err != nil:
			return "", d.failed("read", name, err)
		case n == 0:
			return strings.TrimSuffix(b.String(), "\n"), nil
		default:
			b.Write(chunk[:n])
		}
	}
}

// write writes value in one write(2), as every interface file wants it.
func (d dir) write(name, value string) error {
	fd, err := unix.Openat(d.fd, name, unix.O_WRONLY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return d.failed("write", name, err)
	}
	defer unix.Close(fd)
	for {
		_, err = unix.Write(fd, []byte(value))
		if err != unix.EINTR {
			break
		}
	}
	if err != nil {
		return d.failed("write "+value+" to", name, err)
	}
	return nil
}

// has says whether there is an interface file of that name.
func (d dir) has(name string) bool { return unix.Faccessat(d.fd, name, unix.F_OK, 0) == nil }

func (d dir) failed(op, name string, err error) error {
	return &os.PathError{Op: op, Path: d.path + "/" + name, Err: err}
}

// field is the number behind key in a flat-keyed interface file such as
// cgroup.events, and whether it is there.
func field(text, key string) (string, bool) {
	for line := range strings.Lines(text) {
		if k, v, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " "); ok && k == key {
			return v, true
		}
	}
	return "", false
}
