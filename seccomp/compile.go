package seccomp

import (
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// Compile makes the program that does what a profile says. For the same profile and
// target it is always the same.
func Compile(p *Profile, t Target) (*Filter, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if !t.Foreign.valid() {
		return nil, &Error{Where: "target", Problem: t.Foreign.String() + " doesn't exist"}
	}
	archs, err := t.arches()
	if err != nil {
		return nil, err
	}
	s := &assembler{}
	next := returning(t.foreign())
	for _, a := range slices.Backward(archs) {
		next = s.branch(opEqual, a.Audit(), s.section(p, a, &t), next, nothing)
	}
	s.then(opLoad, offArch, next)
	code := s.program()
	if n := len(code); n > unix.BPF_MAXINSNS {
		return nil, tooLong(n)
	}
	return &Filter{code}, nil
}

// section writes what is done about calls of one architecture.
func (s *assembler) section(p *Profile, a Arch, t *Target) target {
	tree := section{s, a.BigEndian()}.numbers(p.spans(a, t))
	if a == ArchAMD64 {
		tree = s.branch(opGreaterEqual, x32, returning(enosys), tree, offNumber)
	}
	return s.then(opLoad, offNumber, tree)
}

func (t *Target) foreign() Action {
	if t.Foreign == 0 {
		return KillProcess
	}
	return t.Foreign
}

func tooLong(n int) error {
	return &Error{
		Problem: "its program has " + strconv.Itoa(n) + " instructions, the kernel takes " + strconv.Itoa(unix.BPF_MAXINSNS),
		fix:     "use fewer conditions on arguments, or compile for fewer architectures",
	}
}
