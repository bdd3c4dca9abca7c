package confine

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"snug/test/confine/bait"
)

// A Contestant is a command line that makes a sandbox.
type Contestant struct {
	Name string
	Mode string // of mapping ids, see [bait.Host]
	Caps string // what it promises
	line func(h *bait.Host) []string
}

const (
	noCaps = "0000000000000000"
	// What a root of a namespace is given: CHOWN DAC_OVERRIDE FOWNER FSETID KILL
	// SETGID SETUID SETPCAP NET_BIND_SERVICE SYS_CHROOT SETFCAP.
	containerCaps = "00000000800405fb"
)

// Snug in each way to map ids.
var Snug = []Contestant{
	snug("self", noCaps),
	snug("root", containerCaps, "-r"),
	snug("auto", containerCaps, "--map-auto"),
}

// reported is where snug answers in the place of the filter.
var reported = snug("self", noCaps, "--report")

func snug(mode, caps string, flags ...string) Contestant {
	name := strings.Join(append([]string{"snug", mode}, flags...), " ")
	return Contestant{name, mode, caps, func(h *bait.Host) []string {
		// A flag that changes nothing, to be looked for in pid 1.
		return append([]string{"snug", "run", h.Flag, "NOTHING"}, append(flags, "--")...)
	}}
}

// entered are those who enter a sandbox that runs, in each way to map ids.
func entered() []Contestant {
	if os.Getenv("SNUG_PORTABLE") == "1" || runtime.GOARCH != "amd64" {
		return nil // nobody can there, which a session of package script has seen
	}
	return []Contestant{enter("self", noCaps), enter("root", containerCaps, "-r"), enter("auto", containerCaps, "--map-auto")}
}

// visit starts a sandbox by the words before CMD, and has the words behind it enter. The variable
// that says where records are is bait, too.
const visit = `run=$(dirname "$HOME")/run; mkdir -m 700 -p "$run"
flags=; while [ "$1" != CMD ]; do flags="$flags $1"; shift; done; shift
name=$(XDG_RUNTIME_DIR=$run snug run -d $flags -- sleep 1000) || exit
XDG_RUNTIME_DIR=$run snug exec "$name" -- "$@"; status=$?
XDG_RUNTIME_DIR=$run snug rm -f "$name"; exit $status`

func enter(mode, caps string, flags ...string) Contestant {
	name := strings.Join(append([]string{"snug exec", mode}, flags...), " ")
	return Contestant{name, mode, caps, func(h *bait.Host) []string {
		return append([]string{"sh", "-c", visit, "sh", h.Flag, "NOTHING"}, append(flags, "CMD")...)
	}}
}

// environ is the caller's, with secrets in it.
func environ(h *bait.Host) []string {
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + h.Home, "SNUG_PORTABLE=" + os.Getenv("SNUG_PORTABLE")}
	for _, name := range h.Env {
		env = append(env, fmt.Sprintf("%s=%s", name, h.Marker))
	}
	return env
}
