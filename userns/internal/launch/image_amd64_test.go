package launch

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

func TestImage(t *testing.T) {
	image := elfImage(codeAt(pid1Code()))
	f, err := elf.NewFile(bytes.NewReader(image))
	if err != nil {
		t.Fatal(err)
	}
	if f.Type != elf.ET_EXEC || f.Machine != elf.EM_X86_64 || f.Class != elf.ELFCLASS64 || len(f.Sections) != 0 {
		t.Errorf("header: got %+v", f.FileHeader)
	}
	if len(f.Progs) != 1 {
		t.Fatalf("%d program headers, want 1", len(f.Progs))
	}
	p := f.Progs[0]
	if p.Type != elf.PT_LOAD || p.Flags != elf.PF_R|elf.PF_X {
		t.Errorf("segment: got %v %v, want a load, readable and executable, not writable", p.Type, p.Flags)
	}
	if p.Off != 0 || p.Filesz != uint64(len(image)) || p.Memsz != p.Filesz || p.Vaddr%p.Align != 0 {
		t.Errorf("segment: got %+v, want all %d bytes", p.ProgHeader, len(image))
	}
	if f.Entry < p.Vaddr+headers || f.Entry >= p.Vaddr+p.Memsz {
		t.Errorf("entry %#x is outside %#x+%d", f.Entry, p.Vaddr, p.Memsz)
	}
	if bytes.Contains(image, []byte(codeEnd)) {
		t.Error("the marker behind the code is in it")
	}
	if len(image) < 200 || len(image) >= 1024 {
		t.Errorf("%d bytes, want less than 1024", len(image))
	}
}

// The assembler knows these places (monitor_amd64.s).
func TestMonitorParameters(t *testing.T) {
	w := &Watch{Timeout: 3 * time.Second, StopSignal: 15, StopTime: time.Second, TimeUp: "time!\n", Filtered: "killed\n", DieWithParent: true, Record: "/run/x"}
	b := w.params()
	var got [6]uint64
	for i := range got {
		got[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	if want := [6]uint64{3e9, 1e9, 15, 1, 6, 7}; got != want || len(b) != paramSize {
		t.Errorf("got %v, %d bytes, want %v, %d", got, len(b), want, paramSize)
	}
	for start, want := range map[int]string{64: "time!\n\x00", 256: "killed\n\x00", 512: "/run/x\x00"} {
		if got := b[start:]; !bytes.HasPrefix(got, []byte(want)) {
			t.Errorf("text at %d: got %q", start, got)
		}
	}
	w = &Watch{Timeout: -1, TimeUp: strings.Repeat("x", 1000), Filtered: strings.Repeat("y", 1000), Record: strings.Repeat("z", LongestRecord+1)}
	b = w.params()
	timeUp, filtered := binary.LittleEndian.Uint64(b[32:]), binary.LittleEndian.Uint64(b[40:])
	if len(b) != paramSize || timeUp != 192 || filtered != 256 || b[0] != 0 || b[24] != 0 || b[255] != 'x' || b[256] != 'y' || b[512] != 0 {
		t.Errorf("long texts: %d bytes, %d and %d of text, timeout %x, die %d", len(b), timeUp, filtered, b[:8], b[24])
	}
}

// Where files may be too small for it there is no image, and no signal that a relay would
// pass on to the command.
func TestImageTooLarge(t *testing.T) {
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, unix.SIGXFSZ)
	defer signal.Stop(heard)
	image := elfImage(codeAt(pid1Code()))
	for size, want := range map[uint64]error{0: unix.EFBIG, uint64(len(image)) - 1: unix.EFBIG, uint64(len(image)): nil} {
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: size, Max: before.Max}); err != nil {
			t.Fatal(err)
		}
		fd, err := imageFile("test", image)
		if unix.Setrlimit(unix.RLIMIT_FSIZE, &before); err != want {
			t.Errorf("at most %d bytes: %v, want %v", size, err, want)
		}
		if err == nil {
			unix.Close(fd)
		}
	}
	select {
	case <-heard:
		t.Error("SIGXFSZ")
	case <-time.After(20 * time.Millisecond):
	}
}

// The image of pid 1 is shared by all sandboxes: nobody may change it.
func TestImageIsSealed(t *testing.T) {
	fd, err := InitImage()
	if err != nil {
		t.Skipf("this kernel runs no memfds: %v", err)
	}
	seals, err := unix.FcntlInt(uintptr(fd), unix.F_GET_SEALS, 0)
	if want := unix.F_SEAL_SEAL | unix.F_SEAL_SHRINK | unix.F_SEAL_GROW | unix.F_SEAL_WRITE; err != nil || seals&want != want {
		t.Errorf("seals: got %#x, %v, want %#x", seals, err, want)
	}
	size, _ := unix.Seek(fd, 0, io.SeekEnd)
	again, err := os.OpenFile(fmt.Sprintf("/proc/self/fd/%d", fd), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	_, mapped := unix.Mmap(fd, 0, 4096, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	_, punched := again.WriteAt([]byte{0}, 0)
	for what, err := range map[string]error{
		"write": punched, "shrink": unix.Ftruncate(fd, 1), "grow": unix.Ftruncate(fd, size+1), "map writable": mapped,
		"punch a hole": unix.Fallocate(fd, unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, 0, 4096),
	} {
		if !errors.Is(err, unix.EPERM) {
			t.Errorf("%s: got %v, want EPERM", what, err)
		}
	}
	if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err != nil || flags&unix.FD_CLOEXEC == 0 {
		t.Errorf("descriptor flags: got %#x, %v", flags, err)
	}
	if again, err := InitImage(); again != fd || err != nil {
		t.Errorf("a second time: got %d, %v, want %d", again, err, fd)
	}
}

// struct clone_args, CLONE_ARGS_SIZE_VER2.
func TestLayoutOfCloneArgs(t *testing.T) {
	var a cloneArgs
	got := [...]uintptr{unsafe.Offsetof(a.pidfd), unsafe.Offsetof(a.parentTid), unsafe.Offsetof(a.exitSignal), unsafe.Sizeof(a)}
	if want := [...]uintptr{8, 24, 32, 88}; got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	var f failure
	if unsafe.Offsetof(f.at) != 8 {
		t.Errorf("failure.at is at %d, want 8", unsafe.Offsetof(f.at))
	}
}
