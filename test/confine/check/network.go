package check

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
)

var networkChecks = []Check{
	{"only-loopback", Critical, "the network", "lo, and that a private one", onlyLoopback},
	{"sys-network", Low, "names of the host's interfaces", "/sys shows lo", sysNetwork},
	{"host-ports", Critical, "services of the host, v4 and v6", "no address of it answers", hostPorts},
	{"abstract-sockets", Critical, "X11, containerd (CVE-2020-15257)", "no abstract socket answers", abstractSockets},
	{"sockets-in-files", Critical, "agents, docker, tmux, editors", "no socket in a file answers", socketsInFiles},
	{"services", Critical, "user bus, systemd, journal, resolved", "none of the known sockets answers", services},
	{"packet-sockets", High, "raw and packet sockets", "refused", packetSockets},
	{"socket-families", Medium, "rare protocols (AF_ALG, VSOCK, RDS ...)", "unix, inet, inet6, netlink route alone", socketFamilies},
	{"netlink-families", Medium, "xfrm, netfilter, audit, uevents", "route alone", netlinkFamilies},
}

func onlyLoopback(*bait.Host) error {
	interfaces, err := net.Interfaces()
	if err != nil {
		return err
	}
	if len(interfaces) != 1 || interfaces[0].Name != "lo" {
		return fmt.Errorf("%v", interfaces)
	}
	return nil
}

func sysNetwork(*bait.Host) error {
	if got := list("/sys/class/net"); len(got) > 1 {
		return fmt.Errorf("/sys/class/net has %v", got)
	}
	return nil
}

func hostPorts(h *bait.Host) error {
	return each(h.TCP, func(address string) error { return dial("tcp", address) })
}

func abstractSockets(h *bait.Host) error { return dial("unix", "@"+h.Abstract) }

func socketsInFiles(h *bait.Host) error {
	return each(h.Unix, func(path string) error { return dial("unix", path) })
}

func dial(network, address string) error {
	c, err := net.DialTimeout(network, address, 2*time.Second)
	if err == nil {
		c.Close()
	}
	return refusal("connecting to "+address, err)
}

// known are where services listen, with the user's number for UID.
var known = []string{
	"/run/user/UID/bus", "/run/user/UID/systemd/private", "/run/user/UID/systemd/notify", "/run/user/UID/gnupg/S.gpg-agent",
	"/run/user/UID/keyring/ssh", "/run/user/UID/keyring/control", "/run/user/UID/wayland-0", "/run/user/UID/pulse/native",
	"/run/user/UID/pipewire-0", "/run/user/UID/podman/podman.sock", "/run/user/UID/docker.sock", "/tmp/tmux-UID/default",
	"/run/dbus/system_bus_socket", "/run/systemd/private", "/run/systemd/notify", "/run/systemd/journal/socket",
	"/run/systemd/journal/stdout", "/run/systemd/journal/dev-log", "/run/systemd/resolve/io.systemd.Resolve",
	"/run/systemd/userdb/io.systemd.DynamicUser", "/run/systemd/io.systemd.Login", "/run/ssh-unix-local/socket", "/run/udev/control",
	"/run/docker.sock", "/run/podman/podman.sock", "/run/containerd/containerd.sock", "/run/snapd.socket", "/run/libvirt/libvirt-sock",
	"/run/nscd/socket", "/run/avahi-daemon/socket", "/run/cups/cups.sock", "/tmp/.X11-unix/X0", "@/tmp/.X11-unix/X0",
}

// services are those the machine happens to have. A datagram socket is one, too.
func services(h *bait.Host) error {
	return each(known, func(path string) error {
		path = strings.ReplaceAll(path, "UID", strconv.Itoa(h.UID))
		return errors.Join(dial("unix", path), dial("unixgram", path))
	})
}

func packetSockets(*bait.Host) error {
	for what, args := range map[string][2]int{"packet": {unix.AF_PACKET, unix.SOCK_RAW}, "raw": {unix.AF_INET, unix.SOCK_RAW}, "raw v6": {unix.AF_INET6, unix.SOCK_RAW}} {
		fd, err := unix.Socket(args[0], args[1]|unix.SOCK_CLOEXEC, unix.IPPROTO_ICMP)
		if err == nil {
			unix.Close(fd)
			return errors.New("a " + what + " socket")
		}
	}
	return nil
}

// trySocket says what is wrong if a socket can be made.
func trySocket(family, kind, protocol int) error {
	fd, err := unix.Socket(family, kind|unix.SOCK_CLOEXEC, protocol)
	if err != nil {
		return nil
	}
	unix.Close(fd)
	return fmt.Errorf("a socket of family %d, type %d, protocol %d", family, kind, protocol)
}

// socketFamilies asks for each there is, of each type.
func socketFamilies(*bait.Host) error {
	ordinary := []int{unix.AF_UNIX, unix.AF_INET, unix.AF_INET6, unix.AF_NETLINK}
	for family := range unix.AF_MAX + 8 {
		for _, kind := range []int{unix.SOCK_STREAM, unix.SOCK_DGRAM, unix.SOCK_RAW, unix.SOCK_SEQPACKET} {
			if slices.Contains(ordinary, family) {
				continue
			}
			if err := trySocket(family, kind, 0); err != nil {
				return err
			}
		}
	}
	return nil
}

func netlinkFamilies(*bait.Host) error {
	for protocol := range 32 {
		if protocol == unix.NETLINK_ROUTE {
			continue
		}
		if err := trySocket(unix.AF_NETLINK, unix.SOCK_RAW, protocol); err != nil {
			return err
		}
	}
	return nil
}
