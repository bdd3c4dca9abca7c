package idmap

import (
	"errors"
	"strings"
	"syscall"
)

// facts is all that the choice of a cause depends on. [probe] fills it after a
// failure; tests fill it by hand.
type facts struct {
	kind Kind
	pid  int // 0 when there is no target yet
	uid  uint32

	path   string // of the helper; empty if there is none
	setuid bool
	owner  uint32 // of the helper's file
	caps   bool   // the file has the capability the helper needs
	nosuid bool   // the file system it lies on is mounted nosuid

	noNewPrivs bool // the caller is under no_new_privs
	unbounded  bool // the caller's bounding set has the capability

	gone     bool   // the target is no more
	written  bool   // the target's map is not empty
	mapOwner uint32 // of /proc/PID/uid_map

	module string // the plug-in that grants ids instead of the files
	noFile bool   // /etc/subuid or /etc/subgid does not exist
	free   Range  // ids that the files grant to nobody; with noFile only

	said      string // by the helper, on stderr
	ended     error  // how it ended
	cancelled error  // the error of the caller's context
}

// overflowID stands for an id that the user namespace does not map
// (/proc/sys/kernel/overflowuid).
const overflowID = 65534

// nested tells if the caller is in a user namespace without the root that owns
// the helper: the kernel then grants it nothing, neither by the set-user-id bit
// nor by capabilities. What it says about grants is then beside the point,
// since the uid it looks up is one of the namespace.
func (f *facts) nested() bool { return f.path != "" && f.owner == overflowID }

// unstartable tells if there was no helper to say anything.
func (f *facts) unstartable() bool {
	_, ok := errors.AsType[syscall.Errno](f.ended)
	return ok
}

// denied tells if the helper passed on a refusal of the kernel's, or if that is
// not excluded: one that may not read the grants ends without a word.
func (f *facts) denied() bool {
	return f.said == "" && !f.unstartable() || f.says("Operation not permitted") || f.says("Permission denied") ||
		f.says("Could not set caps") || f.says("Could not seteuid")
}

func (f *facts) says(s string) bool { return strings.Contains(f.said, s) }
