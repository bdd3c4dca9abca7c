package confine

import (
	"fmt"
	"os"
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

// environ is the caller's, with secrets in it.
func environ(h *bait.Host) []string {
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + h.Home, "SNUG_PORTABLE=" + os.Getenv("SNUG_PORTABLE")}
	for _, name := range h.Env {
		env = append(env, fmt.Sprintf("%s=%s", name, h.Marker))
	}
	return env
}
