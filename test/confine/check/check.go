package check

import (
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
)

// Severity is what a leak would cost.
type Severity string

const (
	Critical Severity = "critical" // the host, or a secret of its user
	High     Severity = "high"     // a way towards either
	Medium   Severity = "medium"   // more of the kernel, or of what is known about the machine
	Low      Severity = "low"      // little
	Needed   Severity = "needed"   // a program that doesn't work
)

// Check is one wall, or one thing that has to work in spite of all walls.
type Check struct {
	Name     string
	Severity Severity
	Threat   string // against what it stands, in few words
	Want     string // what is expected inside
	Try      func(h *bait.Host) error
}

// All checks, in the order in which they are made. What stirs up most is last.
var All = slices.Concat(privilegeChecks, namespaceChecks, pid1Checks, terminalChecks, environmentChecks, fileChecks, deviceChecks,
	projectChecks, mountChecks, kernelChecks, networkChecks, memoryChecks, keyChecks, callChecks, workChecks, resourceChecks)

// ErrNone is returned by a check for which this machine has no bait.
var ErrNone = errors.New("not here")

// refusal says what is wrong if something was not refused.
func refusal(what string, err error) error {
	if err != nil {
		return nil
	}
	return errors.New(what + " worked")
}

// refusedWith is refusal with the errnos that it may have.
func refusedWith(what string, err error, want ...unix.Errno) error {
	switch errno, ok := err.(unix.Errno); {
	case err == nil:
		return errors.New(what + " worked")
	case !ok || !slices.Contains(want, errno):
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
