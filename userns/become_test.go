package userns

import (
	"snug/seccomp/notify"

	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// Without a monitor, and for a plan that needs another way, nothing happens. The
// monitor itself takes an entry point; test/script and test/faults have it.
func TestHandOverIsNotForAll(t *testing.T) {
	if Monitored() {
		t.Error("a test has a monitor")
	}
	for name, p := range map[string]*Plan{"any": {}, "as pid 1": {AsPid1: true}, "share pid": {Share: SharePID}, "portable": {portable: true}, "supervised": {Supervisor: &notify.Refusals{}}, "terminal": {Terminal: &Terminal{}}} {
		if err := p.HandOver(os.Stdin, os.Stdout, os.Stderr, Handover{}); err != unix.ENOSYS {
			t.Errorf("%s: got %v, want ENOSYS", name, err)
		}
	}
}
