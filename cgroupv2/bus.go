package cgroupv2

import (
	"context"
	"errors"
	"net"
	"slices"

	sd "github.com/coreos/go-systemd/v22/dbus"
	"github.com/godbus/dbus/v5"
)

// manager is a connection to a systemd manager. Whoever answers there is not believed:
// what it says it did is looked up in /proc and in the cgroup tree (scope.go).
//
// It is one connection, for calls and for the signals that tell of their ends: the
// dbus.Conn of go-systemd would be two, with a handshake each, and a handshake is a
// third of what a scope costs its caller.
type manager struct {
	at      address
	conn    *dbus.Conn
	systemd dbus.BusObject
	signals chan *dbus.Signal
}

const (
	managerInterface = "org.freedesktop.systemd1.Manager"
	jobRemoved       = managerInterface + ".JobRemoved"
	matchJobs        = "type='signal',interface='" + managerInterface + "',member='JobRemoved'"
)

// dial connects to a and authenticates, all before the deadline of ctx: a socket that
// accepts and then says nothing would otherwise hold its caller for ever, since D-Bus
// libraries bound calls and not the handshake.
func dial(ctx context.Context, a address) (*manager, error) {
	var d net.Dialer
	socket, err := d.DialContext(ctx, "unix", a.socket)
	if err != nil {
		return nil, err
	}
	conn, err := handshake(ctx, socket, a.bus)
	if err != nil {
		socket.Close()
		return nil, err
	}
	m := &manager{
		at: a, conn: conn,
		systemd: conn.Object("org.freedesktop.systemd1", "/org/freedesktop/systemd1"),
		// Room for what others' jobs make of noise: a full channel is a lost signal.
		signals: make(chan *dbus.Signal, 256),
	}
	conn.Signal(m.signals)
	if a.bus {
		// The bus handles a client's messages in order: nobody has to wait for this.
		conn.BusObject().Go("org.freedesktop.DBus.AddMatch", dbus.FlagNoReplyExpected, nil, matchJobs)
	}
	return m, nil
}

// call calls a method of the manager. It never starts one: a bus may have a service file
// for systemd's name.
func (m *manager) call(ctx context.Context, method string, result any, args ...any) error {
	call := m.systemd.CallWithContext(ctx, managerInterface+"."+method, dbus.FlagNoAutoStart, args...)
	if result == nil {
		return call.Err
	}
	return call.Store(result)
}

// startTransientUnit returns the job that will start the unit.
func (m *manager) startTransientUnit(ctx context.Context, name string, properties []sd.Property) (job dbus.ObjectPath, err error) {
	type auxiliary struct {
		Name       string
		Properties []sd.Property
	}
	err = m.call(ctx, "StartTransientUnit", &job, name, "fail", properties, []auxiliary{})
	return job, err
}

// await waits for the end of a job and returns its result.
func (m *manager) await(ctx context.Context, job dbus.ObjectPath) (string, error) {
	for {
		select {
		case s, ok := <-m.signals:
			if !ok {
				return "", errLost
			}
			if result, ended := jobResult(s, job); ended {
				return result, nil
			}
		case <-m.conn.Context().Done():
			return "", errLost
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

// jobResult reads JobRemoved(u id, o job, s unit, s result).
func jobResult(s *dbus.Signal, job dbus.ObjectPath) (result string, ended bool) {
	if s.Name != jobRemoved || len(s.Body) != 4 || s.Body[1] != job {
		return "", false
	}
	result, ended = s.Body[3].(string)
	return result, ended
}

func (m *manager) close() { m.conn.Close() }

// errLost is a connection that ended before the answer came.
var errLost = errors.New("the connection was lost")

// lost says whether err came with the end of the connection.
func (m *manager) lost(err error) bool {
	return err != nil && (m.conn.Context().Err() != nil || errors.Is(err, errLost) ||
		isBusError(err, "org.freedesktop.DBus.Error.NoReply", "org.freedesktop.DBus.Error.Disconnected"))
}

// absent says whether nobody has systemd's name on the bus.
func absent(err error) bool {
	return isBusError(err, "org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner")
}

// isBusError says whether err is one of the D-Bus errors of those names.
func isBusError(err error, names ...string) bool {
	var e dbus.Error
	if !errors.As(err, &e) {
		return false
	}
	return slices.Contains(names, e.Name)
}
