package cgroupv2

import (
	"slices"
	"strings"
)

// delegatable are the controllers that are of use to a user's manager. Debian's systemd
// delegates cpu, memory and pids by default (252 and 257 alike), upstream's as well.
var delegatable = []string{"cpu", "cpuset", "io", "memory", "pids"}

// delegationFix is how root hands controllers down to users' managers, as a command that
// can be pasted. It delegates all that are of use, so that nobody has to come back with
// the next one. A manager that runs looks for new controllers when it executes itself
// anew, which ends nothing of what it runs; a reload is not enough (tried on both).
func delegationFix(controllers ...string) string {
	list := slices.Clone(delegatable)
	for _, c := range controllers {
		if c != "" && !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	return `as root: mkdir -p /etc/systemd/system/user@.service.d && printf '[Service]\nDelegate=` + strings.Join(list, " ") +
		`\n' >/etc/systemd/system/user@.service.d/delegate.conf && systemctl daemon-reload; then, as yourself: systemctl --user daemon-reexec`
}
