package probe

import (
	"strings"

	"snug/userns/internal/launch"
)

// Container names what this process is in, and what says so: "snug", "podman
// (/run/.containerenv)"; "" where nothing does, which need not be the host.
func (m Machine) Container() string {
	if name, _, _ := strings.Cut(m.read("/proc/1/cmdline"), "\x00"); name == launch.InitName {
		return "snug"
	}
	for _, mark := range []struct{ file, name string }{
		{"/run/.containerenv", "podman"},
		{"/.dockerenv", "docker"},
	} {
		if m.has(mark.file) {
			return mark.name + " (" + mark.file + ")"
		}
	}
	if name := m.read("/run/systemd/container"); name != "" { // systemd's note for everybody
		return name + " (/run/systemd/container)"
	}
	return ""
}

// InUserNamespace says whether this is not the user namespace that the machine booted
// with, which alone has every id.
func (m Machine) InUserNamespace() bool {
	ids := strings.Fields(m.read("/proc/self/uid_map"))
	return len(ids) > 0 && strings.Join(ids, " ") != "0 0 4294967295"
}
