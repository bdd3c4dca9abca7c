package notify

import (
	"golang.org/x/sys/unix"

	"snug/seccomp"
)

// selector is a call that is many calls: which one, certain arguments say. A profile allows
// just those, since what else the call can do may be another matter.
type selector struct {
	name   string
	fields []field
	only   seccomp.Arch // NoArch: on all
	except seccomp.Arch
}

// field is an argument, or some bits of it.
type field struct {
	arg  uint8
	mask uint64
}

// namespaces are the flags of clone that make one.
const namespaces = unix.CLONE_NEWNS | unix.CLONE_NEWCGROUP | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC |
	unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNET

var selectors = [...]selector{
	{name: "bpf", fields: []field{{0, low}}},
	{name: "clone", fields: []field{{0, namespaces}}, except: seccomp.ArchS390X},
	{name: "clone", fields: []field{{1, namespaces}}, only: seccomp.ArchS390X},
	{name: "ioctl", fields: []field{{1, low}}},
	{name: "keyctl", fields: []field{{0, low}}},
	{name: "mknod", fields: []field{{1, unix.S_IFMT}}},
	{name: "mknodat", fields: []field{{2, unix.S_IFMT}}},
	{name: "personality", fields: []field{{0, low}}},
	{name: "prctl", fields: []field{{0, low}}},
	// The lower four bits of the type; the others are SOCK_CLOEXEC and SOCK_NONBLOCK.
	{name: "socket", fields: []field{{0, low}, {1, 0xf}, {2, low}}},
	{name: "socketcall", fields: []field{{0, low}}},
	{name: "socketpair", fields: []field{{0, low}}},
	{name: "unshare", fields: []field{{0, full}}},
}

// selectorOf finds the selector of a call on this machine; nil if it has none.
func selectorOf(name string) *selector {
	a := seccomp.Native()
	for i := range selectors {
		s := &selectors[i]
		if s.name == name && (s.only == seccomp.NoArch || s.only == a) && (a == seccomp.NoArch || s.except != a) {
			return s
		}
	}
	return nil
}

// conds are the conditions under which a call is the same as that.
func (s *selector) conds(c *seccomp.Call) []seccomp.Cond {
	list := make([]seccomp.Cond, 0, len(s.fields))
	for _, f := range s.fields {
		list = append(list, seccomp.Cond{Arg: f.arg, Op: seccomp.MaskedEqual, Mask: f.mask, Value: c.Args[f.arg] & f.mask})
	}
	return list
}
