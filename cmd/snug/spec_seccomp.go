package main

import (
	"cmp"
	"os"

	"golang.org/x/sys/unix"

	"snug/seccomp"
	"snug/userns"
)

// seccomp says what the command may ask of the kernel.
func (r *runCmd) seccomp(s *userns.Spec) error {
	switch r.Seccomp {
	case "", "default":
		return nil
	case "none":
		s.NoSeccomp = true
		return nil
	}
	f, err := os.Open(r.Seccomp)
	if err != nil {
		return &userns.Error{Do: "read --seccomp", On: r.Seccomp, Err: cause(err),
			Why: "a profile has to be a file that you can read", Fix: "name one, or say default or none"}
	}
	defer f.Close()
	if s.Seccomp, err = seccomp.Load(f); err != nil {
		return &userns.Error{Do: "read --seccomp", On: r.Seccomp, Err: unix.EINVAL, Why: err.Error(),
			Fix: cmp.Or(hintOf(err), "correct it, or say default or none")}
	}
	return nil
}
