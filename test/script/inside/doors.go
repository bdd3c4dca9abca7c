package main

import (
	"fmt"
	"os"

	"snug/seccomp"
	"snug/test/script/door"
)

// doors writes a program for each door of an amd64 machine and each name of a call: into
// this directory, as DOOR-NAME. The exit status is 42 by int 0x80 if the call returned, the
// errno by x32, and whether it failed by syscall.
func doors(names []string) error {
	for _, name := range names {
		native, ok := seccomp.ArchAMD64.Number(name)
		old, ok2 := seccomp.Arch386.Number(name)
		if !ok || !ok2 {
			return fmt.Errorf("%s: not a call of both", name)
		}
		for file, program := range map[string][]byte{
			"syscall-" + name: door.Program(native, door.Syscall, door.Failed),
			"x32-" + name:     door.Program(native|door.X32, door.Syscall, door.Errno),
			"int80-" + name:   door.Program(old, door.Int80, door.FortyTwo),
		} {
			if err := os.WriteFile(file, program, 0o755); err != nil {
				return err
			}
		}
	}
	return nil
}
