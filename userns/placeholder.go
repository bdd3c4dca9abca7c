package userns

import (
	"errors"
	"path"

	"golang.org/x/sys/unix"

	"snug/userns/internal/launch"
)

// A name that doesn't exist can only be held by a mount, and a mount has to be on
// something. So something is made in the project, and taken away when the sandbox has
// ended. What is made is chosen so that it means nothing to anybody meanwhile: a socket
// that nobody listens at is no file to read (ENXIO) and no directory (ENOTDIR), and git
// neither lists nor adds it. A directory would do, too, but on ext4 it takes thirty times as
// long to remove (130 us to 4.5). Within .git, where git looks at what it finds, it is a file that says
// what git assumes without it.
//
// Whoever has a sandbox in the project holds a shared lock on it (flock(2)), and who
// leaves it last cleans up. Killed together with its sweeper, snug leaves them behind:
// the next one knows them by their mode, which nothing else has, and treats them as its own.

// Placeholder is a name that is made for the time of a sandbox.
type Placeholder struct {
	Name string // relative to the project
	File bool   // or a socket
	Text string // of the file
}

// Modes that no other program gives such files.
const (
	placeSocket = unix.S_IFSOCK | unix.S_ISVTX
	placeFile   = unix.S_IFREG | unix.S_ISVTX | unix.S_IRUSR
)

func isPlaceholder(mode uint32) bool { return mode == placeSocket || mode == placeFile }

// IsHeld says whether a name is one that a sandbox around holds missing: a mount of a
// symlink that was removed since. No file system can be made to have one.
func IsHeld(st *unix.Stat_t) bool { return st.Mode&unix.S_IFMT == unix.S_IFLNK && st.Nlink == 0 }

// reservation are the placeholders of a sandbox.
type reservation struct {
	dir     int // of the project, locked; -1 if there is nothing to hold
	names   []string
	sweeper *launch.Sweeper // which cleans up, if not this process
}

// reserve makes the plan's placeholders. Unless this process becomes the sweeper, there is
// one before there is anything to clean up.
func (p *Plan) reserve(becomes bool) (r reservation, err error) {
	r.dir = -1
	if len(p.Placeholders) == 0 {
		return r, nil
	}
	if r.dir, err = unix.Open(p.Project, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0); err != nil {
		return r, unlockable(p.Project, err)
	}
	if err = flock(r.dir, unix.LOCK_SH); err != nil {
		r.release()
		return r, unlockable(p.Project, err)
	}
	for _, place := range p.Placeholders {
		r.names = append(r.names, place.Name)
	}
	if !becomes {
		r.sweeper, _ = launch.StartSweeper(r.dir, r.names) // without one this process cleans up by itself
	}
	for _, place := range p.Placeholders {
		if err = place.make(r.dir); err != nil {
			r.release()
			return r, place.explain(p.Project, err)
		}
	}
	return r, nil
}

func flock(fd, how int) (err error) {
	for {
		if err = unix.Flock(fd, how); err != unix.EINTR {
			return err
		}
	}
}

// make makes one in a project, or finds it there: another sandbox's, or a leftover.
func (place *Placeholder) make(project int) error {
	dir, err := unix.Openat2(project, path.Dir(place.Name), &unix.OpenHow{Flags: unix.O_PATH | unix.O_CLOEXEC | unix.O_DIRECTORY,
		Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS})
	if err != nil {
		return err
	}
	defer unix.Close(dir)
	name := path.Base(place.Name)
	switch {
	case place.Text != "":
		err = place.write(dir, name)
	case place.File:
		err = unix.Mknodat(dir, name, placeFile, 0)
	default:
		err = unix.Mknodat(dir, name, placeSocket, 0)
	}
	if err != unix.EEXIST {
		return err
	}
	var st unix.Stat_t
	if err := unix.Fstatat(dir, name, &st, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return err
	}
	if !isPlaceholder(st.Mode) {
		return unix.EEXIST
	}
	return nil
}

// write makes a file with its text in it before it has its name: git may look at any
// time, and a file without a name goes with this process.
func (place *Placeholder) write(dir int, name string) error {
	fd, err := unix.Openat(dir, ".", unix.O_WRONLY|unix.O_TMPFILE|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	_, err = unix.Write(fd, []byte(place.Text))
	if err = errors.Join(err, unix.Fchmod(fd, placeFile&^unix.S_IFMT)); err != nil {
		return err
	}
	return unix.Linkat(unix.AT_FDCWD, "/proc/self/fd/"+utoa(uint32(fd)), dir, name, unix.AT_SYMLINK_FOLLOW)
}

// release takes the placeholders away, unless another sandbox is in the project.
func (r *reservation) release() {
	if r.dir < 0 {
		return
	}
	if r.sweeper != nil {
		r.sweeper.Dismiss()
	}
	if flock(r.dir, unix.LOCK_EX|unix.LOCK_NB) == nil {
		for _, name := range r.names {
			var st unix.Stat_t
			if unix.Fstatat(r.dir, name, &st, unix.AT_SYMLINK_NOFOLLOW) == nil && isPlaceholder(st.Mode) {
				unix.Unlinkat(r.dir, name, 0)
			}
		}
	}
	r.leave()
}

// leave leaves the lock to whoever has the descriptor, too.
func (r *reservation) leave() {
	unix.Close(r.dir)
	r.dir = -1
}

// unlockable says why a project can't be locked: one that may only be entered can't be opened.
func unlockable(project string, err error) error {
	e := &Error{Do: "lock the project", On: project, Err: err, Why: "it can't be opened, and several sandboxes in it have to know of each other",
		Fix: "make it readable: chmod u+r; or hold no names in it that don't exist: --allow-write ."}
	if err == unix.EMFILE || err == unix.ENFILE {
		e.Why, e.Fix = fewWhy, fewFix
	}
	return e
}

// explain says why there is no placeholder.
func (place *Placeholder) explain(project string, err error) error {
	e := &Error{Do: "hold", On: path.Join(project, place.Name), Err: err,
		Why: "a name that doesn't exist is held by a placeholder, which can't be made there",
		Fix: "do without: --allow-write " + place.Name + ", or --allow-write . for all such names; or --no-project"}
	switch err {
	case unix.EEXIST:
		e.Why, e.Fix = "it was made at this moment, by somebody else", "try again"
	case unix.EMFILE, unix.ENFILE:
		e.Why, e.Fix = fewWhy, fewFix
	case unix.ENOSPC, unix.EDQUOT:
		e.Why, e.Fix = "there is no room for the placeholder of a name that doesn't exist", "make room, or do without: --allow-write ."
	}
	return e
}

// handToSweeper tells the sweeper of pid 1.
func (s *Sandbox) handToSweeper() {
	r := &s.reserved
	if r.sweeper != nil && r.sweeper.Watch(s.child.Pidfd) == nil {
		r.leave()
	}
}

// leaveProject waits until the project is as it was.
func (s *Sandbox) leaveProject() {
	if s.reserved.dir < 0 && s.reserved.sweeper != nil {
		s.reserved.sweeper.Wait()
	}
	s.reserved.release()
}

// sweepInstead makes this process, whose work is done, the sweeper. It returns if there
// is nothing to clean up, or when that is done.
func (s *Sandbox) sweepInstead() {
	if s.reserved.dir < 0 {
		return
	}
	launch.BecomeSweeper(s.reserved.dir, s.child.Pidfd, s.reserved.names)
	s.child.Wait()
	s.reserved.release()
}
