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
	{"mount-flags", Critical, "setuid, devices, writable mounts", "nosuid, nodev, read-only but for the project", hostFlags},
	{"private-flags", Medium, "the same in what is one's own", "nosuid, nodev", privateFlags},
	{"mount-propagation", Critical, "mounts that spread", "none is shared with the host", mountPropagation},
	{"mount-calls", Critical, "unlocked mounts (CVE-2014-5206)", "no mount, umount, remount or move", mountCalls},
	{"mount-new-calls", Critical, "the same by new calls (CVE-2021-41133)", "none of them", newMountCalls},
}

// mountPoint is a line of /proc/self/mountinfo.
type mountPoint struct {
	at, fs   string
	options  []string
	optional []string // propagation
}

func mountInfo() (list []mountPoint) {
	b, _ := os.ReadFile("/proc/self/mountinfo")
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		end := slices.Index(f, "-")
		if len(f) < 7 || end < 6 || end+1 >= len(f) {
			continue
		}
		list = append(list, mountPoint{at: f[4], fs: f[end+1], options: strings.Split(f[5], ","), optional: f[6:end]})
	}
	return list
}

func (m *mountPoint) has(option string) bool { return slices.Contains(m.options, option) }

// private are the file systems of a sandbox's own.
var private = []string{"tmpfs", "proc", "sysfs", "devpts", "mqueue"}

func hostFlags(h *bait.Host) error {
	return mountFlags(func(m mountPoint) error {
		switch {
		case slices.Contains(private, m.fs):
			return nil
		case !m.has("ro") && !within(m.at, h.Project) && !within(m.at, alias(h.Project)) && !within(m.at, "/dev"):
			return errors.New(m.at + " isn't read-only")
		}
		return flags(m)
	})
}

func privateFlags(*bait.Host) error {
	return mountFlags(func(m mountPoint) error {
		if !slices.Contains(private, m.fs) {
			return nil
		}
		return flags(m)
	})
}

func mountFlags(wrong func(mountPoint) error) error {
	list := mountInfo()
	if len(list) < 5 {
		return fmt.Errorf("only %d mounts", len(list))
	}
	return each(list, wrong)
}

// flags of any mount; devices are for /dev alone.
func flags(m mountPoint) error {
	switch {
	case !m.has("nosuid"):
		return errors.New(m.at + " isn't nosuid")
	case !m.has("nodev") && !strings.HasPrefix(m.at, "/dev/"):
		return errors.New(m.at + " isn't nodev")
	}
	return nil
}

// alias: a project in /tmp is in /var/tmp as well, where that is the same directory.
func alias(project string) string { return strings.Replace(project, "/tmp/", "/var/tmp/", 1) }

func mountPropagation(*bait.Host) error {
	return each(mountInfo(), func(m mountPoint) error {
		if slices.ContainsFunc(m.optional, func(o string) bool { return strings.HasPrefix(o, "shared:") }) {
			return fmt.Errorf("%s: %v", m.at, m.optional)
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
	return each(calls, func(c call) error { return refusal(c.what, c.make()) })
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
