package check

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
)

var deviceChecks = []Check{
	{"devices", Critical, "kvm, fuse, disks, input, vsock ...", "null zero full random urandom tty, terminals", devices},
	{"mknod", High, "device nodes of one's own", "none can be made", mknod},
}

// harmless are the devices every program expects, with their numbers. The console
// is the sandbox's own terminal where there is one.
var harmless = map[string][2]uint32{
	"null": {1, 3}, "zero": {1, 5}, "full": {1, 7}, "random": {1, 8}, "urandom": {1, 9}, "tty": {5, 0}, "ptmx": {5, 2},
}

func devices(*bait.Host) error {
	return filepath.WalkDir("/dev", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeDevice == 0 || strings.HasPrefix(path, "/dev/pts/") || path == "/dev/console" {
			return nil
		}
		var st unix.Stat_t
		if err := unix.Lstat(path, &st); err != nil {
			return nil
		}
		numbers := [2]uint32{unix.Major(st.Rdev), unix.Minor(st.Rdev)}
		if want, ok := harmless[d.Name()]; !ok || st.Mode&unix.S_IFMT != unix.S_IFCHR || numbers != want {
			return errors.New(path)
		}
		return nil
	})
}

func mknod(h *bait.Host) error {
	dirs := slices.DeleteFunc([]string{"/tmp", "/dev", h.Project}, func(dir string) bool { return unix.Access(dir, unix.W_OK) != nil })
	return each(dirs, func(dir string) error {
		for mode, dev := range map[uint32]int{unix.S_IFBLK: 8 << 8, unix.S_IFCHR: 1<<8 | 1} {
			node := filepath.Join(dir, "node")
			err := unix.Mknod(node, mode|0o666, dev)
			os.Remove(node)
			if err := refusedWith("mknod in "+dir, err, unix.EPERM); err != nil {
				return err
			}
		}
		return nil
	})
}
