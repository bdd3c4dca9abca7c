package house

import (
	"slices"
	"strings"
)

// module is the path of this module; an import that begins with it is one of our rooms.
const module = "snug"

// kind is the floor a room is on. Arrows point from a floor to a lower one.
type kind int

const (
	nowhere  kind = iota // not a room of the house
	command              // cmd/snug
	library              // userns
	leaf                 // idmap, seccomp, userns/rootfs ...: they never meet each other
	beside               // cgroupv2: meets the others through descriptors, never by import
	internal             // userns/internal/...
	testRoom             // test: looks at everything, is seen by nobody
)

// room tells where a package, given by its directory, lives: its kind, and its name
// without what is nested in it.
func room(dir string) (kind, string) {
	part := strings.Split(dir, "/")
	switch {
	case part[0] == "test":
		return testRoom, "test"
	case len(part) >= 2 && part[0] == "cmd" && part[1] == "snug":
		return command, "cmd/snug"
	case dir == "userns":
		return library, "userns"
	case len(part) >= 3 && part[0] == "userns" && part[1] == "internal":
		return internal, "userns/internal/" + part[2]
	case len(part) >= 2 && part[0] == "userns" && part[1] != "internal":
		return leaf, "userns/" + part[1]
	case part[0] == "idmap" || part[0] == "seccomp":
		return leaf, part[0]
	case part[0] == "cgroupv2":
		return beside, part[0]
	}
	return nowhere, dir
}

const (
	anywhere  = "anywhere"
	testsOnly = "tests"
)

// modules lists what may be linked, and where: in a room, or in one file of it. A module that is not here is a decision
// nobody has taken.
var modules = []struct {
	path  string
	rooms []string
}{
	{"golang.org/x/sys", []string{anywhere}},
	{"github.com/alecthomas/kong", []string{"cmd/snug"}},
	{"github.com/godbus/dbus", []string{"cgroupv2"}},
	{"github.com/coreos/go-systemd", []string{"cgroupv2"}},
	{"github.com/pelletier/go-toml", []string{"seccomp/toml.go", "userns/profile"}},
	{"github.com/rogpeppe/go-internal", []string{testsOnly}},
	{"github.com/google/go-cmp", []string{testsOnly}},
	{"github.com/moby/profiles", []string{testsOnly}}, // the seccomp profile of the real world
}

// moduleAllowed tells whether a file in a room may import a package of another module.
func moduleAllowed(importPath, room, file string, inTests bool) bool {
	for _, m := range modules {
		if importPath == m.path || strings.HasPrefix(importPath, m.path+"/") {
			return inTests || slices.Contains(m.rooms, anywhere) || slices.Contains(m.rooms, room) || slices.Contains(m.rooms, file)
		}
	}
	return false
}
