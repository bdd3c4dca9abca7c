//go:build peers

package confine

import (
	"fmt"
	"os/exec"
	"os/user"
	"strings"

	"snug/test/confine/bait"
)

// peers are the strictest lines that a careful user would write for the same job:
// an ordinary program, the host's files to read, one project to write.
var peers = []Contestant{
	{"bwrap", "self", noCaps, bubblewrap},
	{"firejail", "self", noCaps, firejail},
}

// bubblewrap leaves the choice of system calls, limits and names in the project to
// its user; a line can't say them.
func bubblewrap(h *bait.Host) []string {
	line := strings.Fields(`bwrap --unshare-all --unshare-user --disable-userns --die-with-parent --new-session --cap-drop ALL
		--hostname localhost --ro-bind / / --dev /dev --proc /proc
		--tmpfs /tmp --tmpfs /var/tmp --tmpfs /run --tmpfs /home --tmpfs /root --tmpfs /mnt --tmpfs /media --clearenv`)
	return append(line, "--tmpfs", h.Home, "--bind", h.Project, h.Project, "--chdir", h.Project,
		"--setenv", "PATH", "/usr/bin:/bin", "--setenv", "HOME", h.Home, "--setenv", "XDG_RUNTIME_DIR", "/run")
}

// firejail takes its environment from outside, so that is cleared before; the home
// it makes private is that of the account. What it
// whitelists in /tmp makes the rest of /tmp its own.
func firejail(h *bait.Host) []string {
	line := []string{"env", "-i", "PATH=/usr/bin:/bin"}
	if u, err := user.Current(); err == nil {
		line = append(line, "HOME="+u.HomeDir, "USER="+u.Username)
	}
	return append(line, strings.Fields(`firejail --quiet --noprofile --caps.drop=all --nonewprivs --noroot --nogroups
		--seccomp --seccomp.block-secondary --protocol=unix,inet,inet6,netlink --restrict-namespaces
		--net=none --hostname=localhost --ipc-namespace --machine-id --private --private-dev --private-cache --disable-mnt
		--nodvd --noinput --no3d --noprinters --nosound --notv --nou2f --novideo --dbus-user=none --dbus-system=none
		--rlimit-nproc=2048 --whitelist=`+h.Project)...)
}

// usable says why a contestant can't take part, if so.
func usable(c *Contestant, h *bait.Host) error {
	line := append(c.line(h), "true")
	if out, err := exec.Command(line[0], line[1:]...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %.200s", c.Name, err, out)
	}
	return nil
}
