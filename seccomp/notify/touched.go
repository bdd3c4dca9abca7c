package notify

import (
	"encoding/binary"
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// touch reads what a call reaches for, nil if that is nothing that has a name.
func (a *Asked) touch(door *resolver) *Touch {
	name := a.Name()
	t := &Touch{Call: name, asked: a}
	for i := range touching {
		c := &touching[i]
		if c.name != name {
			continue
		}
		for _, s := range c.spots {
			f, ok := a.file(s)
			if ok && c.says != nil {
				c.says(a, &f, a.Args[c.flags])
			}
			if ok && f.Path != "" {
				t.Files = append(t.Files, f)
			}
		}
		if c.spots == nil {
			a.sends(t, name, door)
		}
	}
	if len(t.Files)+len(t.Network) == 0 {
		return nil
	}
	return t
}

// file reads one name.
func (a *Asked) file(s spot) (File, bool) {
	f := File{Use: s.use, Link: s.link}
	name, ok := whole(a.Thread, a.Args[s.path])
	if !ok || name == "" { // the descriptor itself, or nothing
		return f, false
	}
	dir := atCwd
	if s.dir != cwd {
		dir = int32(a.Args[s.dir])
	}
	f.Path, ok = absolute(a.Thread, dir, name)
	return f, ok
}

// atCwd is AT_FDCWD.
const atCwd int32 = unix.AT_FDCWD

// absolute is a name as from the root of the mount namespace on: relative ones begin at a
// directory's descriptor or the current one, others at the root of the process, which may
// have made a directory that.
func absolute(thread int, dir int32, name string) (string, bool) {
	of := "/proc/" + strconv.Itoa(thread)
	switch {
	case path.IsAbs(name):
		of += "/root"
	case dir == atCwd:
		of += "/cwd"
	default:
		of += "/fd/" + strconv.Itoa(int(dir))
	}
	base, err := os.Readlink(of)
	if err != nil || !path.IsAbs(base) || strings.HasSuffix(base, " (deleted)") {
		return "", false // a socket, or a directory that nothing leads to any more
	}
	if base == "/" && path.IsAbs(name) {
		return name, true
	}
	return base + "/" + name, true
}

// longestPath is PATH_MAX: no call takes more.
const longestPath = unix.PathMax

// whole reads a path, all of it or nothing.
func whole(thread int, address uint64) (string, bool) {
	if address == 0 {
		return "", false
	}
	return upTo(thread, address, longestPath)
}

// opens is open's flags. What is made if it isn't there is Put: the witness looks.
func opens(_ *Asked, f *File, flags uint64) {
	switch {
	case flags&unix.O_PATH != 0:
		f.Use = Look
	case flags&unix.O_TMPFILE == unix.O_TMPFILE:
		f.Use = Write // the directory
	case flags&(unix.O_CREAT|unix.O_EXCL) == unix.O_CREAT|unix.O_EXCL:
		f.Use, f.Link = Make, true
	case flags&unix.O_ACCMODE == unix.O_RDONLY && flags&unix.O_CREAT != 0:
		f.Use = Make // one that is there is read
	case flags&unix.O_CREAT != 0:
		f.Use = Put
	case flags&unix.O_ACCMODE != unix.O_RDONLY || flags&unix.O_TRUNC != 0:
		f.Use = Write
	}
	if flags&unix.O_NOFOLLOW != 0 {
		f.Link = true
	}
}

// opensHow is for struct open_how of openat2(2), which is in memory.
func opensHow(a *Asked, f *File, how uint64) {
	b, ok := exactly(a.Thread, how, 24)
	if !ok {
		return
	}
	opens(a, f, binary.NativeEndian.Uint64(b))
	if binary.NativeEndian.Uint64(b[16:])&(unix.RESOLVE_IN_ROOT|unix.RESOLVE_BENEATH) != 0 {
		f.Path = "" // its paths mean something else
	}
}

func follows(_ *Asked, f *File, flags uint64) {
	if flags&unix.AT_SYMLINK_NOFOLLOW != 0 {
		f.Link = true
	}
}

func accesses(_ *Asked, f *File, mode uint64) {
	if mode&unix.W_OK != 0 {
		f.Use = Write
	}
}
