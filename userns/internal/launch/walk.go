package launch

import (
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
)

// call does one op. The words that load marks are addresses of slots in l,
// which keeps them alive.
//
//go:nocheckptr
func (l *linked) call(o *op) unix.Errno {
	a := o.args
	for i := range a {
		if o.load&(1<<i) != 0 {
			a[i] = l.slots[l.slotAt(a[i])]
		}
	}
	r, _, errno := unix.RawSyscall6(o.nr, a[0], a[1], a[2], a[3], a[4], a[5])
	switch {
	case errno != 0 && slices.Contains(o.allow[:], uint32(errno)):
		return 0
	case errno != 0:
		return errno
	}
	if o.out != 0 {
		l.slots[l.slotAt(o.out)] = r
	}
	if o.exact != 0 && int64(r) != o.want {
		return unix.ECANCELED
	}
	return 0
}

// slotAt is the index of the slot at an address.
func (l *linked) slotAt(addr uintptr) uintptr {
	return (addr - uintptr(unsafe.Pointer(unsafe.SliceData(l.slots)))) / unsafe.Sizeof(uintptr(0))
}
