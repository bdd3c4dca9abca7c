package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"snug/idmap"
	"snug/userns"
	"snug/userns/rootfs"
)

// specOf reads a line as the words after `snug run`.
func specOf(t *testing.T, line string) (*userns.Spec, error) {
	t.Helper()
	r := new(runCmd)
	if !readFast(r, strings.Fields(line)) {
		t.Fatalf("%q: not a line for the fast reader", line)
	}
	return r.spec()
}

func TestSpec(t *testing.T) {
	cwd, err := userns.CurrentProject()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("MINE", "own value")
	for line, want := range map[string]userns.Spec{
		"true":                                                        {Project: cwd},
		"--no-project -r true":                                        {IDs: userns.MapRoot},
		"--no-project --map-auto true":                                {IDs: userns.MapAuto},
		"--no-project -c true":                                        {},
		"--no-project --map-users 0:5:1 true":                         {IDs: userns.MapIDs, UIDs: idmap.Single(0, 5)},
		"--no-project --net host true":                                {Share: userns.ShareNet},
		"--no-project --no-landlock true":                             {Landlock: userns.NoLandlock},
		"--no-project --require landlock true":                        {Landlock: userns.LandlockRequired},
		"--no-project --require userns-off true":                      {UsernsLimit: true},
		"--no-project --require net,seccomp,pid,terminal,limits true": {},
		"--no-project --no-proc true":                                 {NoProc: true},
		"--no-project --share-pid true":                               {Share: userns.SharePID},
		"--no-project --cap-add A,B true":                             {AddCaps: []string{"A", "B"}},
		"--no-project --pids-limit max true":                          {PIDs: -1},
		"--rootfs /r true":                                            {Root: "/r"},
		"--rootfs /r:rw true":                                         {Root: "/r", RootWritable: true},
		"--project sub true":                                          {Project: filepath.Join(cwd, "sub")},
		"--no-project -e A=b -e MINE true":                            {SetEnv: []string{"A=b", "MINE=own value"}},
		"--no-project -e NOT_SET true":                                {},
		"--no-project --setenv A b true":                              {SetEnv: []string{"A=b"}},
		"--no-project --setenv A=b=c true":                            {SetEnv: []string{"A=b=c"}},
		"--no-project --unsetenv A true":                              {SetEnv: []string{"A"}},
		"--no-project -e A=1 --clearenv true":                         {Env: []string{}},
		"--no-project --clearenv -e A=1 true":                         {Env: []string{}, SetEnv: []string{"A=1"}},
		"--no-project --env-keep X,Y true":                            {KeepEnv: []string{"X", "Y"}},
		"--no-project --chdir /x true":                                {Dir: "/x"},
		"--no-project --rlimit nofile=9 true":                         {Rlimits: []userns.Rlimit{{Name: "nofile", Soft: 9, Hard: 9}}},
		"--no-project --bind-try a /b true":                           {Mounts: []rootfs.Mount{{Source: cwd + "/a", Target: "/b", Optional: true, Flag: "--bind-try"}}},
		"--no-project --ro-bind /a /b true":                           {Mounts: []rootfs.Mount{{Source: "/a", Target: "/b", ReadOnly: true, Flag: "--ro-bind"}}},
		"--no-project --dev-bind /a /b true":                          {Mounts: []rootfs.Mount{{Source: "/a", Target: "/b", Devices: true, Flag: "--dev-bind"}}},
		"--no-project -v /a:/b:ro true":                               {Mounts: []rootfs.Mount{{Source: "/a", Target: "/b", ReadOnly: true, Flag: "--volume"}}},
		"--no-project --ro . true":                                    {Mounts: []rootfs.Mount{{Source: cwd, Target: cwd, ReadOnly: true, Flag: "--ro"}}},
		"--no-project --rw /a --tmpfs /b true":                        {Mounts: []rootfs.Mount{{Source: "/a", Target: "/a", Flag: "--rw"}, {Kind: rootfs.Tmpfs, Target: "/b", Flag: "--tmpfs"}}},
		"--no-project --symlink t /l true":                            {Mounts: []rootfs.Mount{{Kind: rootfs.Link, Source: "t", Target: "/l", Flag: "--symlink"}}},
		"--no-project --dir /d --as-pid-1 true":                       {AsPid1: true, Mounts: []rootfs.Mount{{Kind: rootfs.Dir, Target: "/d", Flag: "--dir"}}},
	} {
		got, err := specOf(t, line)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		want.Args = []string{"true"}
		if diff := cmp.Diff(&want, got, cmpopts.IgnoreFields(userns.Spec{}, "Stdin", "Stdout", "Stderr")); diff != "" {
			t.Errorf("%s (-want +got)\n%s", line, diff)
		}
	}
}

