package launch

import (
	"bytes"
	"encoding/binary"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// pid1Code returns the address of pid 1's code.
func pid1Code() *byte

// codeEnd is what stands behind pid 1's code in its .s file.
const codeEnd = "\xf1SNUG pid 1 end\xf1"

// codeAt is pid 1's code as it lies in this program's text segment.
func codeAt(start *byte) []byte {
	const limit = 4096 // several times what it is
	mem := unsafe.Slice(start, limit)
	return mem[:bytes.Index(mem, []byte(codeEnd))]
}

const (
	elfHeaderSize  = 64
	progHeaderSize = 56
	headers        = elfHeaderSize + progHeaderSize
	loadAddress    = 0x400000
)

// elfImage wraps position-independent code in the smallest executable the
// kernel takes: an ELF header and one PT_LOAD, readable and executable, that
// maps the whole file. See elf(5).
func elfImage(code []byte) []byte {
	size := uint64(headers + len(code))
	b := make([]byte, 0, size)
	b = append(b, "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00"...)
	le := binary.LittleEndian
	b = le.AppendUint16(b, 2)                           // ET_EXEC
	b = le.AppendUint16(b, 62)                          // EM_X86_64
	b = le.AppendUint32(b, 1)                           // EV_CURRENT
	b = le.AppendUint64(b, loadAddress+headers)         // entry
	b = le.AppendUint64(b, elfHeaderSize)               // program headers
	b = le.AppendUint64(b, 0)                           // no sections
	b = le.AppendUint32(b, 0)                           // flags
	b = le.AppendUint16(b, elfHeaderSize)               //
	b = le.AppendUint16(b, progHeaderSize)              //
	b = le.AppendUint16(b, 1)                           // one program header
	b = append(b, make([]byte, 6)...)                   // no section headers
	b = le.AppendUint32(b, 1)                           // PT_LOAD
	b = le.AppendUint32(b, 4|1)                         // PF_R|PF_X
	b = le.AppendUint64(b, 0)                           // file offset
	b = le.AppendUint64(b, loadAddress)                 // virtual address
	b = le.AppendUint64(b, loadAddress)                 // physical address
	b = le.AppendUint64(le.AppendUint64(b, size), size) // size in file, in memory
	b = le.AppendUint64(b, 4096)                        // alignment
	return append(b, code...)
}

// mfdExec is MFD_EXEC, Linux 6.3: without it vm.memfd_noexec=1 makes the image
// not executable. Older kernels refuse the flag.
const mfdExec = 0x10

// sealExec is F_SEAL_EXEC, Linux 6.3.
const sealExec = 0x20

// pid1Image is a sealed memfd that holds pid 1, made once in a process. An
// error says that the kernel does not run memfds (vm.memfd_noexec=2).
var pid1Image = sync.OnceValues(func() (int, error) {
	return imageFile("snug-init", elfImage(codeAt(pid1Code())))
})

// joinCode returns the address of the code of join_amd64.s.
func joinCode() *byte

var joinImage = sync.OnceValues(func() (int, error) {
	return imageFile("snug-join", elfImage(codeAt(joinCode())))
})

// JoinImage is a descriptor of the image by which a process enters a sandbox. It stays open
// for as long as this process lives.
func JoinImage() (int, error) { return joinImage() }

// imageFile is a sealed memfd with that content.
func imageFile(name string, image []byte) (int, error) {
	fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING|mfdExec)
	if err == unix.EINVAL {
		fd, err = unix.MemfdCreate(name, unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	}
	if err != nil {
		return -1, err
	}
	if err := fillAndSeal(fd, image); err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

func fillAndSeal(fd int, image []byte) error {
	// A memfd is a regular file to RLIMIT_FSIZE. The kernel doesn't only refuse the write: it
	// sends SIGXFSZ, which whoever relays signals would take for the command's.
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_FSIZE, &limit) == nil && uint64(len(image)) > limit.Cur {
		return unix.EFBIG
	}
	if _, err := unix.Write(fd, image); err != nil {
		return err
	}
	seals := unix.F_SEAL_SEAL | unix.F_SEAL_SHRINK | unix.F_SEAL_GROW | unix.F_SEAL_WRITE
	_, err := unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, seals|sealExec)
	if err == unix.EINVAL {
		_, err = unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, seals)
	}
	return err
}
