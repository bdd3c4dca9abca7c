package launch

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// Program is what the new process does, in order, before it runs anything
// else. The zero value is empty and ready to be added to.
//
// Calls, text and vectors are plain numbers and bytes, so that a program can be
// handed to another process as it lies in memory (see encode).
type Program struct {
	Calls []Call
	Steps []Step // Steps[i] says in words what Calls[i] is for

	text    []byte   // NUL-terminated strings and packed structures
	vectors []uint32 // offsets into text; each vector ends with endOfVector
	slots   int
	empty   Arg
	step    Step
	moved   [numFileRoles]int // 1 + the number that a role has by now, see LetGo
	second  Slot              // where Fork leaves the number of the process that it makes
}

// NewProgram is an empty program with room for an ordinary one: what grows is copied, and a
// page that is touched for the first time costs a quarter of a microsecond at best, and
// sixteen on a machine without nested page tables (tried on both).
func NewProgram() *Program {
	const calls, text = 448, 16 << 10
	return &Program{Calls: make([]Call, 0, calls), Steps: make([]Step, 0, calls), text: make([]byte, 0, text)}
}

// Call is one system call.
type Call struct {
	Nr    uintptr
	Args  [6]Arg
	Out   Slot          // where a result is kept for later calls; 0 is nowhere
	Allow [4]unix.Errno // errnos that do not end the program
	Want  int64         // the exact result expected, if Exact
	Exact bool
	Forks bool // the process goes on where the result is 0, and ends otherwise
}

// Step says what a call is for, in the words of an error message.
type Step struct {
	Do string // "mount proc on"
	On string // "/proc"
}

// String is Do and On with a blank between.
func (s Step) String() string {
	if s.On == "" {
		return s.Do
	}
	return s.Do + " " + s.On
}

// Slot names a result. The zero Slot is no slot.
type Slot uint32

// Arg is one argument of a [Call].
type Arg struct {
	kind argKind
	n    uint64
}

type argKind uint8

const (
	argInt         argKind = iota // n itself
	argText                       // the address of text[n]
	argVector                     // the address of a pointer array for vectors[n:]
	argSlot                       // what slot n holds
	argFile                       // the descriptor that the launch has for role n
	argMoved                      // the number n>>8, which role n&0xff has by now
	argSlotAddress                // the address of slot n
	argRights                     // the address of a struct msghdr: a message, text[n>>8:], with descriptor n&0xff
	argFilter                     // the address of a struct sock_fprog for text[n>>16:], n&0xffff instructions
)

const endOfVector = ^uint32(0)

// The roles a descriptor can have. The number a role has in the new process
// differs between executors, so programs name the role.
const (
	FileControl  = iota // pid 1's end of the control socket
	FileCaller          // the caller's end of it
	FileInit            // the image of pid 1, native only
	FileStdin           // what becomes descriptor 0
	FileStdout          // 1
	FileStderr          // 2
	FileTarget          // a pidfd of the sandbox to enter, see Enter
	numFileRoles        //
)

// Int is a number as it is.
func Int[T ~int | ~int32 | ~int64 | ~uint32 | ~uint64 | ~uintptr](n T) Arg {
	return Arg{argInt, uint64(n)}
}

// File is the descriptor with the given role.
func File(role int) Arg { return Arg{argFile, uint64(role)} }

// Held is what an earlier call left in s.
func Held(s Slot) Arg { return Arg{argSlot, uint64(s)} }

// Text is the address of s, NUL-terminated.
func (p *Program) Text(s string) Arg {
	off := len(p.text)
	p.text = append(p.text, s...)
	p.text = append(p.text, 0)
	return Arg{argText, uint64(off)}
}

// Empty is the address of an empty string.
func (p *Program) Empty() Arg {
	if p.empty.kind != argText {
		p.empty = p.Text("")
	}
	return p.empty
}

// Bytes is the address of a copy of b.
func (p *Program) Bytes(b []byte) Arg {
	off := len(p.text)
	p.text = append(p.text, b...)
	return Arg{argText, uint64(off)}
}

// Filter is the address of a struct sock_fprog, as seccomp(2) takes it, with a copy
// of code.
func (p *Program) Filter(code []unix.SockFilter) Arg {
	const size = int(unsafe.Sizeof(unix.SockFilter{}))
	off := len(p.text)
	p.text = append(p.text, unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(code))), len(code)*size)...)
	return Arg{argFilter, uint64(off)<<16 | uint64(len(code))}
}

// Vector is the address of a NULL-terminated array of strings.
func (p *Program) Vector(vs ...[]string) Arg {
	start := len(p.vectors)
	for _, v := range vs {
		for _, s := range v {
			p.vectors = append(p.vectors, uint32(len(p.text)))
			p.text = append(p.text, s...)
			p.text = append(p.text, 0)
		}
	}
	p.vectors = append(p.vectors, endOfVector)
	return Arg{argVector, uint64(start)}
}

// Step sets what the following calls are for.
func (p *Program) Step(do, on string) { p.step = Step{do, on} }

// Add appends a call. The pointer is good until the next Add.
func (p *Program) Add(nr uintptr, args ...Arg) *Call {
	p.Calls = append(p.Calls, Call{Nr: nr})
	p.Steps = append(p.Steps, p.step)
	c := &p.Calls[len(p.Calls)-1]
	for i, a := range args {
		if a.kind == argFile && p.moved[a.n] != 0 {
			a = Arg{argMoved, uint64(p.moved[a.n]-1)<<8 | a.n}
		}
		c.Args[i] = a
	}
	return c
}

// Keep appends a call whose result later calls need.
func (p *Program) Keep(nr uintptr, args ...Arg) Slot {
	p.slots++
	p.Add(nr, args...).Out = Slot(p.slots)
	return Slot(p.slots)
}

// Tolerate lets the program go on after errno. Each use needs its reason in a
// comment. A call can tolerate four.
func (c *Call) Tolerate(errno unix.Errno) *Call {
	for i := range c.Allow {
		if c.Allow[i] == 0 {
			c.Allow[i] = errno
			break
		}
	}
	return c
}

// Expect makes any result but n a failure, with ECANCELED as its errno.
func (c *Call) Expect(n int) *Call {
	c.Want, c.Exact = int64(n), true
	return c
}
