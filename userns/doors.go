package userns

import (
	"golang.org/x/sys/unix"

	"snug/userns/landlock"
)

// doors are what the command may do with its streams when it opens them once more, as
// /dev/stdin or /proc/self/fd/1.
type doors [3]landlock.Access

func (s *streams) doors() (d doors) {
	for i, f := range s.inner {
		d[i] = doorOf(int(f.Fd()))
	}
	return d
}

// doorOf is no more than the descriptor is open for: a file that was given for reading
// can't be opened for writing. A directory would be a door to all that is below it.
func doorOf(fd int) landlock.Access {
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	switch {
	case err != nil || flags&unix.O_PATH != 0:
		return 0
	case flags&unix.O_ACCMODE == unix.O_WRONLY:
		return landlock.Write | landlock.Device
	case flags&unix.O_ACCMODE == unix.O_RDWR:
		return unix.LANDLOCK_ACCESS_FS_READ_FILE | landlock.Write | landlock.Device
	}
	var st unix.Stat_t
	if unix.Fstat(fd, &st) != nil || st.Mode&unix.S_IFMT == unix.S_IFDIR {
		return 0
	}
	return unix.LANDLOCK_ACCESS_FS_READ_FILE | landlock.Device
}
