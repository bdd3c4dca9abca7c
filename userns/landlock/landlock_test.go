package landlock

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// What landlock(7) says about each ABI.
func TestFilesAndScopes(t *testing.T) {
	for _, want := range []struct {
		abi   int
		files Access
		scope Scope
	}{
		{0, 0, 0}, {1, 0, 0}, {2, 1<<14 - 1, 0}, {3, 1<<15 - 1, 0}, {4, 1<<15 - 1, 0}, {5, 1<<16 - 1, 0},
		{6, 1<<16 - 1, 3}, {7, 1<<16 - 1, 3}, {99, 1<<16 - 1, 3},
	} {
		if got := Files(want.abi); got != want.files {
			t.Errorf("ABI %d: files %#x, want %#x", want.abi, got, want.files)
		}
		if got := Scopes(want.abi); got != want.scope {
			t.Errorf("ABI %d: scopes %#x, want %#x", want.abi, got, want.scope)
		}
	}
}

func TestNames(t *testing.T) {
	if got := strings.Join(Read.Names(), " "); got != "execute read_file read_dir" {
		t.Errorf("read: %s", got)
	}
	if got := len(everything.Names()); got != 16 {
		t.Errorf("%d names, want 16", got)
	}
	if got := strings.Join((Sockets | Signals).Names(), " "); got != "abstract_unix_socket signal" {
		t.Errorf("scopes: %s", got)
	}
	if Access(0).Names() == nil || Scope(0).Names() == nil {
		t.Error("none is nil, which JSON has another word for")
	}
}

// A rule for a file may allow only what a file has (EINVAL).
func TestOfFile(t *testing.T) {
	const want = unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE |
		unix.LANDLOCK_ACCESS_FS_TRUNCATE | unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	if OfFile != want {
		t.Errorf("got %#x, want %#x", OfFile, want)
	}
}

func TestAdd(t *testing.T) {
	all, file, kernel := Files(7), everything&OfFile, Read|Write|Device
	for name, c := range map[string]struct {
		places []Place
		rules  []Rule
		bare   []string
	}{
		"read-only":           {[]Place{{Path: "usr"}}, nil, nil},
		"writable":            {[]Place{{Path: "tmp", Writable: true}}, []Rule{{"tmp", all}}, nil},
		"writable below":      {[]Place{{Path: "a", Writable: true}, {Path: "a/b", Writable: true}}, []Rule{{"a", all}}, nil},
		"of a like name":      {[]Place{{Path: "a", Writable: true}, {Path: "ab", Writable: true}, {Path: "ac"}}, []Rule{{"a", all}, {"ab", all}}, nil},
		"read-only below":     {[]Place{{Path: "a", Writable: true}, {Path: "a/b"}}, []Rule{{"a", all}}, []string{"a/b"}},
		"writable in shown":   {[]Place{{Path: "a"}, {Path: "a/b", Writable: true}}, []Rule{{"a/b", all}}, nil},
		"a file":              {[]Place{{Path: "etc/hosts", Writable: true, File: true}}, []Rule{{"etc/hosts", file}}, nil},
		"the kernel's":        {[]Place{{Path: "proc", Writable: true, Kernel: true}}, []Rule{{"proc", kernel}}, nil},
		"in the kernel's":     {[]Place{{Path: "proc", Writable: true, Kernel: true}, {Path: "proc/x", Writable: true}}, []Rule{{"proc", kernel}, {"proc/x", all}}, nil},
		"a file in it":        {[]Place{{Path: "proc", Writable: true, Kernel: true}, {Path: "proc/x", Writable: true, File: true}}, []Rule{{"proc", kernel}}, nil},
		"devices, read-only":  {[]Place{{Path: "d", Devices: true}}, []Rule{{"d", Read | Device}}, nil},
		"devices below":       {[]Place{{Path: "dev", Writable: true}, {Path: "dev/null", Writable: true, Devices: true, File: true}}, []Rule{{"dev", all}}, nil},
		"a device, read-only": {[]Place{{Path: "d", Devices: true, File: true}}, []Rule{{"d", Read&OfFile | Device}}, nil},
	} {
		d := Domain{Files: all}
		for _, p := range c.places {
			d.Add(p)
		}
		if diff := cmp.Diff(c.rules, d.Rules); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(c.bare, d.Bare); diff != "" {
			t.Errorf("%s, bare (-want +got):\n%s", name, diff)
		}
	}
}

// A rule with a right that isn't handled is refused (EINVAL).
func TestRulesAllowWhatIsHandled(t *testing.T) {
	for abi := range 9 {
		d := Domain{ABI: abi, Files: Files(abi)}
		d.Root()
		d.Add(Place{Path: "tmp", Writable: true})
		d.Add(Place{Path: "dev/x", Devices: true, File: true})
		for _, r := range d.Rules {
			if r.Allow&^d.Files != 0 {
				t.Errorf("ABI %d: the rule for /%s allows %v", abi, r.Path, (r.Allow &^ d.Files).Names())
			}
		}
	}
}

func TestEnforced(t *testing.T) {
	for want, list := range map[bool][]Domain{false: {{}, {ABI: 7}}, true: {{Files: Read}, {Scope: Sockets}}} {
		for _, d := range list {
			if d.Enforced() != want {
				t.Errorf("%+v: got %v", d, !want)
			}
		}
	}
}
