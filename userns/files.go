package userns

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"snug/userns/rootfs"
)

// files are the facts about this machine's files. Each path is looked at once.
type files struct {
	known map[string]rootfs.Kind
	block []byte // for what directories have in them
}

func (f *files) Lstat(path string) rootfs.Kind {
	if k, ok := f.known[path]; ok {
		return k
	}
	var st unix.Stat_t
	k := rootfs.Missing
	switch {
	case unix.Lstat(path, &st) != nil || isPlaceholder(st.Mode):
	case IsHeld(&st):
		k = rootfs.Held
	default:
		k = kindOf(st.Mode)
	}
	f.known[path] = k
	return k
}

func (f *files) Stat(path string) (rootfs.Kind, error) {
	if k := f.known[path]; k == rootfs.Directory || k == rootfs.File {
		return k, nil
	}
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		return rootfs.Missing, err
	}
	return kindOf(st.Mode), nil
}

func (f *files) Readlink(path string) string {
	to, _ := os.Readlink(path)
	return to
}

func (f *files) ReadDir(path string) ([]rootfs.Entry, error) {
	d, err := os.Open(path)
	if err != nil {
		return nil, err.(*os.PathError).Err
	}
	defer d.Close()
	list, err := d.ReadDir(-1)
	if err != nil {
		return nil, err
	}
	entries := make([]rootfs.Entry, 0, len(list))
	for _, e := range list {
		entries = append(entries, rootfs.Entry{Name: e.Name(), Kind: kindOfType(e.Type())})
	}
	return entries, nil
}

func kindOf(mode uint32) rootfs.Kind {
	switch mode & unix.S_IFMT {
	case unix.S_IFDIR:
		return rootfs.Directory
	case unix.S_IFLNK:
		return rootfs.Symlink
	}
	return rootfs.File
}

func kindOfType(mode os.FileMode) rootfs.Kind {
	switch {
	case mode.IsDir():
		return rootfs.Directory
	case mode&os.ModeSymlink != 0:
		return rootfs.Symlink
	}
	return rootfs.File
}

func utoa(n uint32) string { return strconv.FormatUint(uint64(n), 10) }
