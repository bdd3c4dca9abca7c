package caps

import (
	"errors"
	"math/bits"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name string
		want Set
	}{
		{"CAP_CHOWN", 1 << unix.CAP_CHOWN},
		{"chown", 1 << unix.CAP_CHOWN},
		{"cap_net_admin", 1 << unix.CAP_NET_ADMIN},
		{"Net_Raw", 1 << unix.CAP_NET_RAW},
		{"SYS_ADMIN", SysAdmin},
		{"setfcap", 1 << unix.CAP_SETFCAP},
		{"BPF", 1 << unix.CAP_BPF},
		{"checkpoint_restore", 1 << unix.CAP_CHECKPOINT_RESTORE},
		{"all", All},
		{"CAP_ALL", All},
	} {
		if got, err := Parse(c.name); got != c.want || err != nil {
			t.Errorf("Parse(%q): got %x, %v, want %x", c.name, got, err, c.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, name := range []string{"", "CAP_", "CAP_CAP_CHOWN", "net-admin", " chown", "chown,kill", "21", "none", "ALLE"} {
		got, err := Parse(name)
		var unknown *UnknownError
		if got != 0 || !errors.As(err, &unknown) || unknown.Name != name {
			t.Errorf("Parse(%q): got %x, %v", name, got, err)
		}
	}
	_, err := Parse("root\n")
	want := []string{`unknown capability "root\n"`, "use a name of capabilities(7), such as CAP_NET_ADMIN or net_admin, or ALL"}
	if diff := cmp.Diff(want, []string{err.Error(), err.(*UnknownError).Hint()}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNamesAreTheKernels(t *testing.T) {
	if got := len(names) - 1; got != unix.CAP_LAST_CAP {
		t.Errorf("the last capability is %d, want %d", got, unix.CAP_LAST_CAP)
	}
	for n, want := range map[int]string{
		unix.CAP_CHOWN: "CHOWN", unix.CAP_KILL: "KILL", unix.CAP_SETPCAP: "SETPCAP", unix.CAP_NET_RAW: "NET_RAW",
		unix.CAP_SYS_CHROOT: "SYS_CHROOT", unix.CAP_SYS_ADMIN: "SYS_ADMIN", unix.CAP_SYS_TIME: "SYS_TIME",
		unix.CAP_MKNOD: "MKNOD", unix.CAP_SETFCAP: "SETFCAP", unix.CAP_SYSLOG: "SYSLOG", unix.CAP_PERFMON: "PERFMON",
	} {
		if names[n] != want {
			t.Errorf("capability %d: got %s, want %s", n, names[n], want)
		}
	}
	last, err := os.ReadFile("/proc/sys/kernel/cap_last_cap")
	if n, _ := strconv.Atoi(strings.TrimSpace(string(last))); err == nil && n >= len(names) {
		t.Logf("this kernel has %d capabilities without a name here", n-len(names)+1)
	}
}

func TestSets(t *testing.T) {
	container := []string{"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID",
		"CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_SETFCAP"}
	if diff := cmp.Diff(container, Container.Names()); diff != "" {
		t.Errorf("Container (-want +got):\n%s", diff)
	}
	if got := bits.OnesCount64(uint64(All)); got != len(names) || len(All.Names()) != got {
		t.Errorf("All: got %d, %d names, want %d", got, len(All.Names()), len(names))
	}
	if got := Set(0).Names(); got == nil || len(got) != 0 {
		t.Errorf("none: got %#v, want an empty list (it is printed as JSON)", got)
	}
	for n := range 64 {
		if got, want := (Set(1) << 40).Has(n), n == 40; got != want {
			t.Errorf("Has(%d): got %v", n, got)
		}
	}
}

func TestAdjust(t *testing.T) {
	const chown, kill, admin = Set(1 << unix.CAP_CHOWN), Set(1 << unix.CAP_KILL), Set(1 << unix.CAP_NET_ADMIN)
	for _, c := range []struct {
		name      string
		base      Set
		add, drop []string
		want      Set
	}{
		{"nothing", chown, nil, nil, chown},
		{"add", chown, []string{"net_admin"}, nil, chown | admin},
		{"add twice", 0, []string{"net_admin", "CAP_NET_ADMIN"}, nil, admin},
		{"drop", chown | kill, nil, []string{"KILL"}, chown},
		{"drop what isn't there", chown, nil, []string{"KILL"}, chown},
		{"dropping wins", chown, []string{"kill"}, []string{"kill"}, chown},
		{"drop all", Container, nil, []string{"ALL"}, 0},
		{"drop all, keep by name", Container, []string{"kill"}, []string{"all"}, kill},
		{"drop all and one", Container, []string{"kill"}, []string{"all", "kill"}, kill},
		{"add all", 0, []string{"all"}, nil, All},
		{"add all, drop one", 0, []string{"all"}, []string{"sys_admin"}, All &^ SysAdmin},
	} {
		if got, err := Adjust(c.base, c.add, c.drop); got != c.want || err != nil {
			t.Errorf("%s: got %v, %v, want %v", c.name, got.Names(), err, c.want.Names())
		}
	}
	for _, c := range [][2][]string{{{"x"}, nil}, {nil, {"x"}}, {{"x"}, {"ALL"}}} {
		if got, err := Adjust(All, c[0], c[1]); err == nil || got != 0 {
			t.Errorf("Adjust(add %v, drop %v): got %v, %v", c[0], c[1], got, err)
		}
	}
}
