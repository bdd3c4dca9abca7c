package seccomp

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Target is what a profile is compiled for. The zero Target is a process of this
// program's architecture without capabilities, on the oldest kernel.
type Target struct {
	// Arches may enter the kernel; none stands for Native. Calls of any other, such as
	// int 0x80 in a program for amd64, get Foreign.
	Arches []Arch

	Caps   uint64 // bits by the numbers of linux/capability.h
	Kernel Kernel

	// Foreign is for calls of an architecture that isn't listed; zero stands for
	// KillProcess. There is no way to let them pass: their numbers mean other calls.
	Foreign Action
}

// Kernel is the version of a kernel: 6.18 is {6, 18}.
type Kernel struct{ Major, Minor uint16 }

func (k Kernel) before(l Kernel) bool {
	return k.Major < l.Major || k.Major == l.Major && k.Minor < l.Minor
}

// String writes the version with a dot.
func (k Kernel) String() string {
	return strconv.Itoa(int(k.Major)) + "." + strconv.Itoa(int(k.Minor))
}

// ThisKernel is the version of the running kernel.
func ThisKernel() (Kernel, error) {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return Kernel{}, err
	}
	release := unix.ByteSliceToString(u.Release[:])
	major, rest, _ := strings.Cut(release, ".")
	minor := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
	k, ok := parseKernel(major + "." + minor)
	if !ok {
		return Kernel{}, &Error{Where: "kernel release", Problem: quoted(release) + " is no version"}
	}
	return k, nil
}

// parseKernel reads "4.8". Nothing may follow: Docker's files never have a third number.
func parseKernel(s string) (Kernel, bool) {
	major, minor, _ := strings.Cut(s, ".")
	x, err := strconv.ParseUint(major, 10, 16)
	y, err2 := strconv.ParseUint(minor, 10, 16)
	return Kernel{uint16(x), uint16(y)}, err == nil && err2 == nil && x+y > 0
}

// arches checks and completes the list of architectures.
func (t *Target) arches() ([]Arch, error) {
	if len(t.Arches) == 0 {
		if n := Native(); n != NoArch {
			return []Arch{n}, nil
		}
		return nil, &Error{Where: "target", Problem: "there is no system call table for this architecture", fix: "name the architectures to compile for"}
	}
	for i, a := range t.Arches {
		switch {
		case !a.valid():
			return nil, &Error{Where: "target", Problem: "architecture " + strconv.Itoa(int(a)) + " doesn't exist"}
		case a.BigEndian() != t.Arches[0].BigEndian():
			return nil, &Error{Where: "target", Problem: "no kernel has both byte orders: " + t.Arches[0].String() + ", " + a.String()}
		case slices.Contains(t.Arches[:i], a):
			return nil, &Error{Where: "target", Problem: a.String() + " is listed twice"}
		}
	}
	return t.Arches, nil
}
