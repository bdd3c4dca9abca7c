package notify

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"snug/seccomp"
)

// notes writes down what a witness sees.
type notes struct {
	mu    sync.Mutex
	lines []string
}

func (n *notes) Saw(t *Touch) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var words []string
	for _, f := range t.Files {
		words = append(words, fmt.Sprintf("%d %q %v", f.Use, f.Path, f.Link))
	}
	for _, a := range t.Network {
		words = append(words, fmt.Sprintf("%s %q %q", a.Where, a.Abstract, a.Query))
	}
	if t.Program() == "" || t.Thread() == 0 {
		words = append(words, "by nobody")
	}
	n.lines = append(n.lines, t.Call+" "+strings.Join(words, ", "))
}

// witnessed runs f under a filter that allows all, and returns what a witness saw.
func witnessed(t *testing.T, f func()) []string {
	t.Helper()
	n := &notes{}
	under(t, &Refusals{Witness: n}, "default allow\nerrno EPERM mount", f)
	return n.lines
}

// memory is a string with a NUL, where nothing moves.
func memory(s string) uintptr {
	b, err := unix.Mmap(-1, 0, (len(s)+1+4095)&^4095, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	if err != nil {
		panic(err)
	}
	copy(b, s)
	return pointerTo(&b[0])
}

// unended is a string right before memory that isn't there.
func unended(s string) uintptr {
	b, err := unix.Mmap(-1, 0, 8192, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	if err == nil {
		err = unix.Mprotect(b[4096:], unix.PROT_NONE)
	}
	if err != nil {
		panic(err)
	}
	copy(b[4096-len(s):], s)
	return pointerTo(&b[4096-len(s)])
}

const here = ^uintptr(99) // AT_FDCWD

func TestTouches(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	gone := filepath.Join(dir, "gone")
	if err := os.Mkdir(gone, 0o755); err != nil {
		t.Fatal(err)
	}
	open, _ := unix.Open(dir, unix.O_PATH, 0)
	goneFD, _ := unix.Open(gone, unix.O_PATH, 0)
	defer unix.Close(open)
	defer unix.Close(goneFD)
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	cwd, _ := os.Getwd()
	name, odd, long := memory("/no/such"), memory("/no/\xff\n\x1b[m"), memory(strings.Repeat("/x", 4000))
	rel, empty, bad := memory("no/../such"), memory(""), unended("/no/such")
	how := memory("\x41\x00\x00\x00\x00\x00\x00\x00\x80\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	inRoot := memory("\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00")
	calls := []struct {
		number uintptr
		args   []uintptr
		want   string
	}{
		{unix.SYS_OPENAT, []uintptr{here, name, 0}, `openat 1 "/no/such" false`},
		{unix.SYS_OPENAT, []uintptr{here, rel, unix.O_RDWR}, `openat 4 "` + cwd + `/no/../such" false`},
		{unix.SYS_OPENAT, []uintptr{uintptr(open), rel, unix.O_WRONLY | unix.O_CREAT}, `openat 6 "` + dir + `/no/../such" false`},
		{unix.SYS_OPENAT, []uintptr{uintptr(goneFD), rel, 0}, ""},
		{unix.SYS_OPENAT, []uintptr{12345, rel, 0}, ""},
		{unix.SYS_OPENAT, []uintptr{here, odd, 0}, `openat 1 "/no/\xff\n\x1b[m" false`},
		{unix.SYS_OPENAT, []uintptr{here, long, 0}, ""},
		{unix.SYS_OPENAT, []uintptr{here, empty, 0}, ""},
		{unix.SYS_OPENAT, []uintptr{here, 0, 0}, ""},
		{unix.SYS_OPENAT, []uintptr{here, 1, 0}, ""},
		{unix.SYS_OPENAT, []uintptr{here, ^uintptr(0), 0}, ""},
		{unix.SYS_OPENAT, []uintptr{here, bad, 0}, ""},
		{unix.SYS_OPENAT2, []uintptr{here, name, how, 24}, `openat2 6 "/no/such" false`},
		{unix.SYS_OPENAT2, []uintptr{here, name, inRoot, 24}, ""},
		{unix.SYS_OPENAT2, []uintptr{here, name, 3, 24}, `openat2 1 "/no/such" false`},
		{unix.SYS_NEWFSTATAT, []uintptr{here, name, 0, unix.AT_SYMLINK_NOFOLLOW}, `newfstatat 0 "/no/such" true`},
		{unix.SYS_STATX, []uintptr{here, name, 0, 0, 0}, `statx 0 "/no/such" false`},
		{unix.SYS_FACCESSAT, []uintptr{here, name, unix.W_OK}, `faccessat 4 "/no/such" false`},
		{unix.SYS_READLINKAT, []uintptr{here, name, 0, 0}, `readlinkat 0 "/no/such" true`},
		{unix.SYS_EXECVE, []uintptr{name, 0, 0}, `execve 2 "/no/such" false`},
		{unix.SYS_MKDIRAT, []uintptr{here, name, 0}, `mkdirat 5 "/no/such" true`},
		{unix.SYS_UNLINKAT, []uintptr{here, name, 0}, `unlinkat 7 "/no/such" true`},
		{unix.SYS_RENAMEAT2, []uintptr{here, name, here, rel, 0}, `renameat2 7 "/no/such" true, 6 "` + cwd + `/no/../such" true`},
		{unix.SYS_SYMLINKAT, []uintptr{name, here, rel}, `symlinkat 5 "` + cwd + `/no/../such" true`},
	}
	var plain, got []syscall.Errno
	var want []string
	for _, c := range calls {
		plain = append(plain, call(c.number, c.args...))
		if c.want != "" {
			want = append(want, c.want)
		}
	}
	lines := witnessed(t, func() {
		for _, c := range calls {
			got = append(got, call(c.number, c.args...))
		}
	})
	if !slices.Equal(got, plain) {
		t.Errorf("calls give %v, and without a witness %v", got, plain)
	}
	if !slices.Equal(lines, want) {
		t.Errorf("saw\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}

// TestTouchingIsKnown: every call has a name somewhere, and arguments that it has.
func TestTouchingIsKnown(t *testing.T) {
	for i := range touching {
		c := &touching[i]
		if !seccomp.Known(c.name) {
			t.Errorf("there is no call %s", c.name)
		}
		if (c.flags == none) != (c.says == nil) {
			t.Errorf("%s: flags that nobody reads", c.name)
		}
		shape := shapeOf(c.name)
		for _, s := range c.spots {
			if shape == "" {
				continue // not one that is written in words
			}
			if shape[s.path] != 's' || s.dir != cwd && shape[s.dir] != 'D' {
				t.Errorf("%s: its arguments are %s", c.name, shape)
			}
		}
	}
}

func TestSends(t *testing.T) {
	if runtime.GOARCH != "amd64" && runtime.GOARCH != "arm64" {
		t.Skip("little-endian, 64 bits")
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	other, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(other)
	query := "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x03org\x00\x00\x01\x00\x01"
	v4, dns := memory("\x02\x00\x00\x09\x7f\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00"), memory("\x02\x00\x00\x35\x7f\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00")
	v6 := memory("\x0a\x00\x01\xbb\x00\x00\x00\x00\xfd\x00" + strings.Repeat("\x00", 13) + "\x01\x00\x00\x00\x00")
	mapped := memory("\x0a\x00\x01\xbb\x00\x00\x00\x00" + strings.Repeat("\x00", 10) + "\xff\xff\x01\x02\x03\x04\x00\x00\x00\x00")
	abstract, named := memory("\x01\x00\x00no-such\x00x"), memory("\x01\x00/no/such-socket\x00rubbish")
	text, endless := memory(query), memory("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"+strings.Repeat("\x3f"+strings.Repeat("a", 63), 20))
	lines := witnessed(t, func() {
		call(unix.SYS_CONNECT, uintptr(other), abstract, 12)
		call(unix.SYS_CONNECT, uintptr(other), named, 110)
		call(unix.SYS_CONNECT, uintptr(fd), v6, 28)
		call(unix.SYS_CONNECT, uintptr(fd), mapped, 28)
		call(unix.SYS_CONNECT, uintptr(fd), v6, 20) // cut off
		call(unix.SYS_CONNECT, uintptr(fd), 0, ^uintptr(0))
		call(unix.SYS_CONNECT, uintptr(fd), 1, 16)
		call(unix.SYS_SENDTO, uintptr(fd), text, uintptr(len(query)), 0, dns, 16)
		call(unix.SYS_SENDTO, uintptr(fd), endless, 1000, 0, dns, 16)
		call(unix.SYS_SENDTO, uintptr(fd), 1, ^uintptr(0), 0, dns, 16)
		call(unix.SYS_SENDTO, uintptr(fd), text, uintptr(len(query)), 0, v4, 16)
		call(unix.SYS_SENDTO, uintptr(fd), text, uintptr(len(query)), 0, 0, 0) // to nobody known
		call(unix.SYS_CONNECT, uintptr(fd), dns, 16)
		call(unix.SYS_SENDTO, uintptr(fd), text, uintptr(len(query)), 0, 0, 0)
		call(unix.SYS_SENDMSG, uintptr(fd), 1, 0)
		call(unix.SYS_SENDMMSG, uintptr(fd), unended("x"), 1<<40, 0)
	})
	want := []string{
		`connect invalid AddrPort "no-such\x00x" ""`, `connect 3 "/no/such-socket" false`, `connect [fd00::1]:443 "" ""`, `connect 1.2.3.4:443 "" ""`,
		`sendto 127.0.0.1:53 "" "example.org"`, `sendto 127.0.0.1:53 "" ""`, `sendto 127.0.0.1:53 "" ""`, `sendto 127.0.0.1:9 "" ""`,
		`connect 127.0.0.1:53 "" ""`, `sendto invalid AddrPort "" "example.org"`,
	}
	if !slices.Equal(lines, want) {
		t.Errorf("saw\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}

// TestManyAtOnce: every question gets its answer, whoever takes it, and who dies of a signal
// while it waits holds nobody up.
func TestManyAtOnce(t *testing.T) {
	n := &notes{}
	const processes, each = 8, 200
	under(t, &Refusals{Witness: n}, "default allow\nerrno EPERM mount", func() {
		var all, short []*exec.Cmd
		start := func(script string) *exec.Cmd {
			cmd := exec.Command("/bin/sh", "-c", script)
			if err := cmd.Start(); err != nil {
				t.Error(err)
			}
			return cmd
		}
		for range processes {
			short = append(short, start("while :; do [ -e /no/other ]; done"))
			all = append(all, start(fmt.Sprintf("i=0; while [ $i -lt %d ]; do i=$((i+1)); [ ! -e /no/such ] || exit 1; done", each)))
		}
		for _, cmd := range short {
			cmd.Process.Kill()
			cmd.Wait()
		}
		for _, cmd := range all {
			if err := cmd.Wait(); err != nil {
				t.Error(err)
			}
		}
	})
	found := 0
	for _, line := range n.lines {
		if strings.Contains(line, `"/no/such"`) {
			found++
		}
	}
	if found != processes*each {
		t.Errorf("%d of %d questions were heard", found, processes*each)
	}
}

// FuzzHostName: whatever is sent to a name server, nothing breaks, and a name is short.
func FuzzHostName(f *testing.F) {
	f.Add([]byte("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x03org\x00\x00\x01\x00\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(hostName(b)) > 253 {
			t.Error("it is long")
		}
	})
}
