// Command scout is sent into a sandbox by package confine, to find out what can be
// reached from there: a static program, so that it runs in any root file system,
// under any user.
//
// # Theory of operation
//
// "scout check FILE" reads facts about the host from a file, makes every check of
// package check, and prints a line for each:
//
//	ok NAME
//	leak NAME: what was possible
//	none NAME: why it can't be told here
//
// It never stops at a leak, and exits with 0: the test that sent it judges. The
// other commands are what the checks need another process for.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"snug/test/confine/bait"
	"snug/test/confine/check"
)

var commands = map[string]func(args []string) error{
	"bomb":    func([]string) error { return check.Bomb() },
	"check":   checkAll,
	"escape":  func(args []string) error { return check.Escape(args[0]) },
	"nothing": func([]string) error { return nil },
	"streams": streams,
	"wait":    wait,
}

func main() {
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: scout check FILE")
		os.Exit(2)
	}
	if err := commands[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "scout:", err)
		os.Exit(1)
	}
}

func checkAll(args []string) error {
	h, err := bait.Read(args[0])
	if err != nil {
		return err
	}
	for _, c := range check.All {
		fmt.Println(verdict(&c, h))
	}
	fmt.Println("done", len(check.All))
	return nil
}

// verdict is one line, whatever the error is.
func verdict(c *check.Check, h *bait.Host) string {
	switch err := c.Try(h); {
	case err == nil:
		return "ok " + c.Name
	case errors.Is(err, check.ErrNone):
		return "none " + c.Name + ": " + err.Error()
	default:
		return "leak " + c.Name + ": " + strings.ReplaceAll(err.Error(), "\n", "; ")
	}
}

// streams FILE makes the one check that needs closed streams.
func streams(args []string) error {
	return os.WriteFile(args[0], []byte(verdict(&check.Streams, nil)+"\n"), 0o644)
}

// wait does nothing until its standard input ends.
func wait([]string) error {
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}
