package launch

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

func TestExplain(t *testing.T) {
	p := new(Program)
	p.Begin()
	p.Step("write", "/proc/self/uid_map")
	p.WriteFile(Int(unix.AT_FDCWD), "/proc/self/uid_map", "0 1000 1\n")
	p.Step("odd names", "\xff\nx")
	p.Add(unix.SYS_OPENAT, Int(unix.AT_FDCWD), p.Text("\x1b\xff\n\""), Int(unix.O_RDONLY))
	p.Step("odd numbers", "")
	p.Add(1<<20, Int(-1), Int(255)).Tolerate(unix.EPERM).Tolerate(unix.ENOSYS)
	p.Add(unix.SYS_UMASK, Int(0o22))
	p.Add(unix.SYS_MOUNT, Int(0), p.Text("/"), Int(0), Int(unix.MS_REC|unix.MS_PRIVATE|1<<40), Int(0))
	p.Add(unix.SYS_CLOSE_RANGE, Int(3), Int(^uint32(0)), Int(0))
	p.SetAttr(File(FileStdin), unix.MountAttr{}, unix.AT_RECURSIVE)
	p.Add(unix.SYS_GETPID).Expect(-3)
	p.Exec([]string{"/a", "/b"}, make([]string, 30), nil)
	p.Init(File(FileInit), []string{"/bin/sh"}, []string{"sh", "-c", "a b"}, []string{"A=1"})
	var b bytes.Buffer
	if err := Explain(&b, p, unix.CLONE_NEWUSER|unix.CLONE_NEWPID|unix.CLONE_NEWTIME); err != nil {
		t.Fatal(err)
	}
	const file = "testdata/explain.txt"
	if *update {
		os.WriteFile(file, b.Bytes(), 0o644)
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s (-want +got; -update rewrites):\n%s", file, diff)
	}
}

func TestExplainSendsATerminalNothingToObey(t *testing.T) {
	p := new(Program)
	for _, name := range []string{"\x1b[31m", "\r", "\b", "\x7f", "a\tb", "\u009b1m", "\x00"} {
		p.Step("bind", name)
		p.Add(unix.SYS_OPENAT, Int(unix.AT_FDCWD), p.Text(name), Int(unix.O_RDONLY))
	}
	var b bytes.Buffer
	if err := Explain(&b, p, 0); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if strings.ContainsFunc(strings.TrimSuffix(line, "\n"), unicode.IsControl) {
			t.Errorf("got %q", line)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, unix.ENOSPC }

func TestExplainReportsWhatItCantWrite(t *testing.T) {
	if err := Explain(full{}, everything(), 0); !errors.Is(err, unix.ENOSPC) {
		t.Errorf("got %v, want ENOSPC", err)
	}
}

// Every call that the parts of this package make has a name.
func TestSignatures(t *testing.T) {
	p := everything()
	p.Exec([]string{"/a"}, nil, nil)
	for i, c := range p.Calls {
		if _, known := signatures[c.Nr]; !known && c.Nr != 1<<20 {
			t.Errorf("%v: system call %d has no signature", p.Steps[i], c.Nr)
		}
	}
	for nr, s := range signatures {
		if strings.Trim(s.args, "dxospf") != "" || len(s.args) > 6 || strings.Contains(s.args, "f") != (s.flags != nil) {
			t.Errorf("%d: %+v", nr, s)
		}
	}
}
