package userns

import (
	"strconv"
	"strings"
)

// The bounds of the number of files in the private directories.
const (
	minInodes = 1 << 14 // the mount points need some, whatever the size
	maxInodes = 400_000
	perInode  = 4096 // bytes; a page, the least that a file with something in it takes
)

// inodes bounds the number of files in a tmpfs of that size, as tmpfs(5) takes
// both: each costs about a kilobyte of kernel memory that the size doesn't count.
func inodes(size string) string {
	return strconv.FormatUint(min(maxInodes, max(minInodes, sizeInBytes(size)/perInode)), 10)
}

// sizeInBytes is a size of tmpfs(5) in bytes, or the largest number for one that
// isn't known before the mount: a share of memory.
func sizeInBytes(size string) uint64 {
	number, shift := size, 0
	if n := len(size) - 1; n > 0 {
		if i := strings.IndexByte("kmgtpe", size[n]|0x20); i >= 0 && !strings.HasPrefix(size, "0x") {
			number, shift = size[:n], 10*(i+1)
		}
	}
	bytes, err := strconv.ParseUint(number, 0, 64-shift)
	if err != nil {
		return 1<<64 - 1
	}
	return bytes << shift
}
