package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// completed is what is said for a line with one space between words, so that the last can be
// empty.
func completed(t *testing.T, line string) (ask string, words []string) {
	t.Helper()
	k, err := newParser(new(grammar))
	if err != nil {
		t.Fatal(err)
	}
	c := &completer{names: func() []string { return []string{"make-12", "sleep-3"} }}
	c.complete(k.Model.Node, strings.Split(line, " "))
	for _, w := range c.list {
		words = append(words, w.word)
	}
	return c.ask, words
}

func TestComplete(t *testing.T) {
	for _, c := range []struct{ line, ask, words string }{
		// Commands, by their beginning; none that is hidden.
		{"fr", "words", "freeze"},
		{"__", "words", ""},
		{"nosuch ", "words", ""},
		// Flags, and none that is hidden.
		{"run --no-p", "words", "--no-project --no-proc"},
		{"run --unshare", "words", ""},
		{"run -x", "words", ""},
		{"--vers", "words", "--version"},
		// Values: where the flag takes one, and only there.
		{"run --print b", "words", "bwrap"},
		{"run --print=b", "words", "--print=bwrap"},
		{"run --limits ", "words", "strict best-effort"},
		{"run --seccomp ", "files", "default log none"},
		{"run --seccomp no", "files", "none"},
		{"run --network h", "words", "host"}, // by an alias
		{"run --rlimit st", "words", "stack="},
		{"run --cap-add CAP_SYS_A", "words", "CAP_SYS_ADMIN"},
		{"run --require landl", "words", "landlock"},
		{"run --stop-signal US", "words", "USR1 USR2"},
		{"run --seccomp-add keyct", "words", "keyctl"},
		{"run --timeout ", "words", ""},
		{"run -m ", "words", ""},
		{"run -rm ", "words", ""}, // the value of -m
		{"run --bind ", "files", ""},
		{"run --bind a ", "files", ""},
		{"run --project ", "directories", ""},
		{"run --project=", "directories", ""},
		{"run --env-file ", "files", ""},
		{"run --nosuch --print u", "words", "unshare"},
		// The command: where it begins, whatever stands before it.
		{"run ", "command 1", ""},
		{"run ma", "command 1", ""},
		{"run make -", "command 1", ""},
		{"run -r ", "command 2", ""},
		{"run -m 64M ma", "command 3", ""},
		{"run -m64M ma", "command 2", ""},
		{"run -rm 64M ma", "command 3", ""},
		{"run --memory=64M ma", "command 2", ""},
		{"run --bind a b make --print b", "command 4", ""},
		{"run --setenv A=1 make ", "command 3", ""}, // one word
		{"run --setenv A 1 make ", "command 4", ""},
		{"run --clearenv -- ", "command 3", ""},
		{"run -- --print b", "command 2", ""},
		{"learn -o f ma", "command 3", ""},
		// Sandboxes.
		{"freeze ", "words", "make-12 sleep-3"},
		{"freeze ma", "words", "make-12"},
		{"kill make-12 sl", "words", "sleep-3"},
		{"unpause m", "words", "make-12"},
		{"thaw --timeout 3 m", "words", "make-12"},
		{"thaw --timeout ", "words", ""},
		{"completion ", "words", "bash zsh fish"},
		{"completion z", "words", "zsh"},
	} {
		ask, words := completed(t, c.line)
		if ask != c.ask || strings.Join(words, " ") != c.words {
			t.Errorf("%q: got %s, %q, want %s, %q", c.line, ask, words, c.ask, c.words)
		}
	}
}

// Every flag that people are told of can be completed, and every value of one leads somewhere
// without anything going wrong.
func TestCompleteAll(t *testing.T) {
	k, err := newParser(new(grammar))
	if err != nil {
		t.Fatal(err)
	}
	for _, cmd := range k.Model.Children {
		var flags []string
		for _, f := range cmd.Flags {
			if !f.Hidden {
				flags = append(flags, "--"+f.Name)
			}
			completed(t, cmd.Name+" --"+f.Name+" ")
			completed(t, cmd.Name+" --"+f.Name+"=")
		}
		_, words := completed(t, cmd.Name+" --")
		for _, f := range flags {
			if !slices.Contains(words, f) {
				t.Errorf("%s: %s is not offered", cmd.Name, f)
			}
		}
		if completed(t, cmd.Name+" -"); (commandAt(cmd) == 0) != strings.HasPrefix(first(completed(t, cmd.Name+" ")), askCommand) {
			t.Errorf("%s: does a command follow?", cmd.Name)
		}
	}
}

func first(ask string, _ []string) string { return ask }

// A name that a shell could take for more is never offered: a sandbox's processes can call
// their cgroup what they like.
func TestCompleteHostileNames(t *testing.T) {
	k, err := newParser(new(grammar))
	if err != nil {
		t.Fatal(err)
	}
	c := &completer{names: func() []string { return []string{"$(id)", "`id`", "a;b", evil, "fine-1"} }}
	c.complete(k.Model.Node, []string{"kill", ""})
	if got := c.text(); got != "words\nfine-1\t\n" {
		t.Errorf("got %q", got)
	}
}

// FuzzComplete: no line that is half typed makes it fail.
func FuzzComplete(f *testing.F) {
	for _, line := range []string{"", "run -", "run --bind a", "freeze --", "-", "--", "run --=", "run -=", "learn -o"} {
		f.Add(line)
	}
	k, err := newParser(new(grammar))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, line string) { fuzzComplete(k, line) })
}

func fuzzComplete(k *kong.Kong, line string) {
	c := &completer{names: func() []string { return nil }}
	c.complete(k.Model.Node, strings.Split(line, " "))
}
