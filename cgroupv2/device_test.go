package cgroupv2

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// fakeDisks are a machine with the disk sda (8:0), its partitions sda1 (8:1) and sda2
// (8:2), an encrypted disk (253:0), and file systems on these and on none. Files are what
// the map says: an errno, or a mode and a device.
func fakeDisks(t *testing.T) blockDevices {
	t.Helper()
	sys := t.TempDir()
	for dir, files := range map[string]map[string]string{
		"devices/pci/ata1/block/sda":      {"dev": "8:0\n", "size": "1000\n"},
		"devices/pci/ata1/block/sda/sda1": {"dev": "8:1\n", "partition": "1\n"},
		"devices/pci/ata1/block/sda/sda2": {"dev": "8:2\n", "partition": "2\n"},
		"devices/virtual/block/dm-0":      {"dev": "253:0\n"},
		"devices/odd/block/odd":           {"dev": "none\n"},
		"devices/odd/block/odd/odd1":      {"dev": "9:1\n", "partition": "1\n"},
	} {
		at := filepath.Join(sys, dir)
		if err := os.MkdirAll(at, 0o755); err != nil {
			t.Fatal(err)
		}
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(at, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.MkdirAll(filepath.Join(sys, "dev/block"), 0o755); err != nil {
		t.Fatal(err)
	}
	for number, at := range map[string]string{
		"8:0": "pci/ata1/block/sda", "8:1": "pci/ata1/block/sda/sda1", "8:2": "pci/ata1/block/sda/sda2",
		"253:0": "virtual/block/dm-0", "9:1": "odd/block/odd/odd1",
	} {
		if err := os.Symlink("../../devices/"+at, filepath.Join(sys, "dev/block", number)); err != nil {
			t.Fatal(err)
		}
	}
	return blockDevices{sys, fakeStat, fakeFSType}
}

func fakeStat(path string) (st unix.Stat_t, err error) {
	const file, dir, disk, other = unix.S_IFREG | 0o644, unix.S_IFDIR | 0o755, unix.S_IFBLK | 0o660, unix.S_IFCHR | 0o666
	known := map[string]struct {
		mode         uint32
		major, minor uint32
		errno        error
	}{
		"/dev/sda":        {mode: disk, major: 8, minor: 0},
		"/dev/sda1":       {mode: disk, major: 8, minor: 1},
		"/dev/mapper/a:b": {mode: disk, major: 253, minor: 0},
		"/dev/sdz":        {mode: disk, major: 8, minor: 400},
		"/dev/odd1":       {mode: disk, major: 9, minor: 1},
		"/dev/null":       {mode: other, major: 1, minor: 3},
		"/home/me":        {mode: dir, major: 8, minor: 2},
		"/home/me/file":   {mode: file, major: 8, minor: 2},
		"/tmp":            {mode: dir, minor: 30},
		"/merged":         {mode: dir, minor: 31},
		"/btrfs":          {mode: dir, minor: 32},
		"/net":            {mode: dir, minor: 33},
		"/fuse":           {mode: dir, minor: 34},
		"/zfs":            {mode: dir, minor: 35},
		"/secret":         {errno: unix.EACCES},
	}
	f, ok := known[path]
	if !ok {
		return st, unix.ENOENT
	}
	st.Mode = f.mode
	number := unix.Mkdev(f.major, f.minor)
	if f.mode&unix.S_IFMT == unix.S_IFBLK || f.mode&unix.S_IFMT == unix.S_IFCHR {
		st.Rdev, st.Dev = number, unix.Mkdev(0, 5)
	} else {
		st.Dev = number
	}
	return st, f.errno
}

func fakeFSType(path string) int64 {
	return map[string]int64{
		"/tmp": unix.TMPFS_MAGIC, "/merged": unix.OVERLAYFS_SUPER_MAGIC, "/btrfs": unix.BTRFS_SUPER_MAGIC,
		"/net": unix.NFS_SUPER_MAGIC, "/fuse": unix.FUSE_SUPER_MAGIC, "/zfs": 0x2fc12fc1,
	}[path]
}

func TestDisk(t *testing.T) {
	b := fakeDisks(t)
	for path, want := range map[string]string{
		"/dev/sda":        "8:0",
		"/dev/sda1":       "8:0",
		"/home/me":        "8:0",
		"/home/me/file":   "8:0",
		"/dev/mapper/a:b": "253:0",
		"8:0":             "8:0",
		"8:2":             "8:0",
		"253:0":           "253:0",
	} {
		if got, err := b.disk(path); err != nil || got.String() != want {
			t.Errorf("disk(%q) = %s, %v; want %s", path, got, err, want)
		}
	}
}

func TestDiskRefuses(t *testing.T) {
	b := fakeDisks(t)
	const list = "name a disk, or a directory on one: lsblk -o NAME,MAJ:MIN,MOUNTPOINTS"
	const itself = "name the disk itself, as findmnt -T PATH and lsblk show it"
	for path, want := range map[string]said{
		"/nowhere":  {"find the disk of /nowhere: invalid limit: no such file or directory", "there is no such file", list},
		"/secret":   {"find the disk of /secret: invalid limit: permission denied", "permission denied", list},
		"/dev/null": {"find the disk of /dev/null: invalid limit", "it is neither a disk nor a file or directory on one", list},
		"/dev/sdz":  {"", "the kernel knows no block device 8:400", list},
		"8:17":      {"", "the kernel knows no block device 8:17", list},
		"/dev/odd1": {"", `the kernel calls its disk "none\n"`, list},
		"/tmp":      {"", "it is in memory, not on a disk", "bound memory instead (--memory), or name a path on a disk"},
		"/merged":   {"", "it is on an overlay, whose files are on the file systems below it", "name the directory below it, the upperdir= that findmnt -T PATH shows"},
		"/btrfs":    {"", "it is on btrfs, which has one device number for each subvolume and none for its disks", itself},
		"/net":      {"", "its files are on another machine", "there is no disk here to hold back: leave out --io-max"},
		"/fuse":     {"", "its files are made by a program (FUSE)", itself},
		"/zfs":      {"", "its file system isn't on a single disk: the kernel made up the device number 0:35 for it", itself},
	} {
		_, err := b.disk(path)
		checkInvalid(t, err, want)
	}
	if _, err := b.disk("/nowhere"); !errors.Is(err, unix.ENOENT) {
		t.Errorf("%v doesn't wrap ENOENT", err)
	}
	b.sys = filepath.Join(b.sys, "absent")
	_, err := b.disk("8:0")
	checkInvalid(t, err, said{Cause: b.sys + "/dev/block/ can't be read, so nobody can tell disks from partitions", Hint: "mount -t sysfs sysfs " + b.sys + ", as root"})
}

// The machine that runs the test need not have disks; /proc is on none anywhere.
func TestDiskOfThisMachine(t *testing.T) {
	_, err := thisMachine.disk("/proc/self")
	checkInvalid(t, err, said{Hint: "name the disk itself, as findmnt -T PATH and lsblk show it"})
	disks, _ := os.ReadDir("/sys/block")
	for _, d := range disks {
		text, err := os.ReadFile("/sys/block/" + d.Name() + "/dev")
		if err != nil {
			continue
		}
		number := string(text[:len(text)-1])
		if got, err := thisMachine.disk(number); err != nil || got.String() != number {
			t.Errorf("disk(%q), %s: %s, %v", number, d.Name(), got, err)
		}
	}
}

func TestDeviceText(t *testing.T) {
	for _, s := range []string{"8:0", "259:3", "4095:1048575"} {
		var d Device
		if err := d.UnmarshalText([]byte(s)); err != nil || d.String() != s {
			t.Errorf("%q became %s, %v", s, d, err)
		}
	}
	for _, s := range []string{"", "8", "8:", ":0", "8:0:0", "-8:0", "8:0 ", "4096:0", "0:1048576", "sda"} {
		var d Device
		checkInvalid(t, d.UnmarshalText([]byte(s)), said{Hint: "write it as 8:0"})
	}
}
