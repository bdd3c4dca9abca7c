package seccomp

import (
	"fmt"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// Action is what the kernel does with a call: the value a filter returns for it. The zero
// Action kills the thread, so what is forgotten is forbidden.
type Action uint32

// The actions, see seccomp(2). [Errno] and [Trace] make the two that carry a number.
const (
	KillThread  Action = unix.SECCOMP_RET_KILL_THREAD  // the thread dies of SIGSYS; the rest of the process hangs on
	KillProcess Action = unix.SECCOMP_RET_KILL_PROCESS // the process dies of SIGSYS
	Trap        Action = unix.SECCOMP_RET_TRAP         // the thread gets a SIGSYS it can handle
	Notify      Action = unix.SECCOMP_RET_USER_NOTIF   // whoever holds the listener decides
	Log         Action = unix.SECCOMP_RET_LOG          // allowed, with a line in the audit log
	Allow       Action = unix.SECCOMP_RET_ALLOW        // allowed
)

// The masks of an action, as in linux/seccomp.h, and the highest errno the kernel passes on.
const (
	actionMask = 0xffff0000
	dataMask   = 0x0000ffff
	maxErrno   = 4095
)

// enosys is what a call that doesn't exist gives, on every architecture of [archs]. It is
// not unix.ENOSYS since that is the one of the machine we run on.
const enosys = Action(unix.SECCOMP_RET_ERRNO | 38)

// Errno refuses a call: it does nothing and gives this error.
func Errno(e syscall.Errno) Action { return unix.SECCOMP_RET_ERRNO | Action(e&dataMask) }

// Trace leaves a call to the tracer, which gets the message. Without a tracer the call
// gives ENOSYS.
func Trace(message uint16) Action { return unix.SECCOMP_RET_TRACE | Action(message) }

// String is the action as the text form writes it.
func (a Action) String() string {
	data := syscall.Errno(a & dataMask)
	switch a & actionMask {
	case unix.SECCOMP_RET_ERRNO:
		if name := unix.ErrnoName(data); name != "" {
			return "errno " + name
		}
		return "errno " + strconv.Itoa(int(data))
	case unix.SECCOMP_RET_TRACE:
		return "trace " + strconv.Itoa(int(data))
	}
	if w := plainWord(a); w != "" {
		return w
	}
	return fmt.Sprintf("action %#x", uint32(a))
}

// plain are the actions that are one word in the text form.
var plain = [...]named[Action]{
	{"allow", Allow},
	{"log", Log},
	{"notify", Notify},
	{"trap", Trap},
	{"kill", KillProcess},
	{"kill-thread", KillThread},
}

func plainWord(a Action) string {
	for _, p := range &plain {
		if p.value == a {
			return p.name
		}
	}
	return ""
}

func (a Action) valid() bool {
	switch a & actionMask {
	case unix.SECCOMP_RET_ERRNO:
		return a&dataMask <= maxErrno
	case unix.SECCOMP_RET_TRACE:
		return true
	}
	return plainWord(a) != ""
}

// errnoByName finds an error by its name. The names of the machine we run on serve for
// every architecture of [archs]: they have the same numbers.
func errnoByName(name string) (syscall.Errno, bool) {
	for e := syscall.Errno(1); e <= maxErrno; e++ {
		if name != "" && unix.ErrnoName(e) == name { // some numbers have no name
			return e, true
		}
	}
	return 0, false
}
