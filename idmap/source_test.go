package idmap

import (
	"errors"
	"io/fs"
	"os"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// etc makes a root directory of pairs of a name and a text.
func etc(pairs ...string) fstest.MapFS {
	files := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		files["etc/"+pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return files
}

// never is for sources that must not ask.
func never(t *testing.T) func(Kind, string) (string, error) {
	return func(Kind, string) (string, error) {
		t.Error("getsubids was run")
		return "", nil
	}
}

func TestSubordinateFiles(t *testing.T) {
	s := Source{
		Files:     etc("subuid", "alice:100000:65536\n", "subgid", "alice:200000:65536\n", "nsswitch.conf", "subid: files\n"),
		Getsubids: never(t),
	}
	for k, want := range map[Kind][]Range{UIDs: {{100000, 65536}}, GIDs: {{200000, 65536}}} {
		got, err := s.Subordinate(k, alice)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%ss: %v\n%s", k, err, diff)
		}
	}
}

func TestSubordinatePlugin(t *testing.T) {
	answers := map[Kind]string{UIDs: "0: alice 300000 65536\n1: alice 500000 10\n", GIDs: "0: alice 400000 65536\n"}
	s := Source{
		Files: etc("subuid", "alice:100000:65536\n", "nsswitch.conf", "subid: sss\n"),
		Getsubids: func(k Kind, name string) (string, error) {
			if name != "alice" {
				t.Errorf("asked for %q", name)
			}
			return answers[k], nil
		},
	}
	for k, want := range map[Kind][]Range{UIDs: {{300000, 65536}, {500000, 10}}, GIDs: {{400000, 65536}}} {
		got, err := s.Subordinate(k, alice)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%ss: %v\n%s", k, err, diff)
		}
	}
}

func TestSubordinateWithoutGetsubids(t *testing.T) {
	s := Source{
		Files:     etc("subuid", "alice:100000:65536\n", "nsswitch.conf", "subid: sss\n"),
		Getsubids: func(Kind, string) (string, error) { return "", fs.ErrNotExist },
	}
	got, err := s.Subordinate(UIDs, alice)
	if diff := cmp.Diff([]Range{{100000, 65536}}, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestSubordinateNameless(t *testing.T) {
	s := Source{Files: etc("nsswitch.conf", "subid: sss\n"), Getsubids: func(_ Kind, name string) (string, error) {
		return "0: " + name + " 1 1\n", nil
	}}
	got, err := s.Subordinate(UIDs, User{UID: 1000})
	if diff := cmp.Diff([]Range{{1, 1}}, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestSubordinateNone(t *testing.T) {
	for _, c := range []struct {
		name  string
		files fs.FS
		kind  Kind
		user  User
		want  texts
	}{
		{
			"nobody has any", etc("subuid", "", "subgid", ""), UIDs, alice,
			texts{
				"look up the subordinate uids of alice: none granted",
				"/etc/subuid has no line for alice or 1000",
				"as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 alice",
			},
		},
		{
			"the first range is somebody else's", etc("subuid", "bob:100000:65536\n", "subgid", "eve:165536:65536\n"), GIDs, alice,
			texts{
				"look up the subordinate gids of alice: none granted",
				"/etc/subgid has no line for alice or 1000",
				"as root: usermod --add-subuids 231072-296607 --add-subgids 231072-296607 alice",
			},
		},
		{
			"only the groups are missing", etc("subuid", "alice:100000:65536\n", "subgid", ""), GIDs, alice,
			texts{
				"look up the subordinate gids of alice: none granted",
				"/etc/subgid has no line for alice or 1000",
				"as root: usermod --add-subgids 165536-231071 alice",
			},
		},
		{
			"no files", etc(), UIDs, alice,
			texts{
				"look up the subordinate uids of alice: none granted",
				"/etc/subuid does not exist",
				"as root: touch /etc/subuid /etc/subgid && usermod --add-subuids 100000-165535 --add-subgids 100000-165535 alice",
			},
		},
		{
			"no name", etc("subuid", ""), UIDs, User{UID: 1000},
			texts{
				"look up the subordinate uids of uid 1000: none granted",
				"/etc/subuid has no line for 1000",
				"as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $(id -un 1000)",
			},
		},
		{
			"a plug-in", etc("subuid", "alice:1:1\n", "nsswitch.conf", "subid: sss\n"), UIDs, alice,
			texts{
				"look up the subordinate uids of alice: none granted",
				`/etc/nsswitch.conf has subordinate ids come from "sss", where getsubids finds none for alice`,
				`ask whoever manages "sss" to grant 65536 ids to alice`,
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := Source{Files: c.files, Getsubids: func(Kind, string) (string, error) { return "", nil }}
			ranges, err := s.Subordinate(c.kind, c.user)
			if _, ok := err.(*NoSubordinateIDsError); !ok || ranges != nil {
				t.Fatalf("got %v, %v", ranges, err)
			}
			checkTexts(t, err, c.want)
		})
	}
	_, err := Source{Files: etc()}.Subordinate(UIDs, alice)
	if !errors.Is(err, unix.ENOENT) {
		t.Errorf("%v does not tell that the file is missing", err)
	}
}

func TestSubordinateMalformed(t *testing.T) {
	_, err := Source{Files: etc("subuid", "alice:1\n")}.Subordinate(UIDs, alice)
	if got := textsOf(t, err).Error; got != "parse /etc/subuid, line 1: line does not have three fields" {
		t.Error(got)
	}
	s := Source{Files: etc("nsswitch.conf", "subid: sss\n"), Getsubids: func(Kind, string) (string, error) { return "hello\n", nil }}
	_, err = s.Subordinate(UIDs, alice)
	if got := textsOf(t, err).Error; got != `parse the output of getsubids, line 1: index "hello" is not a decimal number` {
		t.Error(got)
	}
}

func TestSubordinateUnreadable(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may read everything")
	}
	dir := t.TempDir()
	if err := errors.Join(os.Mkdir(dir+"/etc", 0o755), os.WriteFile(dir+"/etc/subuid", nil, 0)); err != nil {
		t.Fatal(err)
	}
	_, err := Source{Files: os.DirFS(dir)}.Subordinate(UIDs, alice)
	checkTexts(t, err, texts{
		"read /etc/subuid: permission denied",
		"only newuidmap and newgidmap, which run as root, may read /etc/subuid",
		"as root: chmod a+r /etc/subuid",
	})
	if !errors.Is(err, unix.EACCES) {
		t.Error("errno is lost")
	}
}
