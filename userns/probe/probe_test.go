package probe

import (
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// files is a machine with these files and no others.
func files(byPath map[string]string) Machine {
	return Machine{ReadFile: func(path string) ([]byte, error) {
		if text, ok := byPath[path]; ok {
			return []byte(text), nil
		}
		return nil, os.ErrNotExist
	}}
}

func TestSysctl(t *testing.T) {
	m := files(map[string]string{
		"/proc/sys/kernel/yes":               "1\n",
		"/proc/sys/kernel/no":                "0\n",
		"/proc/sys/user/max_user_namespaces": "96365\n",
		"/proc/sys/vm/negative":              "-5",
		"/proc/sys/kernel/words":             "1 4 1 7\n",
		"/proc/sys/kernel/empty":             "",
	})
	for name, want := range map[string]int{
		"kernel.yes": 1, "kernel.no": 0, "user.max_user_namespaces": 96365, "vm.negative": -5,
		"kernel.words": -1, "kernel.empty": -1, "kernel.missing": -1, "": -1,
	} {
		if got := m.Sysctl(name); got != want {
			t.Errorf("Sysctl(%q): got %d, want %d", name, got, want)
		}
	}
}

func TestStatus(t *testing.T) {
	m := files(map[string]string{"/proc/self/status": "Name:\tSeccomp:\nNoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t3\nGroups:\t4 24 27 \nEmpty:\t\nCpus_allowed:\tf"})
	for field, want := range map[string]string{
		"Seccomp": "2", "Seccomp_filters": "3", "NoNewPrivs": "1", "Groups": "4 24 27", "Empty": "", "Cpus_allowed": "f", "Missing": "", "eccomp": "",
	} {
		if got := m.Status(field); got != want {
			t.Errorf("Status(%q): got %q, want %q", field, got, want)
		}
	}
}

func TestHasProc(t *testing.T) {
	if m := files(map[string]string{"/proc/self/status": "Name:\tx\n"}); !m.HasProc() {
		t.Error("with a status: got false")
	}
	if m := files(nil); m.HasProc() {
		t.Error("without: got true")
	}
}

func TestMaskedBelow(t *testing.T) {
	m := files(map[string]string{"/proc/self/mountinfo": `22 27 0:21 / /proc rw,relatime - proc proc rw
30 22 0:6 /null /proc/kcore rw,nosuid - devtmpfs devtmpfs rw
31 22 0:27 / /proc/scsi ro,relatime - tmpfs tmpfs ro
32 27 0:27 / /process ro - tmpfs tmpfs ro
33 27 0:28 / /sys/firmware ro - tmpfs tmpfs ro
34 27
35 27 0:29 / /sys/fs/cgroup rw - tmpfs tmpfs rw
36 27 0:30 / /sys/kernel/security rw - securityfs securityfs rw
37 22 0:31 / /proc/sys/fs/binfmt_misc rw - autofs systemd-1 rw
38 22 0:21 /sys /proc/sys ro - proc proc rw

`})
	for dir, want := range map[string][]string{
		"/proc": {"/proc/kcore", "/proc/scsi", "/proc/sys"}, "/sys": {"/sys/firmware"}, "/dev": nil, "/process": nil,
	} {
		if diff := cmp.Diff(want, m.MaskedBelow(dir)); diff != "" {
			t.Errorf("MaskedBelow(%q) (-want +got):\n%s", dir, diff)
		}
	}
	if got := files(nil).MaskedBelow("/proc"); got != nil {
		t.Errorf("without mountinfo: got %q", got)
	}
}

func TestThisMachine(t *testing.T) {
	var m Machine
	if !m.HasProc() {
		t.Skip("needs /proc")
	}
	if m.Status("Name") == "" || m.Status("Pid") == "" {
		t.Error("no Name or Pid in /proc/self/status")
	}
	if got := m.Sysctl("kernel.pid_max"); got < 300 {
		t.Errorf("kernel.pid_max: got %d", got)
	}
}

// Not parallel: the flag is the process's.
func TestDumpable(t *testing.T) {
	before, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Prctl(unix.PR_SET_DUMPABLE, uintptr(before), 0, 0, 0)
	for flag, want := range []bool{false, true} {
		err := unix.Prctl(unix.PR_SET_DUMPABLE, uintptr(flag), 0, 0, 0)
		if got := (Machine{}).Dumpable(); err != nil || got != want {
			t.Errorf("with the flag at %d: got %v, %v", flag, got, err)
		}
	}
}

func TestUnreadable(t *testing.T) {
	m := Machine{ReadFile: func(string) ([]byte, error) { return []byte("1"), errors.New("half read") }}
	if m.Sysctl("x") != -1 || m.Status("x") != "" || m.HasProc() || m.MaskedBelow("/") != nil {
		t.Error("a file that can't be read said something")
	}
}
