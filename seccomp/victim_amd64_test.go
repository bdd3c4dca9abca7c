package seccomp

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	sys "syscall"
	"testing"

	"snug/seccomp/internal/sim"
	"snug/test/script/door"
)

// program writes an executable.
func program(t *testing.T, number uint32, d door.Door, s door.Status) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, door.Program(number, d, s), 0o755); err != nil {
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

// atTheDoors are a name that the default profile allows and one that it denies, with their numbers
// on both architectures.
var atTheDoors = []struct {
	name       string
	allowed    bool
	number     uint32 // by syscall
	int80      uint32 // by int 0x80
	int80Means string // what int80 would be here
}{
	{"getpid", true, 39, 20, "writev"},
	{"mount", false, 165, 21, "access"},
}

// TestDoorNumbers holds these against the tables and the profile.
func TestDoorNumbers(t *testing.T) {
	n := newNaive(defaultProfile(t, Strict), Target{Arches: []Arch{ArchAMD64}})
	for _, c := range atTheDoors {
		number, _ := ArchAMD64.Number(c.name)
		old, _ := Arch386.Number(c.name)
		if number != c.number || old != c.int80 || ArchAMD64.Name(c.int80) != c.int80Means {
			t.Errorf("%s: %d and %d, which is %s", c.name, number, old, ArchAMD64.Name(old))
		}
		if allowed := n.named(ArchAMD64, c.name, &sim.Data{}) == Allow; allowed != c.allowed {
			t.Errorf("%s: allowed %t", c.name, allowed)
		}
	}
}

// TestInt80 comes in by the door of 32-bit programs, where numbers mean other calls. Neither
// an allowed name nor a denied one gets through, though both numbers are those of allowed
// calls here. A kernel without 32-bit programs has no such door: int 0x80 is a general
// protection fault (SIGSEGV), with a filter or without.
func TestInt80(t *testing.T) {
	for _, c := range atTheDoors {
		path := program(t, c.int80, door.Int80, door.FortyTwo)
		want, open := sys.SIGSYS, true
		switch s := ending(t, path, "", 0); {
		case s.Signal() == sys.SIGSEGV:
			want, open = sys.SIGSEGV, false
		case s.ExitStatus() != 42:
			t.Errorf("%s by int 0x80, without a filter: %#x", c.name, s)
		}
		for _, text := range []string{strictText, "default allow"} {
			if s := ending(t, path, text, 0); s.Signal() != want {
				t.Errorf("%s by int 0x80: %#x, not killed by %v", c.name, s, want)
			}
		}
		if !open {
			continue
		}
		path = program(t, c.int80, door.Int80, door.Errno)
		if s := ending(t, path, strictText, Errno(sys.EACCES)); s.ExitStatus() != int(sys.EACCES) {
			t.Errorf("%s by int 0x80, with an errno: %#x", c.name, s)
		}
	}
}

// TestX32 sets the bit: an allowed name and a denied one both don't exist with it.
func TestX32(t *testing.T) {
	for _, c := range atTheDoors {
		refusedX32(t, c.name, c.number)
		// Without the bit it is as the profile says, so the bit is what made it.
		path := program(t, c.number, door.Syscall, door.Failed)
		if failed := ending(t, path, strictText, 0).ExitStatus() != 0; failed == c.allowed {
			t.Errorf("%s: failed %t", c.name, failed)
		}
	}
	refusedX32(t, "x32's own execve", 520)
}

func refusedX32(t *testing.T, name string, number uint32) {
	t.Helper()
	path := program(t, number|door.X32, door.Syscall, door.Errno)
	for _, text := range []string{strictText, "default allow"} {
		if s := ending(t, path, text, 0); s.ExitStatus() != int(sys.ENOSYS) {
			t.Errorf("%s by x32: %#x, want status %d", name, s, sys.ENOSYS)
		}
	}
}
