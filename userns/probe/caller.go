package probe

import (
	"strconv"
	"strings"
)

// EffectiveUID is the caller's, as its user namespace has it; "" if it can't be told.
func (m Machine) EffectiveUID() string {
	ids := strings.Fields(m.Status("Uid"))
	if len(ids) < 2 {
		return ""
	}
	return ids[1]
}

// Lacks says whether the caller's effective capabilities are known to be without that one.
func (m Machine) Lacks(capability uint) bool {
	set, err := strconv.ParseUint(m.Status("CapEff"), 16, 64)
	return err == nil && set>>capability&1 == 0
}

// Mapped says whether the user namespace around has an id for anybody. One whose maps are
// empty has none yet, and its processes are nobody's (user_namespaces(7)).
func (m Machine) Mapped() bool {
	for _, file := range []string{"/proc/self/uid_map", "/proc/self/gid_map"} {
		if m.has(file) && m.read(file) == "" {
			return false
		}
	}
	return true
}
