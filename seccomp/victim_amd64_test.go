package seccomp

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	sys "syscall"
	"testing"
)

// movEAX is "mov $number, %eax".
func movEAX(number uint32) []byte { return binary.LittleEndian.AppendUint32([]byte{0xb8}, number) }

var (
	int80  = []byte{0xcd, 0x80}
	gate   = []byte{0x0f, 0x05}
	movNeg = []byte{0x89, 0xc7, 0xf7, 0xdf} // mov %eax, %edi; neg %edi: the errno
	mov42  = []byte{0xbf, 42, 0, 0, 0}      // mov $42, %edi
)

// program writes an executable that makes a call by the given door and ends with what
// status puts into %edi.
func program(t *testing.T, number uint32, door, status []byte) string {
	t.Helper()
	code := bytes.Join([][]byte{movEAX(number), door, status, movEAX(231), gate}, nil) // exit_group
	const base, head = 0x400000, 64 + 56
	var b bytes.Buffer
	b.WriteString("\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	size := uint64(head + len(code))
	for _, field := range []any{
		uint16(2), uint16(62), uint32(1), uint64(base + head), uint64(64), uint64(0), uint32(0), // an executable for x86-64
		uint16(64), uint16(56), uint16(1), uint16(0), uint16(0), uint16(0),
		uint32(1), uint32(5), uint64(0), uint64(base), uint64(base), size, size, uint64(0x1000), // one segment to load
	} {
		if err := binary.Write(&b, binary.LittleEndian, field); err != nil {
			t.Fatal(err)
		}
	}
	b.Write(code)
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, b.Bytes(), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// ending runs a program, under the default filter's text if there is one.
func ending(t *testing.T, path, profile string, foreign Action) sys.WaitStatus {
	t.Helper()
	cmd := exec.Command(path)
	if profile != "" {
		text, err := json.Marshal(map[string]any{"Profile": profile, "Program": path, "Foreign": foreign})
		if err != nil {
			t.Fatal(err)
		}
		cmd = exec.Command("/proc/self/exe")
		cmd.Env = []string{victimEnv + "=exec", "SECCOMP_TEST_EXEC=" + string(text)}
	}
	out, err := cmd.Output()
	if cmd.ProcessState == nil || len(out) > 0 {
		t.Fatalf("%s: %v %s", path, err, out)
	}
	return cmd.ProcessState.Sys().(sys.WaitStatus)
}

// TestInt80 comes in by the door of 32-bit programs, where numbers mean other calls: 20 is
// getpid there and writev here, 21 is mount there and access here.
func TestInt80(t *testing.T) {
	for _, number := range []uint32{20, 21} {
		path := program(t, number, int80, mov42)
		if s := ending(t, path, "", 0); s.ExitStatus() != 42 {
			t.Skipf("int 0x80 doesn't work here: %v", s)
		}
		if s := ending(t, path, strictText, 0); s.Signal() != sys.SIGSYS {
			t.Errorf("int 0x80 number %d: %#x, not killed by SIGSYS", number, s)
		}
		path = program(t, number, int80, movNeg)
		if s := ending(t, path, strictText, Errno(sys.EACCES)); s.ExitStatus() != int(sys.EACCES) {
			t.Errorf("int 0x80 number %d with an errno: %#x", number, s)
		}
	}
}

// TestX32 sets the bit for calls that are allowed and refused without it.
func TestX32(t *testing.T) {
	for _, number := range []uint32{39, 165, 520} { // getpid, mount, and x32's own execve
		path := program(t, 0x40000000|number, gate, movNeg)
		for _, text := range []string{strictText, "default allow"} {
			if s := ending(t, path, text, 0); s.ExitStatus() != int(sys.ENOSYS) {
				t.Errorf("x32 number %d: %#x, want status %d", number, s, sys.ENOSYS)
			}
		}
	}
	// The same program without the bit gets through, so the bit is what made it.
	path := program(t, 110, gate, mov42)
	if s := ending(t, path, strictText, 0); s.ExitStatus() != 42 {
		t.Errorf("getppid: %#x", s)
	}
}
