package main

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"snug/cgroupv2"
	"snug/seccomp"
	"snug/userns"
)

// TestDocuments keeps the shape of everything that snug writes as JSON, but config.json of
// --print oci and the profile of learn --oci, which are others' formats. A key that goes or
// changes its meaning is a new schema. The plans have goldens of their own (TestDryRunJSON,
// TestPrint), doctor too.
func TestDocuments(t *testing.T) {
	ended := &end{wall: 1500 * time.Millisecond, state: userns.State{Signal: unix.SIGKILL, Reason: userns.TimedOut, User: time.Second, System: time.Millisecond, MaxRSS: 4096},
		stats: &cgroupv2.Stats{}}
	dead := ended.document()
	dead.Refused = []refusedCall{{Name: "keyctl", Calls: []string{"keyctl(0)"}, Action: "errno ENOSYS", Times: 2, Programs: []string{"setup"}, Allow: "--seccomp-add keyctl"}}
	dead.Paths = []hiddenPath{{Path: "/home/me/.cargo", State: "hidden", Paths: 3, Times: 4, Programs: []string{"cargo"}, Allow: "--ro ~/.cargo"},
		{Path: "/home/me/.ssh", State: "hidden", Change: true, Paths: 1, Times: 1, Programs: []string{"ssh"}, Allow: "--rw ~/.ssh", About: "keys", Decision: true}}
	dead.Hosts = []triedHost{{Address: "192.0.2.1:443", Name: "example.org", Times: 2, Programs: []string{"curl"}, About: "https", Allow: "--net"}}
	dead.Incomplete = true
	build := &debug.BuildInfo{
		Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789"}, {Key: "vcs.time", Value: "2026-11-27T12:00:00Z"}, {Key: "vcs.modified", Value: "true"}},
		Deps:     []*debug.Module{{Path: "golang.org/x/sys", Version: "v0.49.0", Sum: "h1:x"}},
	}
	version := versionDocument(build, "1.0", seccomp.Native())
	version.Go, version.Platform, version.Executors = "go1.26.8", "linux/amd64", []string{"native", "portable"}
	for name, d := range map[string]any{
		"error":   errorDocument(&userns.Error{Do: "run", On: "x", Err: unix.ENOENT, Why: "why", Fix: "fix", Code: userns.CommandNotFound}),
		"ending":  dead,
		"version": version,
		"stats":   statsDocument(time.Unix(1000, 0).UTC(), crowdForTest()[:1]),
		"outcomes": jsonOutcomes{Schema: 1, Sandboxes: []outcome{{Sandbox: "web", OK: true, ExitCode: new(143)},
			{Sandbox: "x", Error: &errorDocument(&userns.Error{Do: "find a sandbox", On: "x", Err: unix.ESRCH, Why: "why", Fix: "fix"}).Error}}},
		"lacks":   lacksDocument([]string{"it knows no Landlock"}),
		"started": startedDocument(42, func(name string) (uint64, bool) { return uint64(len(name)), name != "uts" }, "/user.slice/x", "snug-make-42.scope"),
	} {
		b, err := json.MarshalIndent(d, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "json-"+name+".json", string(b)+"\n")
	}
}

// Every document of ours says which schema it has, first of all in its golden.
func TestSchemas(t *testing.T) {
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".json") || e.Name() == "print-oci.json" {
			continue
		}
		found++
		b, err := os.ReadFile("testdata/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		var d struct{ Schema int }
		if err := json.Unmarshal(b, &d); err != nil || d.Schema != 1 || !regexp.MustCompile(`(?m)^  "schema": 1,?$`).Match(b) {
			t.Errorf("%s: %v, schema %d", e.Name(), err, d.Schema)
		}
	}
	if found < 9 {
		t.Errorf("only %d documents", found)
	}
}

// The commands that print for programs do so when they fail, too.
func TestErrorsAsJSON(t *testing.T) {
	for _, line := range []string{
		"run --json --nosuch true", "run --json --no-project --print docker true", "run --json --no-project --print oci --bundle / true",
		"run --json --project / true", "learn --json --nosuch true", "version --json --nosuch", "doctor --json nosuch",
	} {
		_, stdout, stderr := captured(t, strings.Fields(line)...)
		var d jsonError
		if err := json.Unmarshal([]byte(stderr), &d); err != nil || d.Schema != 1 || d.Error.What == "" || stdout != "" {
			t.Errorf("%s: %v, %q, %q", line, err, stdout, stderr)
		}
	}
}

// Without a terminal nothing is coloured, whatever the environment says: no byte of an escape
// sequence is written. On one, NO_COLOR is honoured (TestNoColour).
func TestNoEscapes(t *testing.T) {
	t.Setenv("TERM", "xterm-256color")
	t.Setenv("CLICOLOR_FORCE", "1")
	for _, line := range []string{"", "--help", "run --help", "version", "version --json", "run --no-project --dry-run true", "run --no-project --print bwrap true",
		"run --no-project --explain true", "completion bash", "nosuch", "run --no-project --print docker true"} {
		_, stdout, stderr := captured(t, strings.Fields(line)...)
		if strings.ContainsAny(stdout+stderr, "\x1b\u009b\x07") {
			t.Errorf("%s: %q", line, stdout+stderr)
		}
	}
}

// Doctor is the one command that colours; on a terminal, unless NO_COLOR or a dumb terminal says no.
func TestNoColour(t *testing.T) {
	tty, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0) // either side is a terminal
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	for _, c := range []struct {
		noColor, term string
		colours       bool
	}{{"", "xterm", true}, {"1", "xterm", false}, {"0", "xterm", false}, {"", "dumb", false}} {
		t.Setenv("NO_COLOR", c.noColor)
		t.Setenv("TERM", c.term)
		if got := colours(tty) != nil; got != c.colours {
			t.Errorf("NO_COLOR=%q TERM=%q: got %v", c.noColor, c.term, got)
		}
		if colours(os.Stdin) != nil && !isTerminal(0) {
			t.Error("a pipe is coloured")
		}
	}
	var b bytes.Buffer
	if err := new(diagnosis).print(&b, nil); err != nil || bytes.ContainsRune(b.Bytes(), '\x1b') {
		t.Errorf("%v, %q", err, b.String())
	}
}
