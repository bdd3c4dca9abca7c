package userns

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/sys/unix"

	"snug/userns/rootfs"
)

// longestText is more than any file that snug has a reason to look into.
const longestText = 1 << 20

func (f *files) Text(path string) string {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if err != nil {
		return ""
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if unix.Fstat(fd, &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFREG {
		return ""
	}
	b := make([]byte, min(st.Size, longestText))
	n, err := unix.Pread(fd, b, 0)
	if err != nil {
		return ""
	}
	return string(b[:n])
}

func (f *files) Writable(path string) bool {
	return unix.Faccessat(unix.AT_FDCWD, path, unix.W_OK|unix.X_OK, unix.AT_EACCESS) == nil
}

// A directory is read in blocks of a thousand names of a usual length, and no further
// than some: a look for directories is not worth more.
const (
	direntBlock = 1 << 15
	mostBlocks  = 8
)

func (f *files) Directories(path string) (names []string) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NOFOLLOW|unix.O_DIRECTORY, 0)
	if err != nil {
		return nil
	}
	defer unix.Close(fd)
	if f.block == nil {
		f.block = make([]byte, direntBlock)
	}
	for range mostBlocks {
		n, err := unix.Getdents(fd, f.block)
		if err != nil || n <= 0 {
			break
		}
		names = f.directories(names, path, f.block[:n])
		if n < direntBlock-longestDirent { // there was room for any other
			break
		}
	}
	return names
}

// directories adds those of a block that getdents64(2) filled.
func (f *files) directories(names []string, path string, b []byte) []string {
	for len(b) > direntName {
		size := int(binary.NativeEndian.Uint16(b[direntSize:]))
		name, _, _ := bytes.Cut(b[direntName:size], []byte{0})
		kind := b[direntType]
		b = b[size:]
		switch s := string(name); {
		case s == "." || s == "..":
		case kind == unix.DT_DIR, kind == unix.DT_UNKNOWN && f.Lstat(path+"/"+s) == rootfs.Directory:
			names = append(names, s)
		}
	}
	return names
}

// struct linux_dirent64, see getdents(2).
const (
	direntSize = 16
	direntType = 18
	direntName = 19

	longestDirent = 280 // of 255 bytes
)
