package idmap

import (
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

func TestPrivileges(t *testing.T) {
	for _, c := range []struct {
		status                string
		kind                  Kind
		noNewPrivs, unbounded bool
	}{
		{"CapBnd:\t000001ffffffffff\nNoNewPrivs:\t0\n", UIDs, false, true},
		{"CapBnd:\t000001ffffffffff\nNoNewPrivs:\t1\n", UIDs, true, true},
		{"CapBnd:\t0000000000000080\n", UIDs, false, true},
		{"CapBnd:\t0000000000000080\n", GIDs, false, false},
		{"CapBnd:\t0000000000000040\n", GIDs, false, true},
		{"CapBnd:\t0000000000000000\n", UIDs, false, false},
		{"CapBnd:\tnonsense\n", UIDs, false, true},
		{"Name:\tNoNewPrivs: 1\n", UIDs, false, true},
		{"", UIDs, false, true},
	} {
		noNewPrivs, unbounded := privileges(c.status, c.kind)
		if noNewPrivs != c.noNewPrivs || unbounded != c.unbounded {
			t.Errorf("%q for %ss: %t, %t", c.status, c.kind, noNewPrivs, unbounded)
		}
	}
}

func TestPermits(t *testing.T) {
	// What setcap(8) writes for cap_setuid+ep: version 2, effective.
	setuid := []byte{1, 0, 0, 2, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	for _, c := range []struct {
		attribute []byte
		bit       uint
		want      bool
	}{
		{setuid, 7, true},
		{setuid, 6, false},
		{setuid[:7], 7, false},
		{nil, 7, false},
	} {
		if got := permits(c.attribute, c.bit); got != c.want {
			t.Errorf("permits(%v, %d) = %t", c.attribute, c.bit, got)
		}
	}
}

func TestProbeTarget(t *testing.T) {
	f := probe(UIDs, os.Getpid(), os.Args[0])
	if f.gone || !f.written || f.uid != uint32(os.Getuid()) {
		t.Errorf("of this process: %+v", f)
	}
	if f.setuid || f.caps {
		t.Errorf("of this program: %+v", f)
	}
	ended := exec.Command("/bin/true")
	if err := ended.Run(); err != nil {
		t.Skip(err)
	}
	if f := probe(UIDs, ended.Process.Pid, os.Args[0]); !f.gone {
		t.Error("a process that was waited for is still there")
	}
}

// Any user may set the bit on a file of his own: what counts is whose it is.
func TestProbeSetuid(t *testing.T) {
	path := t.TempDir() + "/newuidmap"
	if err := os.WriteFile(path, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o755|os.ModeSetuid); err != nil {
		t.Fatal(err)
	}
	f := probe(UIDs, 0, path)
	if !f.setuid || f.owner != uint32(os.Getuid()) {
		t.Errorf("got %+v", f)
	}
	var mount unix.Statfs_t
	if err := unix.Statfs(path, &mount); err == nil && f.nosuid != (mount.Flags&unix.ST_NOSUID != 0) {
		t.Errorf("nosuid is %t", f.nosuid)
	}
	if f := probe(UIDs, 0, path+"gone"); !f.setuid {
		t.Error("a file that cannot be examined is blamed")
	}
}
