package store

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

func TestParseStat(t *testing.T) {
	const line = "42 (a) R 1 (b) Z 9) S 7 42 42 0 -1 4194560 100 200 0 0 11 12 13 14 20 0 1 0 98765 1000 321 18446744073709551615 0\n"
	got, err := parseStat([]byte(line))
	if want := (Stat{State: 'S', Parent: 7, Start: 98765, Ticks: 50, RSS: 321}); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	for _, bad := range []string{"", "42", "42 (x) S", ")"} {
		if _, err := parseStat([]byte(bad)); err != unix.ESRCH {
			t.Errorf("%q: got %v", bad, err)
		}
	}
}

// A number is not a process: with another start time it is somebody else.
func TestSignalMissesOthers(t *testing.T) {
	cmd, p := process(t)
	other := Process{p.Pid, p.Start + 1}
	if err := other.Signal(unix.SIGKILL); err != unix.ESRCH {
		t.Errorf("got %v", err)
	}
	if _, err := other.Open(); err != unix.ESRCH || other.Alive() {
		t.Errorf("got %v", err)
	}
	for _, nobody := range []Process{{}, {Pid: -1}, {Pid: 1 << 30}} {
		if err := nobody.Signal(unix.SIGKILL); err == nil || nobody.Alive() {
			t.Errorf("%v: got %v", nobody, err)
		}
	}
	if !p.Alive() {
		t.Fatal("it was killed")
	}
	if err := p.Signal(unix.SIGKILL); err != nil {
		t.Error(err)
	}
	if err := unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil); err != nil {
		t.Fatal(err)
	}
	if p.Alive() { // it is a zombie
		t.Error("it lives")
	}
}

func TestSelf(t *testing.T) {
	p, err := ProcessOf(os.Getpid())
	if err != nil || !p.Alive() || p.Start == 0 || PIDNamespace() == 0 {
		t.Errorf("got %v, %v", p, err)
	}
}
