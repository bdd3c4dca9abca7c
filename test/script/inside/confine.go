package main

import (
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sys/unix"

	"snug/test/script/bait"
)

// check is one wall, or one thing that has to work in spite of all walls. It
// returns what is wrong.
type check struct {
	name string
	try  func(h *bait.Host) error
}

// confine does every check, and prints a line each.
func confine(args []string) error {
	h, err := bait.Read(args[0])
	if err != nil {
		return err
	}
	checks := slices.Concat(privilegeChecks, initChecks, fileChecks, mountChecks, kernelChecks, networkChecks, workChecks)
	for _, c := range checks {
		if err := c.try(h); err != nil {
			fmt.Printf("leak %s: %v\n", c.name, err)
		} else {
			fmt.Printf("ok %s\n", c.name)
		}
	}
	fmt.Println("done", len(checks))
	return nil
}

// refusal says what is wrong if something was not refused.
func refusal(what string, err error) error {
	if err != nil {
		return nil
	}
	return errors.New(what + " worked")
}

// refusedWith is refusal with the errno that it has to be.
func refusedWith(want unix.Errno, what string, err error) error {
	switch {
	case err == nil:
		return errors.New(what + " worked")
	case !errors.Is(err, want):
		return fmt.Errorf("%s: %v, and not %v", what, err, want)
	}
	return nil
}

// each joins what is wrong with each of list.
func each[T any](list []T, try func(T) error) error {
	var all []error
	for _, x := range list {
		all = append(all, try(x))
	}
	return errors.Join(all...)
}
