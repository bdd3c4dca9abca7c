package why

import (
	"errors"
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"snug/seccomp/notify"
)

// inside looks at a file as the command will find it. nil says that the sandbox is in
// nobody's way there, as far as can be told from inside.
func (w *Witness) inside(thread int, f *notify.File) *file {
	root, ok := w.rootOf(thread)
	if !ok || strings.HasPrefix(f.Path, "/proc/") {
		return nil
	}
	fd, err := at(root, f.Path, f.Link)
	if err == nil {
		defer unix.Close(fd)
		return w.there(fd, f)
	}
	if !errors.Is(err, unix.ENOENT) {
		return nil // as it would be outside
	}
	return w.missing(root, f)
}

// rootOf is the sandbox's root, if that is the root of the thread's mount namespace: what
// has one of its own has made it itself.
func (w *Witness) rootOf(thread int) (int, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	proc := "/proc/" + strconv.Itoa(thread)
	if w.root == 0 {
		fd, err := unix.Open(proc+"/root", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err != nil {
			return 0, false
		}
		w.root = fd
		w.mounts, _ = os.Readlink(proc + "/ns/mnt")
	}
	if w.View.Nested {
		if ns, _ := os.Readlink(proc + "/ns/mnt"); ns != w.mounts {
			return 0, false
		}
	}
	return w.root, true
}

// at opens a path inside, without opening what is there.
func at(root int, name string, link bool) (int, error) {
	how := unix.OpenHow{Flags: unix.O_PATH | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT}
	if link {
		how.Flags |= unix.O_NOFOLLOW
	}
	return unix.Openat2(root, name, &how)
}

// there is for something that exists: only a change can fail.
func (w *Witness) there(fd int, f *notify.File) *file {
	if !f.Use.Changes() {
		return nil
	}
	name, there := nameOf(fd)
	p := w.View.Place(name)
	if !there && !p.Absent { // what stands for nothing has been removed where it was made
		return nil
	}
	whole := f.Use == notify.Make && p.Absent || (f.Use == notify.Remove || f.Use == notify.Put && f.Link) && !p.Absent
	if p.Guard != "" && p.At == name && whole { // to be made, moved away or replaced: it is a mount (EBUSY)
		return &file{path: name, state: Guarded, changes: true, makes: true}
	}
	if f.Use == notify.Make || !readOnly(fd) {
		return nil
	}
	var st unix.Stat_t
	if unix.Fstat(fd, &st) != nil || special(st.Mode) && f.Use == notify.Write {
		return nil // a device or a pipe can be written wherever it is
	}
	return w.unwritable(name, f.Use != notify.Write)
}

func special(mode uint32) bool {
	kind := mode & unix.S_IFMT
	return kind != unix.S_IFREG && kind != unix.S_IFDIR && kind != unix.S_IFLNK
}

// readOnly tells whether nobody can write there, by the mount or the file system.
func readOnly(fd int) bool {
	var st unix.Statfs_t
	return unix.Fstatfs(fd, &st) == nil && st.Flags&unix.ST_RDONLY != 0
}

// nameOf is where in the sandbox a descriptor leads, and whether there still is a way to it.
func nameOf(fd int) (name string, there bool) {
	name, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(fd))
	name, deleted := strings.CutSuffix(name, " (deleted)")
	return name, err == nil && path.IsAbs(name) && !deleted
}

// unwritable is for a path on a read-only mount, if something of the host's is there.
func (w *Witness) unwritable(name string, makes bool) *file {
	p := w.View.Place(name)
	switch {
	case p.Host == "" || p.Kernel:
		return nil
	case p.Guard != "":
		return &file{path: name, state: Guarded, changes: true, makes: makes}
	}
	return &file{path: name, state: ReadOnly, changes: true, makes: makes}
}

// missing is for something that isn't there: it may be hidden, or be made somewhere that is
// read-only.
func (w *Witness) missing(root int, f *notify.File) *file {
	dir, rest, ok := last(root, f.Path)
	if !ok {
		dir, rest = walk(root, f.Path, func(name string) bool { return w.View.Place(name).Absent })
	}
	if len(rest) == 0 {
		return nil // it has come to be
	}
	name := path.Join("/", dir, path.Join(rest...))
	makes := f.Use == notify.Make || f.Use == notify.Put
	p := w.View.Place(name)
	switch {
	case p.Absent && p.Host != "" && f.Use.Changes(): // a link to nothing is there, see walk
		return &file{path: name, state: Guarded, changes: true, makes: true}
	case p.Absent && p.Host != "":
		return nil
	case p.Kernel || w.View.Rootfs && p.At == "/":
		return nil
	case p.Host != "" && makes && len(rest) == 1:
		fd, err := at(root, "/"+dir, false)
		if err != nil {
			return nil
		}
		defer unix.Close(fd)
		if readOnly(fd) {
			return w.unwritable(name, true)
		}
		return nil
	case p.Host != "": // it is missing outside as well
		return nil
	case makes && len(rest) == 1 && w.transient(p.At):
		return nil // a new file among new files
	}
	return &file{path: name, state: Hidden, changes: f.Use.Changes(), makes: makes && len(rest) > 1}
}

// transient tells whether what is made in a private directory is meant to be gone later.
func (w *Witness) transient(at string) bool {
	for _, home := range w.View.Homes {
		if within(at, home) {
			return false
		}
	}
	for _, dir := range []string{"/tmp", "/var/tmp", "/dev", "/run"} {
		if within(at, dir) {
			return true
		}
	}
	return at == "/"
}

// mostLinks is the kernel's MAXSYMLINKS.
const mostLinks = 40

// last is walk for what most often happens: there is a directory, and nothing of that name
// in it.
func last(root int, name string) (dir string, rest []string, ok bool) {
	up, base := path.Split(name)
	if base == "" || base == "." || base == ".." {
		return "", nil, false
	}
	fd, err := at(root, up, false)
	if err != nil {
		return "", nil, false
	}
	defer unix.Close(fd)
	if _, err := linkAt(fd, base); err != unix.ENOENT {
		return "", nil, false
	}
	dir, there := nameOf(fd)
	return strings.TrimPrefix(dir, "/"), []string{base}, there
}

// walk goes along a path inside as far as there is something: the directory it comes to,
// without links, and the names that are left. A link of the sandbox's own to nothing is nothing.
func walk(root int, name string, nothing func(string) bool) (dir string, rest []string) {
	todo := strings.Split(name, "/")
	for links := 0; len(todo) > 0; {
		next := todo[0]
		switch next {
		case "", ".":
			todo = todo[1:]
			continue
		case "..":
			dir, todo = strings.TrimPrefix(path.Dir("/"+dir), "/"), todo[1:]
			continue
		}
		here := path.Join(dir, next)
		to, err := linkAt(root, here)
		switch {
		case err == unix.EINVAL: // no link
			dir, todo = here, todo[1:]
		case err != nil || nothing("/"+here):
			return dir, names(path.Join(todo...))
		case links == mostLinks:
			return dir, nil
		default:
			links++
			if path.IsAbs(to) {
				dir = ""
			}
			todo = append(strings.Split(to, "/"), todo[1:]...)
		}
	}
	return dir, nil
}

// names are those of a clean path, none for the root.
func names(name string) []string {
	return strings.FieldsFunc(path.Join("/", name), func(r rune) bool { return r == '/' })
}

func linkAt(root int, name string) (string, error) {
	var b [unix.PathMax]byte
	n, err := unix.Readlinkat(root, name, b[:])
	if err != nil {
		return "", err
	}
	return string(b[:n]), nil
}
