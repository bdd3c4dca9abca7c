package check

import "golang.org/x/sys/unix"

// oldCode is what only this architecture has.
var oldCode = []unwanted{
	{"modify_ldt", unix.SYS_MODIFY_LDT, [3]uintptr{}},
	{"iopl", unix.SYS_IOPL, [3]uintptr{3}},
	{"ioperm", unix.SYS_IOPERM, [3]uintptr{0, 1, 1}},
}
