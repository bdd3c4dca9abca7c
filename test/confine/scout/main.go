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
//
// It never stops at a leak, and exits with 0: the test that sent it judges. The
// other commands are what the checks need another process for.
package main

import (
	"fmt"
	"io"
	"os"

	"snug/test/confine/bait"
	"snug/test/confine/check"
)

var commands = map[string]func(args []string) error{
	"check":   checkAll,
	"escape":  func(args []string) error { return check.Escape(args[0]) },
	"nothing": func([]string) error { return nil },
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
		if err := c.Try(h); err != nil {
			fmt.Printf("leak %s: %v\n", c.Name, err)
		} else {
			fmt.Printf("ok %s\n", c.Name)
		}
	}
	fmt.Println("done", len(check.All))
	return nil
}

// wait does nothing until its standard input ends.
func wait([]string) error {
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}
