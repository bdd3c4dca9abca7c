package rootfs

// Kind is what a path is.
type Kind uint8

// The kinds that matter for a mount point.
const (
	Missing Kind = iota
	Directory
	File // anything that is not a directory or a symlink, devices too
	Symlink
	Held // a name that a sandbox around holds missing: nothing can be done about it
)

// Entry is one name in a directory.
type Entry struct {
	Name string
	Kind Kind
}

// Facts answers questions about the host's files. Paths are absolute and clean.
type Facts interface {
	// Lstat says what path itself is; what can't be looked at is Missing.
	Lstat(path string) Kind
	// Stat follows symlinks. The error is the kernel's for a path that can't
	// be reached.
	Stat(path string) (Kind, error)
	Readlink(path string) string
	// ReadDir lists a directory, by name; a directory that can't be read is
	// an error.
	ReadDir(path string) ([]Entry, error)
}
