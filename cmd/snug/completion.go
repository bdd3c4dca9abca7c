package main

import (
	"fmt"
	"os"
	"strings"
)

// completionCmd is `snug completion`. What it prints asks snug itself for the words
// (complete.go), so that a script never knows less or more than the snug that is there.
type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" placeholder:"bash|zsh|fish" help:"The shell: bash, zsh or fish."`
}

// Help is what `snug completion --help` says besides the flags.
func (*completionCmd) Help() string {
	return `It completes commands, flags, their values, and the names of sandboxes that run, and behind snug run what the shell completes for the command itself.

Examples:

    snug completion bash >~/.local/share/bash-completion/completions/snug
    snug completion zsh >/usr/local/share/zsh/site-functions/_snug
    snug completion fish >~/.config/fish/completions/snug.fish

Exit status: 0; 125 the line was not understood, or nothing could be printed.`
}

// Run does `snug completion`.
func (c *completionCmd) Run() int {
	script := bashScript
	switch c.Shell {
	case "zsh":
		script = zshScript
	case "fish":
		script = fishScript
	}
	if _, err := os.Stdout.WriteString(script); err != nil {
		return report(os.Stderr, &printError{err})
	}
	return 0
}

// What snug __complete says: first what the shell itself is to complete, then words, each with
// a tab and what it is for.
const (
	askNothing     = "words"
	askFiles       = "files"
	askDirectories = "directories"
	askCommand     = "command" // and the place of its first word among those that were given
)

// completeNow does `snug __complete -- WORD...`: the words behind snug, the last of which is
// being typed. Nothing can go wrong: who can't be helped gets no words.
func completeNow(args []string) int {
	k, err := newParser(new(grammar))
	if err != nil {
		return exitFailed
	}
	words := withoutDashes(args)
	if len(words) == 0 {
		words = []string{""}
	}
	c := &completer{names: runningNames}
	c.complete(k.Model.Node, words)
	os.Stdout.WriteString(c.text())
	return 0
}

// text is what the scripts read. A word that a shell could take for more than a word is left
// out.
func (c *completer) text() string {
	var b strings.Builder
	b.WriteString(c.ask + "\n")
	for _, w := range c.list {
		if strings.Trim(w.word, shellSafe) == "" {
			fmt.Fprintf(&b, "%s\t%s\n", w.word, plain(w.about))
		}
	}
	return b.String()
}
