package rootfs

import (
	"fmt"
	"path"
	"sort"
	"strings"

	"golang.org/x/sys/unix"
)

// machine is a host's files by path: "dir", "closed" (a directory that can't be
// listed), "file", or "-> what the link says".
type machine map[string]string

// layout reads a line a file: a directory ends with a slash, a link has an
// arrow. Directories on the way are made. Every machine has the devices.
func layout(lines string) machine {
	m := machine{"/": "dir"}
	for _, name := range nodes {
		m.add("/dev/"+name, "file")
	}
	for line := range strings.FieldsSeq(strings.ReplaceAll(lines, " -> ", "->")) {
		name, to, link := strings.Cut(line, "->")
		switch {
		case link:
			m.add(name, "-> "+to)
		case strings.HasSuffix(name, "/"):
			m.add(path.Clean(name), "dir")
		default:
			m.add(name, "file")
		}
	}
	return m
}

func (m machine) add(name, what string) {
	for dir := path.Dir(name); m[dir] == ""; dir = path.Dir(dir) {
		m[dir] = "dir"
	}
	m[name] = what
}

// with gives a copy that has more files.
func (m machine) with(lines string) machine {
	n := layout(lines)
	for name, what := range m {
		if n[name] == "" || what != "dir" {
			n[name] = what
		}
	}
	return n
}

// crowd adds n files to dir.
func (m machine) crowd(dir string, n int) machine {
	for i := range n {
		m.add(fmt.Sprintf("%s/%03d", dir, i), "file")
	}
	return m
}

// real is the path without links in it, but for the last name unless follow.
func (m machine) real(name string, follow bool) (string, error) {
	at, todo := "/", split(name)
	for links := 0; len(todo) > 0; {
		next := path.Join(at, todo[0])
		to, link := strings.CutPrefix(m[next], "-> ")
		switch {
		case m[next] == "":
			return "", unix.ENOENT
		case link && (follow || len(todo) > 1):
			if links++; links > maxLinks {
				return "", unix.ELOOP
			}
			if path.IsAbs(to) {
				at = "/"
			}
			todo = append(split(to), todo[1:]...)
			continue
		case m[next] == "file" && len(todo) > 1:
			return "", unix.ENOTDIR
		}
		at, todo = next, todo[1:]
	}
	return at, nil
}

func (m machine) kind(name string) Kind {
	switch what := m[name]; {
	case what == "":
		return Missing
	case what == "dir", what == "closed":
		return Directory
	case what == "file":
		return File
	}
	return Symlink
}

func (m machine) Lstat(name string) Kind {
	real, _ := m.real(name, false)
	return m.kind(real)
}

func (m machine) Stat(name string) (Kind, error) {
	real, err := m.real(name, true)
	return m.kind(real), err
}

func (m machine) Readlink(name string) string {
	real, _ := m.real(name, false)
	return strings.TrimPrefix(m[real], "-> ")
}

func (m machine) ReadDir(name string) (entries []Entry, err error) {
	real, err := m.real(name, true)
	switch {
	case err != nil:
		return nil, err
	case m[real] == "closed":
		return nil, unix.EACCES
	case m[real] != "dir":
		return nil, unix.ENOTDIR
	}
	for file := range m {
		if file != "/" && path.Dir(file) == real {
			entries = append(entries, Entry{path.Base(file), m.kind(file)})
		}
	}
	sort.Slice(entries, func(i, j int) bool { return entries[i].Name < entries[j].Name })
	return entries, nil
}
