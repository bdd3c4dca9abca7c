package idmap

// Kind is one of the two kinds of ids that a user namespace maps.
type Kind int

// Both kinds are granted to users: /etc/subgid, too, is keyed by user.
const (
	UIDs Kind = iota
	GIDs
)

// String gives the short name of one id of the kind.
func (k Kind) String() string { return k.pick("uid", "gid") }

func (k Kind) pick(uid, gid string) string {
	if k == UIDs {
		return uid
	}
	return gid
}

// other is for advice: who lacks the one usually lacks the other.
func (k Kind) other() Kind {
	if k == UIDs {
		return GIDs
	}
	return UIDs
}

func (k Kind) file() string    { return k.pick("/etc/subuid", "/etc/subgid") }
func (k Kind) mapFile() string { return k.pick("uid_map", "gid_map") }
func (k Kind) helper() string  { return k.pick("newuidmap", "newgidmap") }
func (k Kind) addFlag() string { return k.pick("--add-subuids", "--add-subgids") }

// capability is what the helper needs, with its number in capability.h.
func (k Kind) capability() (name string, bit uint) {
	if k == UIDs {
		return "cap_setuid", 7
	}
	return "cap_setgid", 6
}
