// Command inside looks around in a sandbox, for the black-box tests: a static
// program, so that it runs in any root file system, under any user.
//
// # Theory of operation
//
// The first argument says what to do. Most commands print one thing that a
// shell can't find out. "confine" is the large one: it reads facts about the
// host from a file, tries every way out that is listed in the tables of
// checks_*.go, and prints a line a check:
//
//	ok NAME
//	leak NAME: what was possible
//
// It never stops at a leak, and exits with 0: the test that started it judges.
package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"sort"
)

// open is what was open when the program began, before it opened anything.
var open = openDescriptors()

var commands = map[string]func(args []string) error{
	"args":     printArgs,
	"confine":  confine,
	"count":    countArgs,
	"doors":    doors,
	"escape":   escape,
	"fds":      printDescriptors,
	"forks":    forks,
	"mounts":   mounts,
	"readdir":  readdir,
	"readlink": readlink,
	"silent":   silent,
	"tiocsti":  tiocsti,
	"wait":     wait,
	"write":    write,
}

func main() {
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		names := make([]string, 0, len(commands))
		for name := range commands {
			names = append(names, name)
		}
		sort.Strings(names)
		fmt.Fprintln(os.Stderr, "usage: inside COMMAND [ARG]...; commands:", names)
		os.Exit(2)
	}
	if err := commands[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "inside:", err)
		os.Exit(1)
	}
}

// printArgs prints each argument as Go would write it.
func printArgs(args []string) error {
	for _, a := range args {
		fmt.Printf("%q\n", a)
	}
	return nil
}

func countArgs(args []string) error {
	fmt.Println(len(args))
	return nil
}

// printDescriptors prints the numbers of what was open at the start.
func printDescriptors([]string) error {
	fmt.Println(open)
	return nil
}

// readdir lists directories by name, on one line each.
func readdir(args []string) error {
	for _, dir := range args {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		slices.Sort(names)
		fmt.Println(names)
	}
	return nil
}

func readlink(args []string) error {
	for _, link := range args {
		to, err := os.Readlink(link)
		if err != nil {
			return err
		}
		fmt.Println(to)
	}
	return nil
}

// write makes files.
func write(args []string) error {
	for _, file := range args {
		if err := os.WriteFile(file, []byte("written inside\n"), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// wait does nothing until its standard input ends.
func wait([]string) error {
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}
