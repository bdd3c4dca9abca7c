package cgroupv2

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// address is a socket on which a systemd manager may be reached.
type address struct {
	socket string // a path, or @NAME for an abstract one
	bus    bool   // a bus in between, which wants to be greeted
}

func (a address) String() string { return a.socket }

// managerAddresses lists where this user's manager may be, in the order in which it is
// asked: the bus that the environment names, the user's own bus, the manager's own
// socket. Where the first two are one, as in every ordinary login, the manager's socket
// beside it comes first: no bus in between makes half the round trips, and systemctl
// does so, too. Only sockets that exist already are named: unixexec:, autolaunch: and
// dbus-launch, which libraries fall back to, start programs or buses.
func managerAddresses(getenv func(string) string, euid int) []address {
	if euid == 0 {
		return []address{{"/run/systemd/private", false}, {"/run/dbus/system_bus_socket", true}}
	}
	list := parseBusAddress(getenv("DBUS_SESSION_BUS_ADDRESS"))
	for _, dir := range runtimeDirs(getenv("XDG_RUNTIME_DIR"), euid) {
		bus, private := address{dir + "/bus", true}, address{dir + "/systemd/private", false}
		if len(list) == 0 || list[0] == bus {
			list = append([]address{private}, list...)
		}
		list = append(list, bus, private)
	}
	return unique(list)
}

// runtimeDirs are the directories in which a user manager puts its sockets: the one
// that the environment names, and without one the usual, which cron and su don't name.
func runtimeDirs(named string, euid int) []string {
	if strings.HasPrefix(named, "/") {
		return []string{strings.TrimRight(named, "/")}
	}
	usual := "/run/user/" + strconv.Itoa(euid)
	var st unix.Stat_t
	if unix.Lstat(usual, &st) != nil || int(st.Uid) != euid || st.Mode&unix.S_IFMT != unix.S_IFDIR {
		return nil
	}
	return []string{usual}
}

// parseBusAddress reads the D-Bus specification's "Server Addresses", of which only
// sockets of this machine count.
func parseBusAddress(text string) (list []address) {
	for one := range strings.SplitSeq(text, ";") {
		pairs, ok := strings.CutPrefix(one, "unix:")
		if !ok {
			continue
		}
		for pair := range strings.SplitSeq(pairs, ",") {
			key, value, _ := strings.Cut(pair, "=")
			value, ok := unpercent(value)
			if !ok || value == "" {
				continue
			}
			switch key {
			case "path":
				list = append(list, address{value, true})
			case "abstract":
				list = append(list, address{"@" + value, true})
			}
		}
	}
	return list
}

// unpercent undoes the %XX of D-Bus addresses.
func unpercent(s string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		if i+3 > len(s) {
			return "", false
		}
		n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
		if err != nil {
			return "", false
		}
		b.WriteByte(byte(n))
		i += 2
	}
	return b.String(), true
}

func unique(list []address) (out []address) {
	seen := map[string]bool{}
	for _, a := range list {
		if !seen[a.socket] {
			seen[a.socket] = true
			out = append(out, a)
		}
	}
	return out
}

func environment() []address { return managerAddresses(os.Getenv, os.Geteuid()) }
