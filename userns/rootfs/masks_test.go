package rootfs

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMasks: what tells about the machine is covered, but for what the user asks
// to see.
func TestMasks(t *testing.T) {
	host := debian.with(`/sys/firmware/acpi/ /sys/power/state /sys/fs/cgroup/ /etc/machine-id /var/lib/dbus/machine-id`)
	const (
		made     = `mkfile "/run/machine-id" mode 444`
		id       = `bind "/etc/machine-id" from "run/machine-id" inner ro walked`
		busID    = `bind "/var/lib/dbus/machine-id" from "run/machine-id" inner ro walked`
		firmware = `bind "/sys/firmware" from "sys/fs/cgroup" inner ro walked`
		power    = `bind "/sys/power" from "sys/fs/cgroup" inner ro walked`
	)
	wish := func(path string) func(*Request) {
		return func(r *Request) {
			r.Mounts = append(r.Mounts, Mount{Source: path, Target: path, ReadOnly: true})
		}
	}
	all := []string{firmware, power, made, id, busID}
	for name, c := range map[string]struct {
		host machine
		r    *Request
		want []string
	}{
		"all":                        {host, plain(), all},
		"a machine without":          {debian, plain(), nil},
		"namespaces inside":          {host, plain(func(r *Request) { r.MaskSys = false }), []string{made, id, busID}},
		"the host's /sys":            {host, plain(func(r *Request) { r.HostSys = true }), []string{made, id, busID}},
		"/sys as a wish":             {host, plain(wish("/sys")), []string{made, id, busID}},
		"the machine's id as a wish": {host, plain(wish("/etc/machine-id")), []string{firmware, power, made, busID}},
		"/etc as a wish":             {host, plain(func(r *Request) { r.Mounts = []Mount{{Source: "/opt", Target: "/etc"}} }), []string{firmware, power, made, busID}},
		"the host's /run":            {host, plain(wish("/run")), []string{firmware, power}},
		"a root file system":         {host.with("/srv/x/etc/machine-id"), plain(inRoot("/srv/x")), []string{firmware, power}},
	} {
		t.Run(name, func(t *testing.T) {
			c.r.MaskSys = c.r.MaskSys || name != "namespaces inside"
			a := &arranger{Request: c.r, tree: newTree(c.host)}
			if err := a.all(); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range a.masks() {
				got = append(got, s.line())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("masks (-want +got):\n%s", diff)
			}
			steps, err := Arrange(c.r, c.host)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := carryOut(c.host, steps); err != nil {
				t.Error(err)
			}
			if len(got) > 0 && !slices.ContainsFunc(steps, func(s Step) bool { return s.line() == got[0] }) {
				t.Error("the masks aren't among the steps")
			}
		})
	}
}
