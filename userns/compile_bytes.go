package userns

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"snug/userns/caps"
	"snug/userns/landlock"
)

// Structures of the kernel, as bytes.

func putUint64(b []byte, v uint64) { binary.NativeEndian.PutUint64(b, v) }

// capHeader is struct __user_cap_header_struct for the calling process.
func capHeader() []byte {
	b := make([]byte, 8)
	binary.NativeEndian.PutUint32(b, unix.LINUX_CAPABILITY_VERSION_3)
	return b
}

// capData is struct __user_cap_data_struct[2]: low words, then high words.
func capData(effective, permitted, inheritable caps.Set) []byte {
	var b []byte
	for shift := 0; shift < 64; shift += 32 {
		for _, s := range []caps.Set{effective, permitted, inheritable} {
			b = binary.NativeEndian.AppendUint32(b, uint32(s>>shift))
		}
	}
	return b
}

// openHow is struct open_how of openat2(2).
func openHow(flags, resolve uint64) []byte {
	b := make([]byte, 24)
	putUint64(b[0:], flags)
	putUint64(b[16:], resolve)
	return b
}

// rulesetAttr is struct landlock_ruleset_attr as of ABI 6. A kernel with less of it takes
// zeros behind what it knows.
func rulesetAttr(d *landlock.Domain) []byte {
	b := make([]byte, 24)
	putUint64(b[0:], uint64(d.Files))
	putUint64(b[16:], uint64(d.Scope))
	return b
}

// pathBeneath is struct landlock_path_beneath_attr, which is packed.
func pathBeneath(allow landlock.Access, fd int) []byte {
	b := binary.NativeEndian.AppendUint64(make([]byte, 0, 12), uint64(allow))
	return binary.NativeEndian.AppendUint32(b, uint32(fd))
}
