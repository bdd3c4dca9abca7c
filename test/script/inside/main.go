// Command inside looks around in a sandbox, for the sessions of package script: a
// static program, so that it runs in any root file system, under any user.
//
// The first argument says what to do. Each command does or prints one thing that
// a shell can't.
package main

import (
	"fmt"
	"os"
	"slices"
	"sort"

	"snug/test/confine/check"
)

var commands = map[string]func(args []string) error{
	"args":     printArgs,
	"count":    countArgs,
	"doors":    doors,
	"fds":      printDescriptors,
	"forks":    forks,
	"mounts":   mounts,
	"readdir":  readdir,
	"readlink": readlink,
	"silent":   silent,
	"tiocsti":  tiocsti,
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
	fmt.Println(check.Open)
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
