package why

import (
	"bufio"
	"cmp"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"snug/seccomp/notify"
)

// net is an address that was tried.
type net struct {
	notify.Address
	times    uint64
	programs []string
	answered bool // somebody inside listens there
}

// Host is an address that a command tried, and has no network for.
type Host struct {
	// Address is a host and a port, or the name of an abstract socket after an @; "" if all
	// that is known is the Name.
	Address string
	// Name is the host name that was looked up.
	Name     string
	Times    uint64
	Programs []string
	About    string
	Allow    string
}

// dns is the port of name servers.
const dns = 53

// sawAddress is told of an address.
func (w *Witness) sawAddress(t *notify.Touch, a *notify.Address) {
	if !w.outOfReach(a) {
		return
	}
	answered := w.answersInside(t.Thread(), a)
	w.mu.Lock()
	defer w.mu.Unlock()
	key := keyOf(a)
	n := w.nets[key]
	if n == nil {
		if len(w.nets) >= mostNets {
			w.more = true
			return
		}
		if w.nets == nil {
			w.nets = map[string]*net{}
		}
		n = &net{Address: *a}
		w.nets[key] = n
	}
	n.times++
	n.answered = n.answered || answered
	n.programs = withProgram(n.programs, t)
}

// keyOf tells addresses apart; whoever asks for a name asks for the name.
func keyOf(a *notify.Address) string {
	if a.Query != "" {
		return "?" + a.Query
	}
	return a.Where.String() + "@" + a.Abstract
}

// outOfReach tells whether an address can only be reached with a flag.
func (w *Witness) outOfReach(a *notify.Address) bool {
	if a.Abstract != "" {
		return !w.View.ShareNet || w.View.Scoped
	}
	// Port 0 is how a libc asks for the way to a host.
	return !w.View.ShareNet && (a.Query != "" || a.Where.Port() != 0)
}

// loopback tells whether an address is one of the sandbox's own.
func loopback(a *notify.Address) bool {
	ip := a.Where.Addr()
	return ip.IsLoopback() || ip.IsUnspecified()
}

// answersInside tells whether somebody in the sandbox listens there.
func (w *Witness) answersInside(thread int, a *notify.Address) bool {
	switch dir := "/proc/" + strconv.Itoa(thread) + "/net/"; {
	case a.Abstract != "":
		return abstract(dir, a.Abstract)
	case a.Where.IsValid() && loopback(a):
		return listens(dir, a.Where.Port())
	case a.Query != "" && !a.Where.IsValid():
		return false // where the socket is connected has been looked at
	}
	return false
}

// listens reads /proc/net/tcp, and udp for name servers: whether there is a socket for that
// port that waits for others.
func listens(dir string, port uint16) bool {
	found := false
	look := func(fields []string) bool {
		_, hex, ok := strings.Cut(field(fields, 1), ":")
		n, err := strconv.ParseUint(hex, 16, 16)
		state := field(fields, 3)
		found = ok && err == nil && uint16(n) == port && (state == "0A" || state == "07")
		return !found
	}
	files := []string{"tcp", "tcp6"}
	if port == dns {
		files = append(files, "udp", "udp6")
	}
	for _, name := range files {
		if eachLine(dir+name, look); found {
			return true
		}
	}
	return false
}

// abstract tells whether there is such a socket.
func abstract(dir, name string) bool {
	found := false
	eachLine(dir+"unix", func(fields []string) bool {
		found = field(fields, 7) == "@"+strings.ReplaceAll(strings.TrimRight(name, "\x00"), "\x00", "@")
		return !found
	})
	return found
}

func field(fields []string, i int) string {
	if i < len(fields) {
		return fields[i]
	}
	return ""
}

// mostOfTable is how much of such a table is read: a sandbox can make many sockets.
const mostOfTable = 1 << 20

// eachLine calls f for every line of a file, until it has heard enough.
func eachLine(file string, f func(fields []string) bool) {
	in, err := os.Open(file)
	if err != nil {
		return
	}
	defer in.Close()
	for lines := bufio.NewScanner(io.LimitReader(in, mostOfTable)); lines.Scan(); {
		if !f(strings.Fields(lines.Text())) {
			return
		}
	}
}

// Hosts lists what was tried when the command has ended, names before addresses.
func (w *Witness) Hosts() []Host {
	return w.hosts(func(a *notify.Address) bool {
		if a.Abstract != "" {
			return abstract("/proc/net/", a.Abstract)
		}
		return listens("/proc/net/", a.Where.Port())
	})
}

// hosts leaves out what isn't there outside either, as far as outside can tell.
func (w *Witness) hosts(outside func(*notify.Address) bool) (list []Host) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, n := range w.nets {
		local := n.Abstract != "" || n.Query == "" && loopback(&n.Address)
		if n.answered || local && !outside(&n.Address) {
			continue
		}
		list = append(list, w.host(n))
	}
	slices.SortFunc(list, func(x, y Host) int {
		return cmp.Or(cmp.Compare(y.Name, x.Name), cmp.Compare(y.Times, x.Times), strings.Compare(x.Address, y.Address))
	})
	return list
}

func (w *Witness) host(n *net) Host {
	h := Host{Name: n.Query, Times: n.times, Programs: n.programs, Allow: "--share-net"}
	switch {
	case n.Abstract != "":
		h.Address, h.About = "@"+strings.TrimRight(n.Abstract, "\x00"), "an abstract socket of the host's, which Landlock holds as well"
		switch {
		case w.View.ShareNet:
			h.Allow = "--no-landlock"
		case w.View.Scoped:
			h.Allow += " --no-landlock"
		}
		return h
	case n.Where.IsValid():
		h.Address = n.Where.String()
	}
	switch {
	case n.Query != "":
		h.About = "a host name was looked up"
	case n.Where.Port() == dns:
		h.About = "a name server: host names were looked up there"
	case loopback(&n.Address):
		h.About = "a service of this machine, which the sandbox's own loopback doesn't reach"
	}
	return h
}
