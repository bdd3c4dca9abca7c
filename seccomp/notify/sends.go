package notify

import (
	"encoding/binary"
	"net/netip"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// resolver remembers which sockets were connected to a name server: what is sent there has
// no address. It forgets all when it has too many.
type resolver struct {
	mu   sync.Mutex
	asks map[[2]int]bool
}

// nameServer is the port of one.
const nameServer = 53

func (r *resolver) connected(thread, fd int, to Address) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := [2]int{thread, fd}
	delete(r.asks, key)
	if to.Where.Port() != nameServer {
		return
	}
	if r.asks == nil || len(r.asks) >= 64 {
		r.asks = map[[2]int]bool{}
	}
	r.asks[key] = true
}

// is tells whether a socket was connected to one.
func (r *resolver) is(thread, fd int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asks[[2]int{thread, fd}]
}

// sends reads where a socket is connected to or a message goes.
func (a *Asked) sends(t *Touch, name string, r *resolver) {
	fd := int(int32(a.Args[0]))
	switch name {
	case "connect":
		if to, file, ok := a.address(a.Args[1], a.Args[2]); ok {
			r.connected(a.Thread, fd, to)
			t.add(to, file)
		}
	case "sendto":
		a.message(t, r, fd, a.Args[4], a.Args[5], a.Args[1], a.Args[2])
	case "sendmsg":
		a.header(t, r, fd, a.Args[1])
	case "sendmmsg":
		// struct mmsghdr is a msghdr and a length, as wide as a pointer in an array.
		for i := range min(a.Args[2], mostMessages) {
			a.header(t, r, fd, a.Args[1]+i*(headerWords+1)*word)
		}
	}
}

// mostMessages of one sendmmsg are looked at: a look-up has two.
const mostMessages = 4

const (
	word        = strconv.IntSize / 8
	headerWords = 7 // of struct msghdr, each as wide as a pointer or padded to it
)

// header reads struct msghdr: name, its length, the parts of the message.
func (a *Asked) header(t *Touch, r *resolver, fd int, at uint64) {
	b, ok := exactly(a.Thread, at, headerWords*word)
	if !ok {
		return
	}
	part, ok := exactly(a.Thread, wordOf(b[2*word:]), 2*word)
	if !ok || wordOf(b[3*word:]) == 0 {
		part = make([]byte, 2*word)
	}
	a.message(t, r, fd, wordOf(b), uint64(binary.NativeEndian.Uint32(b[word:])), wordOf(part), wordOf(part[word:]))
}

func wordOf(b []byte) uint64 {
	if word == 4 {
		return uint64(binary.NativeEndian.Uint32(b))
	}
	return binary.NativeEndian.Uint64(b)
}

// message is one that is sent, to an address of its own or to where its socket is connected.
func (a *Asked) message(t *Touch, r *resolver, fd int, to, length, text, size uint64) {
	var where Address
	var file string
	if to != 0 {
		var ok bool
		if where, file, ok = a.address(to, length); !ok {
			return
		}
	} else if !r.is(a.Thread, fd) {
		return
	}
	if to == 0 || where.Where.Port() == nameServer {
		if b, ok := bytesAt(a.Thread, text, int(min(size, longestQuery))); ok {
			where.Query = hostName(b)
		}
	}
	t.add(where, file)
}

func (t *Touch) add(to Address, file string) {
	if file != "" {
		t.Files = append(t.Files, File{Path: file, Use: Connect})
	} else if to.Where.IsValid() || to.Abstract != "" || to.Query != "" {
		t.Network = append(t.Network, to)
	}
}

// address reads struct sockaddr: an address of the network's, or a socket's name.
func (a *Asked) address(at, length uint64) (to Address, file string, ok bool) {
	b, ok := bytesAt(a.Thread, at, int(min(length, 128)))
	if !ok || len(b) < 2 {
		return to, "", false
	}
	port := func() uint16 { return binary.BigEndian.Uint16(b[2:]) }
	switch family := binary.NativeEndian.Uint16(b); {
	case family == unix.AF_INET && len(b) >= 8:
		to.Where = netip.AddrPortFrom(netip.AddrFrom4([4]byte(b[4:])), port())
	case family == unix.AF_INET6 && len(b) >= 24:
		to.Where = netip.AddrPortFrom(netip.AddrFrom16([16]byte(b[8:])).Unmap(), port())
	case family == unix.AF_UNIX && len(b) > 3 && b[2] == 0:
		to.Abstract = string(b[3:])
	case family == unix.AF_UNIX && len(b) > 2:
		name, _, _ := strings.Cut(string(b[2:]), "\x00")
		file, ok = absolute(a.Thread, atCwd, name)
	default:
		return to, "", false
	}
	return to, file, ok
}

// longestQuery is what a name server takes in one message at least.
const longestQuery = 512

// hostName gives the host name that a message to a name server asks for (RFC 1035, 4.1), ""
// if it isn't a plain question.
func hostName(b []byte) string {
	if len(b) < 12 || b[2]&0xf8 != 0 || binary.BigEndian.Uint16(b[4:]) != 1 {
		return ""
	}
	var labels []string
	for b = b[12:]; len(b) > 0 && b[0] != 0; b = b[1+int(b[0]):] {
		if b[0] > 63 || int(b[0])+1 > len(b) {
			return ""
		}
		labels = append(labels, string(b[1:1+int(b[0])]))
	}
	if name := strings.Join(labels, "."); len(b) >= 5 && len(name) < 254 {
		return name
	}
	return ""
}
