package launch

import (
	"encoding/binary"
	"testing"

	"golang.org/x/sys/unix"
)

func TestMessages(t *testing.T) {
	control, inner, err := NewControl()
	if err != nil {
		t.Fatal(err)
	}
	defer control.Close()
	two := func(a, b uint32) []byte {
		return binary.NativeEndian.AppendUint32(binary.NativeEndian.AppendUint32(nil, a), b)
	}
	for _, c := range []struct {
		name    string
		message []byte
		want    Event
	}{
		{"started", two(1, 2), Event{Started, 2}},
		{"not started", two(2, uint32(unix.ENOENT)), Event{NotStarted, uint32(unix.ENOENT)}},
		{"exited", two(3, 7<<8), Event{Exited, 7 << 8}},
		{"too short", two(3, 7<<8)[:7], Event{}},
		{"empty", nil, Event{}},
	} {
		if err := unix.Sendto(inner, c.message, 0, nil); err != nil {
			t.Fatal(err)
		}
		if got := control.Next(); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}

	control.Signal(unix.SIGTERM, ToGroup)
	if sig, whom, ok := (Control{inner}).order(); sig != unix.SIGTERM || whom != ToGroup || !ok {
		t.Errorf("order: got %v, %d, %v", sig, whom, ok)
	}
	unix.Close(inner)
	if got := control.Next(); got.Kind != Lost {
		t.Errorf("after the end: got %+v, want lost", got)
	}
	if err := control.Signal(unix.SIGTERM, ToTarget); err != unix.EPIPE {
		t.Errorf("signal after the end: got %v, want EPIPE", err)
	}
}

func TestControlIsNotInherited(t *testing.T) {
	control, inner, err := NewControl()
	if err != nil {
		t.Fatal(err)
	}
	defer control.Close()
	defer unix.Close(inner)
	for _, fd := range []int{control.FD(), inner} {
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err != nil || flags&unix.FD_CLOEXEC == 0 {
			t.Errorf("descriptor %d: flags %#x, %v", fd, flags, err)
		}
	}
}

func TestOrderOfADeadCaller(t *testing.T) {
	control, inner, err := NewControl()
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(inner)
	control.Close()
	if sig, whom, ok := (Control{inner}).order(); ok {
		t.Errorf("got %v, %d", sig, whom)
	}
}
