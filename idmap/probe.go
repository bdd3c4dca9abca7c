package idmap

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// probe collects the facts around a helper. What cannot be found out is taken
// to be in order: better no cause than a wrong one.
func probe(k Kind, pid int, path string) *facts {
	f := &facts{kind: k, pid: pid, uid: uint32(os.Getuid()), path: path}
	f.probeGrants()
	f.probeHelper()
	f.probeSelf()
	if pid > 0 {
		f.probeTarget()
	}
	return f
}

func (f *facts) probeGrants() {
	var s Source
	f.module = s.module()
	if _, err := os.Stat(f.kind.file()); errors.Is(err, fs.ErrNotExist) {
		f.noFile, f.free = true, s.free()
	}
}

func (f *facts) probeHelper() {
	var stat unix.Stat_t
	if unix.Stat(f.path, &stat) != nil {
		f.setuid = true
		return
	}
	f.setuid, f.owner = stat.Mode&unix.S_ISUID != 0, stat.Uid
	var attribute [24]byte
	n, _ := unix.Getxattr(f.path, "security.capability", attribute[:])
	_, bit := f.kind.capability()
	f.caps = permits(attribute[:max(n, 0)], bit)
	var mount unix.Statfs_t
	f.nosuid = unix.Statfs(f.path, &mount) == nil && mount.Flags&unix.ST_NOSUID != 0
}

// permits reads struct vfs_cap_data of capability.h: a word with the version,
// then the permitted set. The effective flag is not looked at, since the
// helper raises what it is permitted.
func permits(attribute []byte, bit uint) bool {
	return len(attribute) >= 8 && binary.LittleEndian.Uint32(attribute[4:])&(1<<bit) != 0
}

// probeSelf asks for the thread, not the process: a Go program can have
// no_new_privs on one thread only, and the helper is started from this one.
func (f *facts) probeSelf() {
	f.unbounded = true
	status, err := os.ReadFile("/proc/thread-self/status")
	if err != nil {
		return
	}
	f.noNewPrivs, f.unbounded = privileges(string(status), f.kind)
}

// privileges reads two lines of /proc/PID/status.
func privileges(status string, k Kind) (noNewPrivs, unbounded bool) {
	unbounded = true
	for line := range strings.Lines(status) {
		key, value, _ := strings.Cut(line, ":")
		switch value = strings.TrimSpace(value); key {
		case "NoNewPrivs":
			noNewPrivs = value == "1"
		case "CapBnd":
			set, err := strconv.ParseUint(value, 16, 64)
			_, bit := k.capability()
			unbounded = err != nil || set&(1<<bit) != 0
		}
	}
	return noNewPrivs, unbounded
}

func (f *facts) probeTarget() {
	path := "/proc/" + strconv.Itoa(f.pid) + "/" + f.kind.mapFile()
	text, err := os.ReadFile(path)
	f.gone = errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ESRCH)
	f.written = len(text) > 0
	f.mapOwner = f.uid
	var stat unix.Stat_t
	if unix.Stat(path, &stat) == nil {
		f.mapOwner = stat.Uid
	}
}
