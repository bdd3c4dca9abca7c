package main

import (
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"

	"snug/userns"
	"snug/userns/profile"
	"snug/userns/rootfs"
)

// Caches that a sandbox keeps are the sandbox's own: a build cache that is writable inside
// and used outside, or by another project, is a way out, since nobody checks compiled objects
// before they are linked. Each is a directory of $XDG_CACHE_HOME/snug/projects/NAME-HASH, by
// default in ~/.cache, where HASH is of the project's path. XDG_CACHE_HOME is followed: all it
// can do is to have private directories made elsewhere.
//
// They are made only when a command is about to run.

// caches are those of a run: directories, whose they are, and what they are below.
type caches struct {
	root, project string
	dirs          []string
}

// keep says where the caches of a project are kept. Without a project to keep them for
// they are private, and end with the sandbox.
func (r *runCmd) keep(project string) (at profile.Places, err error) {
	if project == "" || !slices.ContainsFunc(r.Ordered, func(t typed) bool { return t.flag == "cache" }) {
		return at, nil
	}
	if project, err = filepath.EvalSymlinks(project); err != nil {
		return at, nil // said when the project is opened
	}
	root, err := cacheRoot()
	if err != nil {
		return at, err
	}
	r.caches = caches{root: root, project: project}
	at.Caches = filepath.Join(root, "snug", "projects", profile.ProjectCaches(project))
	return at, nil
}

// kept remembers which directories the mounts need.
func (r *runCmd) kept(mounts []rootfs.Mount, at profile.Places) {
	for _, m := range mounts {
		if at.Caches != "" && m.Kind == rootfs.Bind && filepath.Dir(m.Source) == at.Caches {
			r.caches.dirs = append(r.caches.dirs, m.Source)
		}
	}
}

func cacheRoot() (string, error) {
	if dir := os.Getenv("XDG_CACHE_HOME"); filepath.IsAbs(dir) {
		return filepath.Clean(dir), nil
	}
	home := userns.Home()
	if home == "" {
		return "", &userns.Error{Do: "keep a cache", Err: unix.ENOENT, Why: "you have no home: none in /etc/passwd, and HOME isn't set", Fix: "set XDG_CACHE_HOME to a directory that is yours"}
	}
	return filepath.Join(home, ".cache"), nil
}

// promise has the host's facts say that the directories are there, as they will be.
func (r *runCmd) promise(h *userns.Host) {
	if len(r.caches.dirs) > 0 {
		h.Files = &promised{h.Files, r.caches.dirs}
	}
}

// promised are facts with some directories that are yet to be made.
type promised struct {
	userns.Facts
	dirs []string
}

func (p *promised) Stat(path string) (rootfs.Kind, error) {
	if slices.Contains(p.dirs, path) {
		return rootfs.Directory, nil
	}
	return p.Facts.Stat(path)
}

// make makes the directories, and makes sure that they are what they seem to be: no link is
// on the way below the user's cache directory, and each is his.
func (c *caches) make() error {
	for _, dir := range c.dirs {
		if err := c.makeDir(dir); err != nil {
			return &userns.Error{Do: "keep a cache in", On: dir, Err: err,
				Why: "it has to be a directory of yours, with no link on the way to it", Fix: "remove what is in its place, or have none kept: --tmpfs at the same path"}
		}
	}
	return nil
}

func (c *caches) makeDir(dir string) error {
	if err := os.MkdirAll(c.root, 0o700); err != nil {
		return cause(err)
	}
	fd, err := unix.Open(c.root, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	for _, name := range []string{"snug", "projects", filepath.Base(filepath.Dir(dir)), filepath.Base(dir)} {
		next, err := makeBelow(fd, name)
		unix.Close(fd)
		if err != nil {
			return err
		}
		fd = next
	}
	unix.Close(fd)
	return c.sign(filepath.Dir(dir))
}

// makeBelow opens a directory of the user's in another, and makes it if it isn't there.
func makeBelow(dir int, name string) (int, error) {
	if err := unix.Mkdirat(dir, name, 0o700); err != nil && err != unix.EEXIST {
		return -1, err
	}
	fd, err := unix.Openat(dir, name, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	var st unix.Stat_t
	if err = unix.Fstat(fd, &st); err == nil && st.Uid != uint32(os.Geteuid()) {
		err = unix.EPERM
	}
	if err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// signed is the file that says whose caches a directory has, for snug profile prune. No
// cache can have its name: what they are called holds a + for the slash in front.
const signed = "project"

func (c *caches) sign(dir string) error {
	file := filepath.Join(dir, signed)
	if _, err := os.Lstat(file); err == nil {
		return nil
	}
	if err := os.WriteFile(file, []byte(c.project+"\n"), 0o600); err != nil {
		return cause(err)
	}
	return nil
}
