package cgroupv2

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"
)

// handshake authenticates, all before the deadline of ctx, and only to who is the caller or
// root.
func handshake(ctx context.Context, socket net.Conn, bus bool) (*dbus.Conn, error) {
	if err := trusted(socket); err != nil {
		return nil, err
	}
	if deadline, ok := ctx.Deadline(); ok {
		socket.SetDeadline(deadline)
	}
	stop := context.AfterFunc(ctx, func() { socket.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	c, err := dbus.NewConn(socket)
	if err != nil {
		return nil, err
	}
	if err = c.Auth([]dbus.Auth{dbus.AuthExternal(strconv.Itoa(os.Geteuid()))}); err == nil {
		if bus {
			err = c.Hello()
		} else {
			err = taken(ctx, socket)
		}
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	// From here on the context bounds the calls, and this what it doesn't: a peer that
	// reads nothing. It must not come first, or it would look like a lost connection.
	if deadline, ok := ctx.Deadline(); ok && stop() {
		socket.SetDeadline(deadline.Add(200 * time.Millisecond))
	}
	return c, nil
}

// taken waits until the peer has read all that was sent. Systemd has to have read the end of
// the handshake before a message comes: what it reads together with that stays in its buffer
// until more arrives, and nobody answers a first message that fits in there, some 200 bytes
// (bus_socket_read_auth of sd-bus, src/libsystemd/sd-bus/bus-socket.c; seen on 252, one
// connection in fifteen). Its own clients send the end before they wait for anything.
func taken(ctx context.Context, socket net.Conn) error {
	raw, err := socket.(*net.UnixConn).SyscallConn()
	if err != nil {
		return err
	}
	for {
		var unread int
		if e := raw.Control(func(fd uintptr) { unread, err = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ) }); e != nil {
			return e
		}
		if err != nil || unread == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Microsecond):
		}
	}
}

// trusted refuses a socket that another user listens on: a wrong address in the
// environment must not hand him our processes.
func trusted(socket net.Conn) error {
	raw, err := socket.(*net.UnixConn).SyscallConn()
	if err != nil {
		return err
	}
	var cred *unix.Ucred
	if e := raw.Control(func(fd uintptr) { cred, err = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) }); e != nil {
		return e
	}
	if err != nil {
		return err
	}
	return checkPeer(int(cred.Uid), os.Geteuid())
}

func checkPeer(uid, own int) error {
	if uid != own && uid != 0 {
		return fmt.Errorf("it is user %d's: %w", uid, unix.EPERM)
	}
	return nil
}
