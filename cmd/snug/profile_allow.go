package main

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"snug/userns"
	"snug/userns/profile"
)

// allowCmd is `snug allow`.
type allowCmd struct {
	File string `arg:"" optional:"" placeholder:"FILE" help:"The profile (default .snug.toml here)."`
}

// denyCmd is `snug deny`.
type denyCmd struct {
	File string `arg:"" optional:"" placeholder:"FILE" help:"The profile (default .snug.toml here)."`
}

// Run does `snug allow`: it prints what the file says and what that loosens, and writes down
// that this content, and no other, is allowed there.
func (c *allowCmd) Run() int {
	if err := c.allow(); err != nil {
		return report(os.Stderr, err)
	}
	return 0
}

func (c *allowCmd) allow() error {
	file, err := realFile(c.File)
	if err != nil {
		return err
	}
	text, err := readSmall(file, false)
	if err != nil {
		return unreadable(file, err)
	}
	p, err := profile.Parse(filepath.Base(file), file, text)
	if err == nil && p.Name == ownFile {
		err = staysAtHome(p)
	}
	var s profile.Stack
	if err == nil {
		s, err = profile.Expand(profile.Stack{p}, (&finder{}).named)
	}
	if err == nil {
		err = asWish(s)
	}
	if err != nil {
		return err
	}
	if err := changeAllowed(func(list *profile.Allowed) { list.Allow(file, text) }); err != nil {
		return err
	}
	fmt.Printf("%s is allowed as it is now; when it changes, it has to be allowed again.\n", plain(file))
	loosens := s.Loosens()
	for _, l := range loosens {
		fmt.Println("  a sandbox with it " + plain(l))
	}
	if len(loosens) == 0 {
		fmt.Println("  it loosens nothing")
	}
	return nil
}

// Run does `snug deny`. A file that was removed can be denied as well.
func (c *denyCmd) Run() int {
	file, err := realFile(c.File)
	if err != nil {
		return report(os.Stderr, err)
	}
	was := false
	if err := changeAllowed(func(list *profile.Allowed) { was = list.Deny(file) }); err != nil {
		return report(os.Stderr, err)
	}
	if !was {
		fmt.Printf("%s was not allowed.\n", plain(file))
		return 0
	}
	fmt.Printf("%s is allowed no more.\n", plain(file))
	return 0
}

// realFile is where a file really is, but for a link that it may be itself.
func realFile(name string) (string, error) {
	if name == "" {
		name = ownFile
	}
	file, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(file))
	if err != nil {
		return "", &userns.Error{Do: "find", On: file, Err: unix.ENOENT, Why: "its directory is not there", Fix: "name a file that is"}
	}
	return filepath.Join(dir, filepath.Base(file)), nil
}
