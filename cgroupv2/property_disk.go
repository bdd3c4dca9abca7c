package cgroupv2

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	weightFix = "as root, give the disk a scheduler that knows weights: echo bfq >/sys/block/DISK/queue/scheduler; or turn on its cost model: echo MAJ:MIN enable=1 >/sys/fs/cgroup/io.cost.qos, numbers by lsblk"
	diskFix   = "name a disk, or a file on one: lsblk"
)

// noCostModel says that no disk's time is shared out by io.weight: the io.cost controller
// has to be turned on for each, by root, in the root cgroup.
func noCostModel(d dir) (why, fix string) {
	for up := range above(d) {
		content, err := up.read("io.cost.qos")
		switch {
		case err == nil && strings.Contains(content, "enable=1"):
			return "", ""
		case err == nil:
			return "the kernel takes the weight, but no disk here has a scheduler that looks at it", weightFix
		}
	}
	return "", "" // a part of the tree, whose root is out of sight
}

// noBFQ says that no disk is scheduled by BFQ, which has weights of its own.
func noBFQ(dir) (why, fix string) {
	list, _ := filepath.Glob("/sys/block/*/queue/scheduler")
	for _, file := range list {
		if text, err := os.ReadFile(file); err == nil && strings.Contains(string(text), "[bfq]") {
			return "", ""
		}
	}
	return "no disk here has a scheduler that knows weights", weightFix
}

// linesOf are the values, in a file with a line for each device, for the disk that file
// is or is on: of "8:0 rbps=1000000 wbps=max", what follows the number. The kernel has
// no line for a disk with nothing set.
func linesOf(content, file string) (values []string, ok bool) {
	devices, any := disksOf(file)
	for line := range strings.Lines(content) {
		device, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if devices[device] || any && device != "default" {
			values = append(values, rest)
		}
	}
	return values, any || len(devices) > 0
}

// says holds if one of the lines for the disk is exactly that.
func says(file, want string) func(string) bool {
	return func(content string) bool {
		values, _ := linesOf(content, file)
		return slices.Contains(values, want)
	}
}

// disksOf names the devices that systemd may have found for a path, as MAJOR:MINOR: the
// device itself or the one that a file is on, the disk that a partition is of, and what
// a mapped device is made of. Of a file system without a device of its own, as btrfs,
// it asks the file system; then it may be any.
func disksOf(file string) (devices map[string]bool, any bool) {
	var st unix.Stat_t
	if unix.Stat(file, &st) != nil {
		return nil, false
	}
	number := uint64(st.Dev)
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFBLK:
		number = uint64(st.Rdev)
	case unix.S_IFCHR:
		return nil, false
	}
	if unix.Major(number) == 0 {
		return nil, true
	}
	devices = map[string]bool{}
	addDisk(devices, strconv.Itoa(int(unix.Major(number)))+":"+strconv.Itoa(int(unix.Minor(number))))
	return devices, false
}

func addDisk(devices map[string]bool, device string) {
	if devices[device] {
		return
	}
	devices[device] = true
	at := "/sys/dev/block/" + device
	parts, _ := filepath.Glob(at + "/slaves/*/dev")
	if _, err := os.Stat(at + "/partition"); err == nil {
		if whole, err := filepath.EvalSymlinks(at); err == nil {
			parts = append(parts, filepath.Dir(whole)+"/dev")
		}
	}
	for _, part := range parts {
		if text, err := os.ReadFile(part); err == nil {
			addDisk(devices, strings.TrimSpace(string(text)))
		}
	}
}
