package why

import (
	"path"

	"golang.org/x/sys/unix"
)

// outside answers questions about the host's files, as the caller can see them.
type outside interface {
	exists(path string) bool
	writable(path string) bool
}

// host is the machine itself.
type host struct{}

func (host) exists(path string) bool {
	var st unix.Stat_t
	return unix.Stat(path, &st) == nil
}

func (host) writable(path string) bool { return unix.Access(path, unix.W_OK) == nil }

// caused tells whether the sandbox is why: outside the caller could have had it.
func (w *Witness) caused(f *file, o outside) bool {
	if f.state == Hidden {
		return o.exists(f.path) || f.makes && o.exists(path.Dir(f.path)) && o.writable(path.Dir(f.path))
	}
	p := w.View.Place(f.path)
	if p.Host == "" {
		return false
	}
	around := path.Dir(p.Host)
	for p.Absent && !o.exists(around) && around != "/" { // it would have been made first
		around = path.Dir(around)
	}
	return o.exists(p.Host) && o.writable(p.Host) || f.makes && o.writable(around)
}
