package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/sys/unix"

	"snug/userns"
	"snug/userns/profile"
	"snug/userns/rootfs"
)

func parsedProfile(t *testing.T, name, text string) *profile.Profile {
	t.Helper()
	p, err := profile.Parse(name, name+".toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Every key of a profile but two is a flag, and of the same kind.
func TestKeysAreFlags(t *testing.T) {
	for name, kind := range profile.Keys {
		f := findFast(name)
		if f == nil {
			if profile.Setting(name) {
				t.Errorf("%s is no flag", name)
			}
			continue
		}
		want := map[profile.Kind][]fastKind{
			profile.Switch: {fastBool, fastOrderedFlag}, profile.Text: {fastText}, profile.List: {fastTexts, fastOrdered},
		}[kind]
		if profile.Setting(name) && !slices.Contains(want, f.kind) {
			t.Errorf("%s: the flag is of kind %d, the key of kind %d", name, f.kind, kind)
		}
		if ordered := f.kind == fastOrdered || f.kind == fastOrderedFlag; profile.Setting(name) && ordered != profile.Ordered(name) {
			t.Errorf("%s: is the flag ordered? %v", name, ordered)
		}
	}
}

// over is the wish of a line over profiles.
func over(t *testing.T, line string, s ...*profile.Profile) (*userns.Spec, error) {
	t.Helper()
	r := new(runCmd)
	if !readFast(r, strings.Fields(line)) {
		t.Fatalf("%q: not a line for the fast reader", line)
	}
	r.stack = s
	r.take(s, &profile.Places{Home: "/home/me"})
	spec, err := r.wish()
	return spec, r.blame(err)
}

// What is typed is over every profile, and what a profile says as if it had been typed first.
func TestProfileUnderFlags(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", "/c")
	for _, c := range []struct{ profile, line, same string }{
		{"share-net = true", "--no-project x", "--no-project --share-net x"},
		{"share-net = true", "--no-project --net none x", "--no-project x"},
		{"share-net = false", "--no-project --share-net x", "--no-project --share-net x"},
		{"map-root-user = true", "--no-project x", "--no-project -r x"},
		{"map-root-user = true", "--no-project -c x", "--no-project x"},
		{"map-root-user = true", "--no-project --map-auto x", "--no-project --map-auto x"},
		{"no-project = true", "x", "--no-project x"},
		{"no-project = true", "--project /p x", "--project /p x"},
		{"project = \"~/p\"", "x", "--project /home/me/p x"},
		{"project = \"~/p\"", "--no-project x", "--no-project x"},
		{"timeout = \"5s\"\nhostname = \"a\"", "--no-project x", "--no-project --timeout 5 --hostname a x"},
		{"timeout = 5\nhostname = \"a\"", "--no-project --timeout 6 x", "--no-project --timeout 6 --hostname a x"},
		{"hostname = \"a\"", "--no-project --share-uts x", "--no-project --share-uts x"},
		{"share-uts = true", "--no-project --hostname a x", "--no-project --hostname a x"},
		{"require = [\"landlock\"]", "--no-project --no-landlock x", "--no-project --no-landlock x"},
		{"require = [\"landlock\"]", "--no-project x", "--no-project --require landlock x"},
		{"env = [\"A=1\", \"B=~/x\"]", "--no-project -e A=2 x", "--no-project -e A=1 -e B=/home/me/x -e A=2 x"},
		{"env = [\"A=1\"]", "--no-project --clearenv x", "--no-project --clearenv x"},
		{"env-keep = [\"A\"]\nrlimit = [\"nofile=9\"]\ncap-add = [\"net_raw\"]", "--no-project --env-keep B x", "--no-project --env-keep A --env-keep B --rlimit nofile=9 --cap-add net_raw x"},
		{"seccomp-drop = [\"read\"]\nseccomp-add = [\"keyctl\"]", "--no-project --seccomp-add bpf x", "--no-project --seccomp-drop read --seccomp-add keyctl --seccomp-add bpf x"},
		{"cache = [\"/home/me/c\"]", "--no-project x", "--no-project --cache /home/me/c x"},
		{"allow-write = [\".idea\"]", "--project /p --allow-write .vscode x", "--project /p --allow-write .idea --allow-write .vscode x"},
		{"allow-write = [\".idea\"]", "--no-project x", "--no-project x"},
		{"allow-write = [\".idea\"]\nno-project = true", "x", "--no-project x"},
		{"pids-limit = 5", "--no-project --pids-limit max x", "--no-project --pids-limit max x"},
	} {
		got, err := over(t, c.line, parsedProfile(t, "p", c.profile))
		want, wanted := over(t, c.same)
		if err != nil || wanted != nil {
			t.Errorf("%s, %s: %v, %v", c.profile, c.line, err, wanted)
			continue
		}
		if diff := diffSpecs(want, got); diff != "" {
			t.Errorf("%q with %s isn't %s (-want +got)\n%s", c.line, c.profile, c.same, diff)
		}
	}
}

// diffSpecs doesn't look at the flag of a mount, which names its profile.
func diffSpecs(want, got *userns.Spec) string {
	return cmp.Diff(want, got, cmpopts.IgnoreFields(userns.Spec{}, "Stdin", "Stdout", "Stderr", "Cgroup"), cmpopts.IgnoreFields(rootfs.Mount{}, "Flag"))
}

// The library's Apply and the command's flags mean the same: of every built-in profile, of
// pairs of them, and of one that says everything.
func TestApplyIsTheSame(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", "/c")
	t.Setenv("MINE", "own")
	project := t.TempDir()
	all := parsedProfile(t, "all", everyKey)
	stacks := []profile.Stack{{all}}
	for _, a := range profile.BuiltinNames() {
		p, _ := profile.Builtin(a)
		stacks = append(stacks, profile.Stack{p}, profile.Stack{p, all}, profile.Stack{all, p})
		for _, b := range profile.BuiltinNames() {
			q, _ := profile.Builtin(b)
			stacks = append(stacks, profile.Stack{p, q})
		}
	}
	for _, s := range stacks {
		want, err := over(t, "--project "+project+" x", s...)
		if err != nil {
			t.Fatal(err)
		}
		got := &userns.Spec{Args: []string{"x"}}
		at := profile.Places{Home: "/home/me", Caches: "/c/snug/projects/" + profile.ProjectCaches(project)}
		rest, err := got.Apply(s, at)
		if err != nil {
			t.Fatal(err)
		}
		got.Project = project // typed, above
		if v := s.Text("pids-limit"); v != nil && got.PIDs != 7 {
			t.Errorf("%d processes", got.PIDs)
		}
		got.PIDs = want.PIDs // with a cgroup, the command's counts pid 1 as well
		if diff := diffSpecs(want, got); diff != "" {
			t.Errorf("%v (-flags +Apply)\n%s", s, diff)
		}
		for _, v := range rest {
			if v.Key() != "memory" && v.Key() != "require" {
				t.Errorf("%s is left over", v.Key())
			}
		}
	}
}

const everyKey = `
map-root-user = true
cap-add = ["net_raw"]
cap-drop = ["kill"]
allow-userns = true
seccomp = "log"
seccomp-add = ["keyctl,bpf", "socket if int0 == AF_VSOCK"]
seccomp-drop = ["ptrace"]
require = ["landlock", "cgroup"]
allow-write = [".vscode"]
rw = ["/a", "~/b/c"]
rw-try = ["~/gone"]
cache = ["~/.cache/x", "/tmp/y"]
volume = ["/a:/b:ro", "~/a:~/b"]
tmpfs = ["/tmp/x"]
dir = ["/tmp/d"]
ro = ["~/b/c/d", "/etc/"]
ro-try = ["~/b"]
chdir = "/tmp"
tmpfs-size = "5m"
clearenv = true
unsetenv = ["PATH"]
env = ["A=~/b", "MINE", "NOT_SET_ANYWHERE"]
env-keep = ["TOKEN"]
share-net = true
share-pid = true
share-ipc = true
share-cgroup = true
hostname = "here"
timeout = "1m"
stop-signal = "INT"
stop-timeout = 3
rlimit = ["nofile=5:6", "RLIMIT_CORE=max"]
memory = "1G"
pids-limit = 7
`

// A value that isn't understood is shown where it stands, if it is the profile's.
func TestBlame(t *testing.T) {
	for text, want := range map[string]string{
		"\nmemory = \"lots\"":               "line 2, column 10: memory: read size",
		"cpus = \"x\"":                      "line 1, column 8: cpus: read number of cpus",
		"rlimit = [\"x\"]":                  "line 1, column 11: rlimit: \"x\" is not understood",
		"require = [\"landlok\"]":           "line 1, column 12: require: \"landlok\" is not understood",
		"pids-limit = 1":                    "line 1, column 14: pids-limit: \"1\" is not understood",
		"limits = \"loose\"":                "line 1, column 10: limits: \"loose\" is not understood",
		"io-max = [\"x\"]":                  "line 1, column 11: io-max: ",
		"seccomp-add = [\"no_such_call\"]":  "read --seccomp-add no_such_call",
		"seccomp = \"/nonexistent/file\"":   "read --seccomp /nonexistent/file",
		"property = [\"NoSuchThing=true\"]": "NoSuchThing",
	} {
		err := asWish(profile.Stack{parsedProfile(t, "p", text)})
		if err == nil || !strings.Contains(err.Error(), want) || hintOf(err) == "" {
			t.Errorf("%s: got %v, want ...%s... and what to do", text, err, want)
		}
	}
	// The same word, typed.
	_, err := over(t, "--no-project --memory lots x", parsedProfile(t, "p", "memory = \"1G\""))
	if err == nil || strings.Contains(err.Error(), "profile") {
		t.Errorf("got %v, want an error about the flag", err)
	}
}

// A project's own profile that isn't allowed, whatever it is, changes nothing: the plan is
// what it is if nobody looks for one.
func TestUnallowedChangesNothing(t *testing.T) {
	project := t.TempDir()
	file := filepath.Join(project, ownFile)
	plan := func(wish func(*runCmd) (*userns.Spec, error)) (*userns.Plan, []string) {
		t.Helper()
		r := &runCmd{Args: []string{"true"}, Project: project}
		spec, err := wish(r)
		if err != nil {
			t.Fatal(err)
		}
		p, err := resolve(spec)
		if err != nil {
			t.Fatal(err)
		}
		p.Filter, p.Answers = nil, nil
		return p, r.notes
	}
	if _, notes := plan((*runCmd).spec); len(notes) > 0 {
		t.Errorf("without a file: %q", notes)
	}
	for what, make := range map[string]func() error{
		"a profile":   func() error { return os.WriteFile(file, []byte(everyKey), 0o644) },
		"garbage":     func() error { return os.WriteFile(file, []byte("\xff = ["), 0o644) },
		"a large one": func() error { return os.WriteFile(file, []byte(strings.Repeat("#", profile.MaxSize+1)), 0o644) },
		"a sparse one": func() error {
			return errors.Join(os.WriteFile(file, nil, 0o644), os.Truncate(file, 1<<40))
		},
		"unreadable":  func() error { return os.WriteFile(file, []byte(everyKey), 0) },
		"a FIFO":      func() error { return mkfifo(file) },
		"a directory": func() error { return os.Mkdir(file, 0o755) },
		"a link":      func() error { return os.Symlink("/etc/passwd", file) },
		"a dead link": func() error { return os.Symlink("/nonexistent", file) },
		"a device":    func() error { return os.Symlink("/dev/zero", file) },
		"a socket":    func() error { return unix.Mknod(file, unix.S_IFSOCK, 0) },
		"a loop":      func() error { return os.Symlink(ownFile, file) },
	} {
		os.Remove(file)
		if err := make(); err != nil {
			t.Fatal(what, err)
		}
		without, _ := plan((*runCmd).wish)
		with, notes := plan((*runCmd).spec)
		if socket := what == "a socket"; socket != (len(notes) == 0) || !socket && !strings.HasPrefix(notes[0], ".snug.toml is not used: ") {
			t.Errorf("%s: it says %q", what, notes)
		}
		if diff := cmp.Diff(without, with, cmpopts.IgnoreUnexported(userns.Plan{}), cmpopts.IgnoreFields(userns.Plan{}, "Landlock")); diff != "" {
			t.Errorf("%s makes a difference (-without +with)\n%s", what, diff)
		}
	}
}

// What is read must be the user's own, and a file.
func TestReadTrusted(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "x.toml")
	os.Chmod(dir, 0o755)
	for _, c := range []struct {
		what, want string
		make       func() error
	}{
		{"nothing", "no such file", func() error { return nil }},
		{"a file", "", func() error { return os.WriteFile(file, []byte("memory = 1"), 0o644) }},
		{"for the group to write", "somebody else can write it", func() error { return os.Chmod(file, 0o664) }},
		{"for all to write", "somebody else can write it", func() error { return os.Chmod(file, 0o602) }},
		{"a directory others can write", "somebody else can write it", func() error { return errors.Join(os.Chmod(file, 0o600), os.Chmod(dir, 0o777)) }},
		{"a FIFO", "not a regular file", func() error { return errors.Join(os.Chmod(dir, 0o755), os.Remove(file), mkfifo(file)) }},
		{"a link", "symbolic link", func() error {
			return errors.Join(os.Remove(file), os.WriteFile(file+"2", nil, 0o600), os.Symlink("x.toml2", file))
		}},
		{"unreadable", "permission denied", func() error { return errors.Join(os.Remove(file), os.WriteFile(file, nil, 0)) }},
	} {
		if err := c.make(); err != nil {
			t.Fatal(c.what, err)
		}
		_, err := readTrusted(dir, file)
		said := ""
		if err != nil {
			said = err.Error() + " " + causeOf(err)
		}
		if (c.want == "") != (err == nil) || !strings.Contains(said, c.want) {
			t.Errorf("%s: got %q, want ...%s...", c.what, said, c.want)
		}
	}
}

// No link on the way leads a cache elsewhere.
func TestCachesFollowNoLink(t *testing.T) {
	for _, link := range []string{"snug", "snug/projects", "snug/projects/p", "snug/projects/p/c"} {
		root, elsewhere := t.TempDir(), t.TempDir()
		at := filepath.Join(root, link)
		if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o700), os.Symlink(elsewhere, at)); err != nil {
			t.Fatal(err)
		}
		c := &caches{root: root, project: "/p", dirs: []string{filepath.Join(root, "snug/projects/p/c")}}
		if err := c.make(); err == nil || hintOf(err) == "" {
			t.Errorf("%s: %v", link, err)
		}
		if list, _ := os.ReadDir(elsewhere); len(list) > 0 {
			t.Errorf("%s: something was made behind it", link)
		}
	}
	root := t.TempDir()
	c := &caches{root: filepath.Join(root, "new"), project: "/p", dirs: []string{filepath.Join(root, "new/snug/projects/p/c")}}
	for range 2 {
		if err := c.make(); err != nil {
			t.Error(err)
		}
	}
	info, err := os.Stat(c.dirs[0])
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info, err)
	}
}

func mkfifo(file string) error { return unix.Mkfifo(file, 0o644) }
