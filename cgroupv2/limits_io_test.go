package cgroupv2

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseIO(t *testing.T) {
	b := fakeDisks(t)
	sda, dm := Device{8, 0}, Device{253, 0}
	for s, want := range map[string]IOLimit{
		"/dev/sda:rbps=1M": {Device: sda, Path: "/dev/sda", ReadBPS: 1 << 20},
		"/home/me:wbps=max,rbps=1.5k,wiops=7,riops=100": {Device: sda, Path: "/home/me", ReadBPS: 1536, WriteBPS: Max, ReadIOPS: 100, WriteIOPS: 7},
		"8:0:riops=2":               {Device: sda, Path: "8:0", ReadIOPS: 2},
		"8:2:riops=2":               {Device: sda, Path: "8:2", ReadIOPS: 2},
		"/dev/mapper/a:b:wiops=max": {Device: dm, Path: "/dev/mapper/a:b", WriteIOPS: Max},
	} {
		got, err := b.parseIO(s)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("ParseIO(%q): %v\n%s", s, err, diff)
		}
	}
}

func TestParseIORefuses(t *testing.T) {
	b := fakeDisks(t)
	for s, why := range map[string]string{
		"":                           "it has no limit, a colon and KEY=VALUE, behind the path",
		"/dev/sda":                   "it has no limit, a colon and KEY=VALUE, behind the path",
		"/dev/sda:":                  "it has no limit, a colon and KEY=VALUE, behind the path",
		"/dev/sda:1M":                "it has no limit, a colon and KEY=VALUE, behind the path",
		"/dev/sda:=1M":               "it has no limit, a colon and KEY=VALUE, behind the path",
		"/dev/sda rbps=1M":           "it has no limit, a colon and KEY=VALUE, behind the path",
		":rbps=1M":                   "it names no disk",
		"/dev/sda:bps=1M":            `"bps" is none of rbps, wbps, riops, wiops`,
		"/dev/sda:rbps=1M,":          `"" is not KEY=VALUE`,
		"/dev/sda:rbps=1M,wbps":      `"wbps" is not KEY=VALUE`,
		"/dev/sda:rbps=1M,rbps=2M":   "rbps is there twice",
		"/dev/sda:rbps=max,rbps=max": "rbps is there twice",
		"/dev/sda:rbps=":             `rbps: "": it doesn't begin with a number`,
		"/dev/sda:rbps=0":            `rbps: "0": nothing can run in no bytes`,
		"/dev/sda:rbps=50%":          `rbps: "50%": there is nothing here to take a percentage of`,
		"/dev/sda:riops=1k":          `riops: "1k": it is not a whole number from 1 on`,
		"/dev/sda:rbps=1M:wbps=2M":   "there is no such file", // of that name with a colon
		"/nowhere:rbps=1M":           "there is no such file",
		"/tmp:rbps=1M":               "it is in memory, not on a disk",
		"8:99:rbps=1M":               "the kernel knows no block device 8:99",
	} {
		got, err := b.parseIO(s)
		if got != (IOLimit{}) {
			t.Errorf("ParseIO(%q) = %v with an error", s, got)
		}
		checkInvalid(t, err, said{Cause: why})
	}
}

func TestPerDisk(t *testing.T) {
	sda, sdb := Device{8, 0}, Device{8, 16}
	got := perDisk([]IOLimit{
		{Device: sda, Path: "/home", ReadBPS: 100, WriteBPS: 200},
		{Device: sdb, Path: "/srv", ReadIOPS: 5_000_000_000, WriteIOPS: 4294967294},
		{Device: sda, Path: "/var", WriteBPS: 300, WriteIOPS: 9},
	})
	want := []IOLimit{
		{Device: sda, Path: "/home", ReadBPS: 100, WriteBPS: 300, WriteIOPS: 9},
		{Device: sdb, Path: "/srv", ReadIOPS: Max, WriteIOPS: 4294967294},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Read back from Linux 6.1.
func TestSameIO(t *testing.T) {
	const two = "259:1 rbps=1048576 wbps=2097152 riops=100 wiops=200\n259:0 rbps=1048576 wbps=max riops=max wiops=max"
	for _, c := range []struct {
		want, got string
		same      bool
	}{
		{"259:0 rbps=1048576", two, true},
		{"259:0 rbps=1048576 wiops=max", two, true},
		{"259:1 rbps=1048576 wbps=2097152 riops=100 wiops=200", two, true},
		{"259:0 rbps=max wbps=max", "", true}, // a disk without limits has no line
		{"259:0 rbps=max", "259:1 rbps=5 wbps=max riops=max wiops=max", true},
		{"259:0 rbps=1048576", "", false},
		{"259:0 rbps=1048576", "259:1 rbps=1048576 wbps=max riops=max wiops=max", false},
		{"259:0 rbps=1048577", two, false},
		{"259:0 rbps=max", two, false},
		{"259:1 wbps=2097152", two, false}, // there is more than was asked for
		{"9:0 rbps=1048576", two, false},
		{"259:0 rbps=1048576", "259:0 rbps=max wbps=max riops=max wiops=max", false},
	} {
		if got := sameIO(c.want, c.got); got != c.same {
			t.Errorf("sameIO(%q, %q) = %t", c.want, c.got, got)
		}
	}
}

// What is read has a disk and a limit, and what is written of it is what is held.
func FuzzParseIO(f *testing.F) {
	for _, s := range []string{"8:0:rbps=1M", "/home/me:wbps=max,riops=100", "/dev/mapper/a:b:wiops=9", "8:0:rbps=0", ":rbps=1", "8:0:rbps=1,rbps=2", "8:0:x=y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l, err := blockDevices{"/sys", fakeStat, fakeFSType}.parseIO(s)
		if err != nil {
			checkInvalid(t, err, said{})
			return
		}
		if v := l.value(); l.Path == "" || !sameIO(v, v) || sameIO(v, "") != onlyMax(l) {
			t.Errorf("%q became %q", s, v)
		}
	})
}

func onlyMax(l IOLimit) bool {
	for _, key := range ioKeys {
		if n := *key.of(&l); n != 0 && n != Max {
			return false
		}
	}
	return true
}
