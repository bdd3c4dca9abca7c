package cgroupv2

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// fakeBus is a socket that speaks D-Bus as far as a script lets it. It is bus and
// manager in one.
type fakeBus struct {
	path string

	mu    sync.Mutex
	calls []string // members called, in order, of all connections
	flags map[string]dbus.Flags
	conns int
	open  []net.Conn

	// answer decides about a call: the body of the reply, or an error's name. A nil
	// function answers as a systemd does that is willing and quick.
	answer func(f *fakeBus, member string, body []any) reply
	// silentAuth is a peer that takes connections and says nothing.
	silentAuth bool
	// dropAfterAuth closes the connection after the handshake.
	dropAfterAuth bool
}

// reply is what the fake says to a call.
type reply struct {
	body   []any
	err    string      // name of a D-Bus error
	hang   bool        // says nothing, ever
	drop   bool        // closes the connection
	signal *dbusSignal // comes after the reply
}

type dbusSignal struct {
	member string
	body   []any
}

const manageIface = "org.freedesktop.systemd1.Manager"

// newFakeBus listens, and has the environment name it as the only manager there is.
func newFakeBus(t *testing.T, f *fakeBus) *fakeBus {
	t.Helper()
	dir := t.TempDir()
	f.path = filepath.Join(dir, "bus")
	l, err := net.Listen("unix", f.path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		l.Close()
		f.mu.Lock()
		defer f.mu.Unlock()
		for _, c := range f.open {
			c.Close()
		}
	})
	go f.accept(l)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+f.path)
	t.Setenv("XDG_RUNTIME_DIR", dir)
	return f
}

func (f *fakeBus) accept(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		f.mu.Lock()
		f.conns++
		f.open = append(f.open, c)
		f.mu.Unlock()
		go f.serve(c)
	}
}

func (f *fakeBus) serve(c net.Conn) {
	defer c.Close()
	in := bufio.NewReader(c)
	if f.silentAuth {
		in.ReadString(0xff) // until the peer goes away
		return
	}
	if !handshakeServer(in, c) || f.dropAfterAuth {
		return
	}
	serial := uint32(1)
	send := func(m *dbus.Message) {
		f.mu.Lock()
		defer f.mu.Unlock()
		serial++
		c.Write(encoded(m, serial))
	}
	for {
		m, err := dbus.DecodeMessage(in)
		if err != nil {
			return
		}
		member, _ := m.Headers[dbus.FieldMember].Value().(string)
		f.mu.Lock()
		f.calls = append(f.calls, member)
		if f.flags == nil {
			f.flags = map[string]dbus.Flags{}
		}
		f.flags[member] = m.Flags
		f.mu.Unlock()
		r := f.reply(member, m.Body)
		switch {
		case r.drop:
			return
		case r.hang:
			continue
		}
		send(replyTo(m, r))
		if r.signal != nil {
			f.broadcast(signalMessage(r.signal))
		}
	}
}

// broadcast sends a signal to everybody, as to somebody who is subscribed: who listens
// for signals has another connection than who calls.
func (f *fakeBus) broadcast(m *dbus.Message) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, c := range f.open {
		c.Write(encoded(m, 1<<16+uint32(i)))
	}
}

// encoded is a message with a serial number, which the library keeps to itself: bytes 8
// to 11 of the header.
func encoded(m *dbus.Message, serial uint32) []byte {
	var b bytes.Buffer
	m.EncodeTo(&b, binary.LittleEndian)
	binary.LittleEndian.PutUint32(b.Bytes()[8:], serial)
	return b.Bytes()
}

func handshakeServer(in *bufio.Reader, c net.Conn) bool {
	if b, err := in.ReadByte(); err != nil || b != 0 {
		return false
	}
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return false
		}
		switch line = strings.TrimSpace(line); {
		case line == "AUTH":
			c.Write([]byte("REJECTED EXTERNAL\r\n"))
		case strings.HasPrefix(line, "AUTH EXTERNAL"), strings.HasPrefix(line, "DATA"):
			c.Write([]byte("OK 0123456789abcdef0123456789abcdef\r\n"))
		case line == "BEGIN":
			return true
		default:
			c.Write([]byte("ERROR\r\n"))
		}
	}
}

func (f *fakeBus) reply(member string, body []any) reply {
	if f.answer != nil {
		if r := f.answer(f, member, body); r.body != nil || r.err != "" || r.hang || r.drop {
			return r
		}
	}
	switch member {
	case "Hello":
		return reply{body: []any{":1.1"}}
	case "StartTransientUnit":
		return started("done")
	}
	return reply{}
}

// started is a job and its end.
func started(result string) reply {
	const job = dbus.ObjectPath("/org/freedesktop/systemd1/job/7")
	return reply{body: []any{job}, signal: &dbusSignal{"JobRemoved", []any{uint32(7), job, "x.scope", result}}}
}

func (f *fakeBus) called(member string) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.calls {
		if c == member {
			n++
		}
	}
	return n
}

func (f *fakeBus) connections() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.conns
}

func replyTo(call *dbus.Message, r reply) *dbus.Message {
	m := &dbus.Message{Type: dbus.TypeMethodReply, Headers: map[dbus.HeaderField]dbus.Variant{}}
	if r.err != "" {
		m.Type = dbus.TypeError
		m.Headers[dbus.FieldErrorName] = dbus.MakeVariant(r.err)
		r.body = []any{"the fake says so"}
	}
	m.Headers[dbus.FieldReplySerial] = dbus.MakeVariant(call.Serial())
	m.Headers[dbus.FieldSender] = dbus.MakeVariant("org.freedesktop.DBus")
	setBody(m, r.body)
	return m
}

func signalMessage(s *dbusSignal) *dbus.Message {
	m := &dbus.Message{Type: dbus.TypeSignal, Headers: map[dbus.HeaderField]dbus.Variant{
		dbus.FieldPath:      dbus.MakeVariant(dbus.ObjectPath("/org/freedesktop/systemd1")),
		dbus.FieldInterface: dbus.MakeVariant(manageIface),
		dbus.FieldMember:    dbus.MakeVariant(s.member),
		dbus.FieldSender:    dbus.MakeVariant("org.freedesktop.DBus"),
	}}
	setBody(m, s.body)
	return m
}

func setBody(m *dbus.Message, body []any) {
	if len(body) > 0 {
		m.Body = body
		m.Headers[dbus.FieldSignature] = dbus.MakeVariant(dbus.SignatureOf(body...))
	}
}

// within fails a test that takes longer: a hang is what is tested against.
func within(t *testing.T, limit time.Duration, f func()) {
	t.Helper()
	done := make(chan struct{})
	begin := time.Now()
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
		t.Logf("took %v", time.Since(begin).Round(time.Millisecond))
	case <-time.After(limit):
		t.Fatalf("still not done after %v", limit)
	}
}
