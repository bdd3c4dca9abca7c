package check

import (
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
)

// Check is one wall, or one thing that has to work in spite of all walls. Try
// returns what is wrong.
type Check struct {
	Name string
	Try  func(h *bait.Host) error
}

// All checks, in the order in which they are made.
var All = slices.Concat(privilegeChecks, pid1Checks, fileChecks, mountChecks, kernelChecks, networkChecks, workChecks)

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