func TestSpecRefuses(t *testing.T) {
	for line, want := range map[string]string{
		"-r --map-auto true":                      "exclude each other",
		"-r --map-users 0:0:1 true":               "exclude each other",
		"--net none --share-net true":             "exclude each other",
		"--no-landlock --require landlock true":   "exclude each other",
		"--require cgroup --limits best-effort x": "exclude each other",
		"--require limits --limits best-effort x": "exclude each other",
		"--require seccomp --seccomp none x":      "exclude each other",
		"--require net --share-net x":             "exclude each other",
		"--require net --net host x":              "exclude each other",
		"--require pid --share-pid x":             "exclude each other",
		"--require userns-off --allow-userns x":   "exclude each other",
		"--require net,terminal -T x":             "exclude each other",
		"--require landlok true":                  `--require "landlok": not understood`,
		"--require landlock, true":                `--require "": not understood`,
		"--project . --no-project true":           "exclude each other",
		"--net bridge true":                       `--net "bridge": not understood`,
		"--timeout x true":                        `--timeout "x": not understood`,
		"--stop-timeout x true":                   `--stop-timeout "x": not understood`,
		"--stop-signal x true":                    `--stop-signal "x": not understood`,
		"--pids-limit 1 true":                     `--pids-limit "1": not understood`,
		"--rlimit x true":                         `--rlimit "x": not understood`,
		"--map-users 0,1000,1 true":               "0,1000,1",
		"--map-users 0:1:1 --map-users 0:2:1 x":   "0:2:1",
		"-v /a true":                              `--volume "/a": not understood`,
		"-v /a:/b:rx true":                        `--volume "/a:/b:rx": not understood`,
		"--setenv =x y true":                      `not understood`,
		"--no-project --env-file /no/such true":   "read --env-file /no/such: no such file or directory",
		"--no-project --unsetenv A=b --dir /x ls": `--unsetenv "A=b": not understood`,
	} {
		_, err := specOf(t, line)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want ...%s...", line, err, want)
			continue
		}
		if hintOf(err) == "" {
			t.Errorf("%s: %v has no hint", line, err)
		}
		if code := statusOf(err); code != 125 {
			t.Errorf("%s: exit status %d, want 125", line, code)
		}
	}
}

func TestEnvFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(file, []byte("# a comment\n\nA=b c\nMINE\nNOT_SET\nQ=\"x\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("MINE", "m")
	s := new(userns.Spec)
	if err := envFile(s, file); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"A=b c", "MINE=m", `Q="x"`}, s.SetEnv); diff != "" {
		t.Error(diff)
	}
	os.WriteFile(file, []byte("A=b\n=x\n"), 0o600)
	if err := envFile(s, file); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("got %v, want an error that names line 2", err)
	}
}

// What is required and unknown has a suggestion.
func TestRequireSuggests(t *testing.T) {
	const give = "give landlock, cgroup, limits, seccomp, userns-off, net, pid or terminal"
	for line, want := range map[string]string{
		"--require landlok true": give + " (did you mean landlock?)",
		"--require Cgroups true": give + " (did you mean cgroup?)",
		"--require userns true":  give + " (did you mean userns-off?)",
		"--require x true":       give,
		"--require é true":       give,
	} {
		if _, err := specOf(t, line); err == nil || hintOf(err) != want {
			t.Errorf("%s: %v, %q", line, err, hintOf(err))
		}
	}
	s, err := specOf(t, "--no-project --require landlock,cgroup true")
	if err != nil || s.Landlock != userns.LandlockRequired || cageOf(s) == nil || !cageOf(s).asked {
		t.Errorf("both: %+v, %v", s, err)
	}
}
