package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// These tests are not snug: this comes before init.
var _ = func() bool { asProgram = false; return true }()

// captured runs snug with these arguments and gives what it prints.
func captured(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	dir := t.TempDir()
	streams := []**os.File{&os.Stdout, &os.Stderr}
	for i, name := range []string{"out", "err"} {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		saved := *streams[i]
		*streams[i] = f
		defer func() { *streams[i] = saved; f.Close() }()
	}
	status = snug(args)
	out, _ := os.ReadFile(filepath.Join(dir, "out"))
	errs, _ := os.ReadFile(filepath.Join(dir, "err"))
	return status, string(out), string(errs)
}

// What can be done without a sandbox.
func TestLines(t *testing.T) {
	for _, c := range []struct {
		line           string
		status         int
		stdout, stderr string // the beginning of it
	}{
		{"", 125, "", "Usage: snug <command>"},
		{"--help", 0, "Usage: snug <command>", ""},
		{"run --help", 0, "Usage: snug run", ""},
		{"version", 0, "snug ", ""},
		{"--version", 0, "snug ", ""},
		{"version --json", 0, `{"schema":1,`, ""},
		{"run", 125, "", "snug: error: "},
		{"run --", 125, "", "snug: error: "},
		{"run --nosuch true", 125, "", "snug: error: unknown flag --nosuch"},
		{"nosuch", 125, "", "snug: error: "},
		{"run --timeout x true", 125, "", "snug: error: --timeout \"x\": not understood\n"},
		{"run --no-project --dry-run true", 0, "command ", ""},
		{"run --no-project --dry-run --json true", 0, "{\n", ""},
		{"run --no-project --explain true", 0, "# make the namespaces\nclone3(", ""},
		{"run --project / --dry-run true", 125, "", "snug: error: open the project /"},
		{"run --json --timeout x true", 125, "", `{"schema":1,"error":{"what":"--timeout`},
	} {
		status, stdout, stderr := captured(t, strings.Fields(c.line)...)
		if status != c.status || !strings.HasPrefix(stdout, c.stdout) || !strings.HasPrefix(stderr, c.stderr) {
			t.Errorf("%s: got %d, %.100q, %.200q, want %d, %q, %q", c.line, status, stdout, stderr, c.status, c.stdout, c.stderr)
		}
		if (stdout == "") != (c.stdout == "") || (stderr == "") != (c.stderr == "") {
			t.Errorf("%s: got standard output %.100q, error %.100q", c.line, stdout, stderr)
		}
		if strings.HasPrefix(stderr, "snug: error") && !strings.Contains(stderr, "\n  fix: ") {
			t.Errorf("%s: nothing is said about what to do: %s", c.line, stderr)
		}
		if strings.HasPrefix(stdout+stderr, "{") && !json.Valid([]byte(stdout+stderr)) {
			t.Errorf("%s: no JSON: %s%s", c.line, stdout, stderr)
		}
	}
}

// Starting in one's own home opens nothing.
func TestHomeIsNoProject(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Chdir(home)
	status, _, stderr := captured(t, "run", "--dry-run", "true")
	if status != 125 || !strings.Contains(stderr, "it holds everything you own") {
		t.Errorf("got %d, %s", status, stderr)
	}
	for _, flag := range []string{"--no-project", "--project=."} {
		if status, _, stderr := captured(t, "run", "--dry-run", flag, "true"); status != 0 {
			t.Errorf("%s: got %d, %s", flag, status, stderr)
		}
	}
}
