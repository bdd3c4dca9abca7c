package launch

import (
	"bytes"
	"encoding/binary"
	"errors"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/sys/unix"
)

// everything has each kind of argument and each option of a call.
func everything() *Program {
	p := new(Program)
	p.Begin()
	p.Ready()
	p.Await()
	p.WriteFile(Int(unix.AT_FDCWD), "/proc/self/uid_map", "0 1000 1\n")
	p.Step("odd", "\xff\n")
	p.Add(1<<20, Int(-1), Int(^uint64(0)), p.Empty(), p.Bytes([]byte{0, 1, 2}), Int(5), Int(6)).Tolerate(unix.EPERM).Tolerate(unix.ENOSYS).Expect(-3)
	p.SetAttr(p.SelfImage(), unix.MountAttr{Attr_set: 1, Attr_clr: 2, Propagation: 3, Userns_fd: 4}, unix.AT_RECURSIVE)
	p.DefaultSignals()
	p.Descriptors(true)
	p.Init(File(FileInit), []string{"/a", ""}, []string{"x", ""}, nil)
	return p
}

var sameProgram = cmp.Options{
	cmp.AllowUnexported(Program{}, Arg{}, Step{}),
	cmpopts.IgnoreFields(Program{}, "Steps", "empty", "step"), // words, for the caller only
	cmpopts.EquateEmpty(),
}

func TestEncodeDecode(t *testing.T) {
	for name, p := range map[string]*Program{"everything": everything(), "nothing": {}} {
		got, err := decode(bytes.NewReader(p.encode()))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(p, got, sameProgram); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestDecodeTornPrograms(t *testing.T) {
	whole := everything().encode()
	for n := range whole {
		if _, err := decode(bytes.NewReader(whole[:n])); !errors.Is(err, errTorn) {
			t.Fatalf("%d of %d bytes: got %v, want %v", n, len(whole), err, errTorn)
		}
	}
}

// A head that promises much must not make decode take the memory for it.
func TestDecodeTakesNoMoreThanItGets(t *testing.T) {
	for i, n := range []uint32{1 << 19, 1 << 24, 1 << 26} { // 64 MiB or more of each
		head := make([]byte, 16)
		binary.NativeEndian.PutUint32(head[4*i:], n)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := decode(bytes.NewReader(head))
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > 4<<20 || err == nil {
			t.Errorf("part %d: took %d MiB for nothing, %v", i, got>>20, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	whole := everything().encode()
	f.Add(whole)
	f.Add(new(Program).encode())
	f.Add(whole[:len(whole)-1])
	f.Add(append(whole[:16:16], make([]byte, 64)...))
	f.Add([]byte("\x01\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := decode(bytes.NewReader(b))
		if err != nil {
			return
		}
		if again := p.encode(); !bytes.Equal(again, b[:len(again)]) {
			t.Errorf("decoded and encoded:\ngot  %x\nwant %x", again, b[:len(again)])
		}
	})
}
