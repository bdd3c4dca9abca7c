package launch

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// op is a [Call] with every address filled in: what the executors walk.
// native_amd64.s knows this layout by its offsets.
type op struct {
	nr    uintptr    // 0
	args  [6]uintptr // 8
	load  uintptr    // 56: bit i set: args[i] is the address of a slot
	out   uintptr    // 64: address of a slot, or 0
	allow [4]uint32  // 72, 76, 80, 84: errnos to go on after
	want  int64      // 88
	exact uintptr    // 96: 1, or endsParent
}

// linked is a program in memory, ready to run. The words in ops are addresses
// the garbage collector can't see: keep must outlive the walk.
type linked struct {
	ops     []op
	slots   []uintptr
	vectors []uintptr
	text    []byte
	filters []*unix.SockFprog
	rights  []*unix.Msghdr
}

// endsParent in op.exact: whoever gets another result than 0 ends.
const endsParent = 2

// link resolves p for a process whose descriptor for role i is files[i].
func link(p *Program, files []int) *linked {
	l := &linked{
		ops:     make([]op, len(p.Calls)),
		slots:   make([]uintptr, p.slots+1),
		vectors: make([]uintptr, len(p.vectors)),
		text:    p.text,
	}
	for i, off := range p.vectors {
		if off != endOfVector {
			l.vectors[i] = uintptr(unsafe.Pointer(&p.text[off]))
		}
	}
	for i := range p.Calls {
		l.resolve(&p.Calls[i], &l.ops[i], files)
	}
	return l
}

func (l *linked) resolve(c *Call, o *op, files []int) {
	o.nr = c.Nr
	for i, errno := range c.Allow {
		o.allow[i] = uint32(errno)
	}
	o.want = c.Want
	if c.Exact {
		o.exact = 1
	}
	if c.Forks {
		o.exact = endsParent
	}
	if c.Out != 0 {
		o.out = uintptr(unsafe.Pointer(&l.slots[c.Out]))
	}
	for i, a := range c.Args {
		switch a.kind {
		case argInt:
			o.args[i] = uintptr(a.n)
		case argText:
			o.args[i] = uintptr(unsafe.Pointer(&l.text[a.n]))
		case argVector:
			o.args[i] = uintptr(unsafe.Pointer(&l.vectors[a.n]))
		case argSlot:
			o.args[i] = uintptr(unsafe.Pointer(&l.slots[a.n]))
			o.load |= 1 << i
		case argSlotAddress:
			o.args[i] = uintptr(unsafe.Pointer(&l.slots[a.n]))
		case argRights:
			h := rights(l.text[a.n>>8:], int(a.n&0xff))
			l.rights = append(l.rights, h)
			o.args[i] = uintptr(unsafe.Pointer(h))
		case argMoved:
			o.args[i] = uintptr(a.n >> 8)
		case argFile:
			o.args[i] = uintptr(files[a.n])
		case argFilter:
			// The kernel copies the code: it needs no alignment.
			f := &unix.SockFprog{Len: uint16(a.n), Filter: (*unix.SockFilter)(unsafe.Pointer(&l.text[a.n>>16]))}
			l.filters = append(l.filters, f)
			o.args[i] = uintptr(unsafe.Pointer(f))
		}
	}
}

// keep marks the point up to which l's memory may still be used by a walk.
func (l *linked) keep() { runtime.KeepAlive(l) }
