package profile

// Kind is what a key takes.
type Kind uint8

// The kinds.
const (
	Switch Kind = iota // true or false
	Text               // a string, or a number
	List               // an array of strings
)

// key is a word of a profile. All but the first two are flags of snug run.
type key struct {
	name  string
	kind  Kind
	check func(string) string // what is wrong with a value, "" if nothing can be said here
	group group               // those of one group exclude each other
	role  role
}

// group is what keys are different words for.
type group uint8

const (
	alone group = iota
	identity
	project
	hostName
)

// role is how a key differs from a plain setting.
type role uint8

const (
	setting  role = iota
	about         // says something about the profile
	mount         // is a mount, whose order matters
	variable      // changes the environment, in order
)

// keys is all that can be said. A test of cmd/snug holds them against the grammar.
var keys = [...]key{
	{name: "description", kind: Text, role: about},
	{name: "profile", kind: List, check: checkName, role: about},

	{name: "map-root-user", kind: Switch, group: identity},
	{name: "map-auto", kind: Switch, group: identity},
	{name: "cap-add", kind: List, check: checkWord},
	{name: "cap-drop", kind: List, check: checkWord},
	{name: "allow-userns", kind: Switch},
	{name: "seccomp", kind: Text, check: checkSeccomp},
	{name: "seccomp-add", kind: List, check: checkFilled},
	{name: "seccomp-drop", kind: List, check: checkFilled},
	{name: "require", kind: List, check: checkWord},

	{name: "project", kind: Text, check: checkPath, group: project},
	{name: "no-project", kind: Switch, group: project},
	{name: "allow-write", kind: List, check: checkFilled},
	{name: "rw", kind: List, check: checkPath, role: mount},
	{name: "rw-try", kind: List, check: checkPath, role: mount},
	{name: "cache", kind: List, check: checkPath, role: mount},
	{name: "volume", kind: List, check: checkVolume, role: mount},
	{name: "tmpfs", kind: List, check: checkPath, role: mount},
	{name: "dir", kind: List, check: checkPath, role: mount},
	{name: "ro", kind: List, check: checkPath, role: mount},
	{name: "ro-try", kind: List, check: checkPath, role: mount},
	{name: "chdir", kind: Text, check: checkPath},
	{name: "tmpfs-size", kind: Text, check: checkFilled},

	{name: "clearenv", kind: Switch, role: variable},
	{name: "unsetenv", kind: List, check: checkVariable, role: variable},
	{name: "env", kind: List, check: checkAssignment, role: variable},
	{name: "env-keep", kind: List, check: checkVariable},

	{name: "share-net", kind: Switch},
	{name: "share-pid", kind: Switch},
	{name: "share-ipc", kind: Switch},
	{name: "share-uts", kind: Switch, group: hostName},
	{name: "share-cgroup", kind: Switch},
	{name: "hostname", kind: Text, check: checkFilled, group: hostName},

	{name: "timeout", kind: Text, check: checkDuration},
	{name: "stop-signal", kind: Text, check: checkSignal},
	{name: "stop-timeout", kind: Text, check: checkDuration},
	{name: "rlimit", kind: List, check: checkFilled},

	{name: "memory", kind: Text, check: checkFilled},
	{name: "memory-swap", kind: Text, check: checkFilled},
	{name: "memory-high", kind: Text, check: checkFilled},
	{name: "cpus", kind: Text, check: checkFilled},
	{name: "cpu-weight", kind: Text, check: checkFilled},
	{name: "cpuset-cpus", kind: Text, check: checkFilled},
	{name: "pids-limit", kind: Text, check: checkFilled},
	{name: "io-max", kind: List, check: checkFilled},
	{name: "io-weight", kind: Text, check: checkFilled},
	{name: "property", kind: List, check: checkFilled},
	{name: "limits", kind: Text, check: checkFilled},
	{name: "cgroup", kind: Switch},
}

// find gives the index of a key, or -1.
func find(name string) int {
	for i := range keys {
		if keys[i].name == name {
			return i
		}
	}
	return -1
}

// Keys calls yield for every key and what it takes, in the order they are listed in.
func Keys(yield func(name string, kind Kind) bool) {
	for i := range keys {
		if !yield(keys[i].name, keys[i].kind) {
			return
		}
	}
}

// Setting says whether a key is a flag of snug run, and not about the profile itself.
func Setting(name string) bool {
	i := find(name)
	return i >= 0 && keys[i].role != about
}

// Ordered says whether a key is a mount or changes the environment: see [Stack.Mounts] and
// [Stack.Variables].
func Ordered(name string) bool {
	i := find(name)
	return i >= 0 && (keys[i].role == mount || keys[i].role == variable)
}
