package check

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
)

var mountChecks = []Check{
	{"mount-flags", mountFlags},
	{"mount-propagation", mountPropagation},
	{"mount-of-whole-root", mountOfRoot},
	{"mount-calls", mountCalls},
	{"mount-new-calls", newMountCalls},
}

// mountPoint is a line of /proc/self/mountinfo.
type mountPoint struct {
	dev, root, at string
	options       []string
	optional      []string // propagation
}

func mountInfo() (list []mountPoint) {
	b, _ := os.ReadFile("/proc/self/mountinfo")
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		end := slices.Index(f, "-")
		if len(f) < 7 || end < 6 {
			continue
		}
		list = append(list, mountPoint{dev: f[2], root: f[3], at: f[4], options: strings.Split(f[5], ","), optional: f[6:end]})
	}
	return list
}

func (m *mountPoint) has(option string) bool { return slices.Contains(m.options, option) }

// mountFlags: everything nosuid, everything but devices nodev, everything but
// what is private and the project read-only.
func mountFlags(h *bait.Host) error {
	writable := []string{"/", "/proc", "/var/tmp", h.Project}
	list := mountInfo()
	if len(list) < 5 {
		return fmt.Errorf("only %d mounts", len(list))
	}
	return each(list, func(m mountPoint) error {
		device := strings.HasPrefix(m.at, "/dev/")
		// A project in /tmp is in /var/tmp as well, which is the same directory.
		open := slices.Contains(writable, m.at) || device || m.at == strings.Replace(h.Project, "/tmp/", "/var/tmp/", 1)
		switch {
		case !m.has("nosuid"):
			return errors.New(m.at + " isn't nosuid")
		case !m.has("nodev") && !device:
			return errors.New(m.at + " isn't nodev")
		case !m.has("ro") && !open:
			return errors.New(m.at + " isn't read-only")
		case device && !m.has("noexec"):
			return errors.New(m.at + " isn't noexec")
		}
		return nil
	})
}

func mountPropagation(*bait.Host) error {
	return each(mountInfo(), func(m mountPoint) error {
		if len(m.optional) > 0 {
			return fmt.Errorf("%s: %v", m.at, m.optional)
		}
		return nil
	})
}

// mountOfRoot: the host's root as a whole isn't mounted anywhere.
func mountOfRoot(h *bait.Host) error {
	dev := fmt.Sprintf("%d:%d", unix.Major(h.RootDev), unix.Minor(h.RootDev))
	return each(mountInfo(), func(m mountPoint) error {
		if m.dev == dev && m.root == "/" {
			return errors.New("it is at " + m.at)
		}
		return nil
	})
}

// call is a system call that must be refused.
type call struct {
	what string
	make func() error
}

func allRefused(calls []call) error {
	return each(calls, func(c call) error { return refusedWith(unix.EPERM, c.what, c.make()) })
}

func mountCalls(h *bait.Host) error {
	remount := func(at string) func() error {
		return func() error { return unix.Mount("", at, "", unix.MS_REMOUNT|unix.MS_BIND, "") }
	}
	unmount := func(at string) func() error { return func() error { return unix.Unmount(at, unix.MNT_DETACH) } }
	calls := []call{
		{"remount /etc", remount("/etc")},
		{"remount /", remount("/")},
		{"remount /sys", remount("/sys")},
		{"umount /etc", unmount("/etc")},
		{"umount /proc", unmount("/proc")},
		{"umount /dev/null", unmount("/dev/null")},
		{"umount the project", unmount(h.Project)},
		{"mount tmpfs", func() error { return unix.Mount("none", "/tmp", "tmpfs", 0, "") }},
		{"mount proc", func() error { return unix.Mount("none", "/tmp", "proc", 0, "") }},
		{"bind /", func() error { return unix.Mount("/", "/tmp", "", unix.MS_BIND|unix.MS_REC, "") }},
		{"move a mount", func() error { return unix.Mount("/etc", "/tmp", "", unix.MS_MOVE, "") }},
		{"share propagation", func() error { return unix.Mount("", "/", "", unix.MS_SHARED|unix.MS_REC, "") }},
		{"pivot_root", func() error { return unix.PivotRoot(h.Project, h.Project) }},
	}
	return allRefused(calls)
}

func newMountCalls(*bait.Host) error {
	fd := func(fd int, err error) error {
		if err == nil {
			unix.Close(fd)
		}
		return err
	}
	clear := unix.MountAttr{Attr_clr: unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV}
	calls := []call{
		{"open_tree", func() error { return fd(unix.OpenTree(unix.AT_FDCWD, "/etc", unix.OPEN_TREE_CLONE)) }},
		{"fsopen", func() error { return fd(unix.Fsopen("tmpfs", 0)) }},
		{"fspick", func() error { return fd(unix.Fspick(unix.AT_FDCWD, "/", 0)) }},
		{"move_mount", func() error { return unix.MoveMount(unix.AT_FDCWD, "/etc", unix.AT_FDCWD, "/tmp", 0) }},
		{"mount_setattr", func() error { return unix.MountSetattr(unix.AT_FDCWD, "/etc", 0, &clear) }},
		{"mount_setattr on all", func() error { return unix.MountSetattr(unix.AT_FDCWD, "/", unix.AT_RECURSIVE, &clear) }},
	}
	return allRefused(calls)
}
