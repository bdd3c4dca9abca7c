package cgroupv2

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// No message comes together with the end of the handshake, however late that is read.
func TestFirstMessageWaits(t *testing.T) {
	at := filepath.Join(t.TempDir(), "private")
	l, err := net.Listen("unix", at)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	end := make(chan string, 1)
	go func() {
		defer close(end)
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		in := make([]byte, 4096)
		for _, answer := range []string{"REJECTED EXTERNAL\r\n", "OK 0123456789abcdef0123456789abcdef\r\n"} {
			for n := 0; !bytes.HasSuffix(in[:n], []byte("\r\n")); {
				if n, err = c.Read(in); err != nil {
					return
				}
			}
			c.Write([]byte(answer))
		}
		time.Sleep(patience / 3)
		n, _ := c.Read(in)
		end <- string(in[:n])
		c.Read(in) // until the test is over
	}()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	m, err := dial(ctx, address{socket: at})
	if err != nil {
		t.Fatal(err)
	}
	defer m.close()
	go m.call(ctx, "GetUnit", nil, "x.scope")
	if got := <-end; got != "BEGIN\r\n" {
		t.Errorf("read at once: %q", got)
	}
}

// A socket of another user's gets no message.
func TestTrusted(t *testing.T) {
	newFakeBus(t, &fakeBus{})
	c, err := net.Dial("unix", os.Getenv("XDG_RUNTIME_DIR")+"/bus")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := trusted(c); err != nil {
		t.Errorf("our own: %v", err)
	}
	if err := checkPeer(os.Geteuid()+1, os.Geteuid()); !errors.Is(err, unix.EPERM) {
		t.Errorf("another's: %v", err)
	}
	if err := checkPeer(0, os.Geteuid()); err != nil {
		t.Errorf("root's: %v", err)
	}
}
