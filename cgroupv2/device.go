package cgroupv2

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Device is the number of a block device. io.max and io.stat call devices by it.
type Device struct{ Major, Minor uint32 }

// String is the kernel's form, as 8:0.
func (d Device) String() string {
	return strconv.FormatUint(uint64(d.Major), 10) + ":" + strconv.FormatUint(uint64(d.Minor), 10)
}

// MarshalText makes it a string in JSON: 8:0.
func (d Device) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Device) UnmarshalText(text []byte) error {
	var ok bool
	if *d, ok = parseDevice(string(text)); !ok {
		return invalid("read device", strconv.Quote(string(text)), "it is not two numbers with a colon between them", "write it as 8:0")
	}
	return nil
}

// parseDevice reads 8:0. Numbers are bounded as in the kernel's dev_t: 12 bits and 20
// (include/linux/kdev_t.h).
func parseDevice(s string) (Device, bool) {
	major, minor, _ := strings.Cut(s, ":")
	if !isDigits(major) || !isDigits(minor) {
		return Device{}, false
	}
	a, err1 := strconv.ParseUint(major, 10, 12)
	b, err2 := strconv.ParseUint(minor, 10, 20)
	return Device{uint32(a), uint32(b)}, err1 == nil && err2 == nil
}

// blockDevices finds the disk that is behind a path.
type blockDevices struct {
	sys    string // where sysfs is mounted
	stat   func(path string) (unix.Stat_t, error)
	fsType func(path string) int64 // as in statfs(2), or 0
}

// thisMachine has the block devices of the kernel that this process runs on.
var thisMachine = blockDevices{"/sys", statPath, fsTypeOf}

func statPath(path string) (st unix.Stat_t, err error) { return st, unix.Stat(path, &st) }

func fsTypeOf(path string) int64 {
	var fs unix.Statfs_t
	if unix.Statfs(path, &fs) != nil {
		return 0
	}
	return int64(uint32(fs.Type)) // signed on some machines, and the constants are not
}

// disk finds the whole disk that a file, a directory, a block device or a number such
// as 8:0 stands for. The kernel holds back whole disks only: who writes a partition to
// io.max gets ENODEV (block/blk-cgroup.c, blkg_conf_open_bdev: "if
// (bdev_is_partition(bdev)) return -ENODEV"). A device mapper's, as of LVM or of an
// encrypted disk, is a whole disk in that sense.
func (b blockDevices) disk(path string) (Device, error) {
	d, isNumber := parseDevice(path)
	if !isNumber {
		st, err := b.stat(path)
		if err != nil {
			return Device{}, pathError(path, err)
		}
		d, err = b.deviceOf(path, &st)
		if err != nil {
			return Device{}, err
		}
	}
	return b.whole(path, d)
}

// deviceOf is the device that a path is, or that it lies on.
func (b blockDevices) deviceOf(path string, st *unix.Stat_t) (Device, error) {
	number := uint64(st.Dev)
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFBLK:
		number = uint64(st.Rdev)
	case unix.S_IFREG, unix.S_IFDIR:
	default:
		return Device{}, noDisk(path, "it is neither a disk nor a file or directory on one")
	}
	d := Device{unix.Major(number), unix.Minor(number)}
	if d.Major == 0 {
		why, fix := anonymous(b.fsType(path), d)
		return Device{}, &Error{Do: "find the disk of", On: path, Err: ErrInvalid, Why: why, Fix: fix}
	}
	return d, nil
}

// anonymous explains a device number that the kernel made up for a file system which
// isn't on one disk (get_anon_bdev, fs/super.c).
func anonymous(fsType int64, d Device) (why, fix string) {
	const named = "name the disk itself, as findmnt -T PATH and lsblk show it"
	switch fsType {
	case unix.TMPFS_MAGIC, unix.RAMFS_MAGIC:
		return "it is in memory, not on a disk", "bound memory instead (--memory), or name a path on a disk"
	case unix.OVERLAYFS_SUPER_MAGIC:
		return "it is on an overlay, whose files are on the file systems below it", "name the directory below it, the upperdir= that findmnt -T PATH shows"
	case unix.BTRFS_SUPER_MAGIC:
		return "it is on btrfs, which has one device number for each subvolume and none for its disks", named
	case unix.NFS_SUPER_MAGIC, unix.SMB_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC, unix.V9FS_MAGIC, unix.CEPH_SUPER_MAGIC:
		return "its files are on another machine", "there is no disk here to hold back: leave out --io-max"
	case unix.FUSE_SUPER_MAGIC:
		return "its files are made by a program (FUSE)", named
	}
	return "its file system isn't on a single disk: the kernel made up the device number " + d.String() + " for it", named
}

// whole is the disk that a partition is on; a whole disk stays what it is.
func (b blockDevices) whole(path string, d Device) (Device, error) {
	all := b.sys + "/dev/block/"
	at := all + d.String()
	if _, err := os.Stat(at); err != nil {
		if _, err := os.Stat(all); err != nil {
			e := noDisk(path, all+" can't be read, so nobody can tell disks from partitions")
			e.Fix = "mount -t sysfs sysfs " + b.sys + ", as root"
			return d, e
		}
		return d, noDisk(path, "the kernel knows no block device "+d.String())
	}
	if _, err := os.Stat(at + "/partition"); err != nil {
		return d, nil
	}
	// Not cleaned: the link has to be followed before ".." means the disk's directory.
	text, err := os.ReadFile(at + "/../dev")
	if err != nil {
		return d, pathError(path, err)
	}
	disk, ok := parseDevice(strings.TrimSuffix(string(text), "\n"))
	if !ok {
		return d, noDisk(path, "the kernel calls its disk "+strconv.Quote(string(text)))
	}
	return disk, nil
}

func noDisk(path, why string) *Error {
	return invalid("find the disk of", path, why, "name a disk, or a directory on one: lsblk -o NAME,MAJ:MIN,MOUNTPOINTS")
}

func pathError(path string, err error) *Error {
	e := noDisk(path, err.Error())
	e.Err = fmt.Errorf("%w: %w", ErrInvalid, err)
	if errors.Is(err, unix.ENOENT) {
		e.Why = "there is no such file"
	}
	return e
}
