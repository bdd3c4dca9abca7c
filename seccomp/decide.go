package seccomp

import (
	"slices"
	"syscall"

	"golang.org/x/sys/unix"

	"snug/seccomp/internal/sim"
)

// Call is a system call as a filter sees it: struct seccomp_data of seccomp(2).
type Call struct {
	Number  uint32
	Arch    uint32 // an AUDIT_ARCH value, see [Arch.Audit]
	Pointer uint64 // of the instruction
	Args    [6]uint64
}

// Decide gives what the filter says about a call, without the kernel. A filter that isn't
// one of ours may have instructions that are not known here: that is KillProcess, which is
// what the kernel does with a filter that fails.
func (f *Filter) Decide(c *Call) Action {
	a, _ := f.decide(c)
	return a
}

// decide also tells whether the answer is the same for every call of that number.
func (f *Filter) decide(c *Call) (a Action, always bool) {
	d := sim.Data{Number: c.Number, Arch: c.Arch, Pointer: c.Pointer, Args: c.Args}
	answer, err := sim.Run(f.code, &d, Native().BigEndian())
	if err != nil {
		return KillProcess, false
	}
	return Action(answer), !d.Further
}

// Asking is the same filter, but whoever holds its listener is asked (see [Notify]) where
// it gives one of those actions. Nothing else changes, neither what is looked at nor in
// what order, so [Filter.Decide] of f tells what the answer should be. It doesn't ask about
// the calls named in except, unless f looks at their arguments.
func (f *Filter) Asking(those func(Action) bool, except ...string) *Filter {
	code := f.answered(except, func(a Action) (Action, bool) { return a, true })
	start := len(code)
	code = append(code, f.code...)
	for i := start; i < len(code); i++ {
		if code[i].Code == opReturn && those(Action(code[i].K)) {
			code[i].K = uint32(Notify)
		}
	}
	return &Filter{code}
}

// AskingAlso is the same filter, but whoever holds its listener is asked as well about the
// calls named: those of them that it allows, whatever their arguments. The answer should be
// that they are made.
func (f *Filter) AskingAlso(names ...string) *Filter {
	code := f.answered(names, func(a Action) (Action, bool) { return Notify, a == Allow })
	return &Filter{append(code, f.code...)}
}

// mostAnswers fit into one jump over them, which reaches 255 instructions far.
const mostAnswers = 120

// answered gives what is said about some calls of this architecture, to stand in front of f:
// a comparison and a return for each, which the calls of others jump over. It is what answer
// makes of what f says, of calls for which f always says the same.
func (f *Filter) answered(names []string, answer func(Action) (Action, bool)) (code []unix.SockFilter) {
	for part := range slices.Chunk(names, mostAnswers) {
		code = append(code, f.answers(part, answer)...)
	}
	return code
}

func (f *Filter) answers(names []string, answer func(Action) (Action, bool)) (code []unix.SockFilter) {
	here := Native()
	for _, name := range names {
		n, ok := here.Number(name)
		if !ok {
			continue
		}
		a, always := f.decide(&Call{Number: n, Arch: here.Audit()})
		if a, ok = answer(a); ok && always {
			code = append(code, unix.SockFilter{Code: opEqual, Jf: 1, K: n}, unix.SockFilter{Code: opReturn, K: uint32(a)})
		}
	}
	if len(code) == 0 {
		return nil
	}
	return append([]unix.SockFilter{
		{Code: opLoad, K: offArch},
		{Code: opEqual, Jf: uint8(len(code) + 1), K: here.Audit()},
		{Code: opLoad, K: offNumber},
	}, code...)
}

// Refuses tells whether a call with this action isn't made: it gets an error, or the caller
// is killed for it.
func (a Action) Refuses() bool { return a&actionMask == unix.SECCOMP_RET_ERRNO || a.Kills() }

// Errno is the error that a refused call gets, 0 for other actions.
func (a Action) Errno() syscall.Errno {
	if a&actionMask != unix.SECCOMP_RET_ERRNO {
		return 0
	}
	return syscall.Errno(a & dataMask)
}

// Kills tells whether the thread or the process ends by this action.
func (a Action) Kills() bool { return a == KillThread || a == KillProcess }

// Traps tells whether the profile has an action by which a caller gets a signal that it may
// handle.
func (p *Profile) Traps() bool {
	return p.Default == Trap || slices.ContainsFunc(p.Rules, func(r Rule) bool { return r.Action == Trap })
}

// Kills tells whether the profile has an action by which a caller ends.
func (p *Profile) Kills() bool {
	return p.Default.Kills() || slices.ContainsFunc(p.Rules, func(r Rule) bool { return r.Action.Kills() })
}
