package main

import (
	"errors"
	"os"
	"slices"
	"syscall"

	"snug/seccomp"
)

// filterFile has snug's default filter, for bwrap, in the working directory of a part.
const filterFile = "filter"

// filterFlags have bwrap install the filter it finds as descriptor 3.
var filterFlags = []string{"--seccomp", "3"}

func writeFilter() error {
	f, ok := seccomp.Default(seccomp.Strict, seccomp.Native())
	if !ok {
		return errors.New("no default filter for this architecture")
	}
	return os.WriteFile(filterFile, f.Bytes(seccomp.Native()), 0o644)
}

// fork starts argv, with the filter if it wants one. Bwrap reads that to its end, so it
// is opened anew each time; so would a program that runs bwrap.
func fork(argv []string, attr syscall.ProcAttr) (pid int, err error) {
	if slices.Contains(argv, filterFlags[0]) {
		fd, err := syscall.Open(filterFile, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
		if err != nil {
			return 0, err
		}
		defer syscall.Close(fd)
		attr.Files = append(slices.Clip(attr.Files), uintptr(fd))
	}
	return syscall.ForkExec(argv[0], argv, &attr)
}
