package seccomp

import (
	"slices"
	"strings"
)

// armPrivate holds the calls of arch/arm/kernel/traps.c, from __ARM_NR_BASE 0x0f0000 on. They
// are no part of the system call table, so x/sys doesn't have them, and fit no int16.
// Without set_tls an ARM program doesn't get as far as main.
var armPrivate = [...]named[uint32]{
	{"breakpoint", 0xf0001},
	{"cacheflush", 0xf0002},
	{"get_tls", 0xf0006},
	{"set_tls", 0xf0005},
	{"usr26", 0xf0003},
	{"usr32", 0xf0004},
}

// Number gives the number of a system call; false if this architecture doesn't have it.
func (a Arch) Number(name string) (uint32, bool) {
	if !a.valid() {
		return 0, false
	}
	if i, ok := slices.BinarySearch(names[:], name); ok && numbers[i][archs[a].column] >= 0 {
		return uint32(numbers[i][archs[a].column]), true
	}
	return armNumber(a, name)
}

func armNumber(a Arch, name string) (uint32, bool) {
	for _, p := range &armPrivate {
		if a == ArchARM && p.name == name {
			return p.value, true
		}
	}
	return 0, false
}

// Name gives the name of a system call, "" if none has this number.
func (a Arch) Name(number uint32) string {
	if !a.valid() {
		return ""
	}
	for i := range &numbers {
		if n := numbers[i][archs[a].column]; n >= 0 && uint32(n) == number {
			return names[i]
		}
	}
	for _, p := range &armPrivate {
		if a == ArchARM && p.value == number {
			return p.name
		}
	}
	return ""
}

// Known tells whether any architecture has ever had a call of this name.
func Known(name string) bool {
	_, ok := slices.BinarySearch(names[:], name)
	return ok || isARMPrivate(name)
}

func isARMPrivate(name string) bool {
	_, ok := armNumber(ArchARM, name)
	return ok
}

// Names lists every system call of an architecture, sorted by name.
func (a Arch) Names() []string {
	var all []string
	for i := range &names {
		if a.valid() && numbers[i][archs[a].column] >= 0 {
			all = append(all, names[i])
		}
	}
	for _, p := range &armPrivate {
		if a == ArchARM && !slices.Contains(all, p.name) {
			all = append(all, p.name)
		}
	}
	slices.SortFunc(all, strings.Compare)
	return all
}
