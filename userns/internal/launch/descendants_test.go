package launch

import (
	"os"
	"os/exec"
	"testing"
)

// TestDescendants: children, and theirs, and nobody else.
func TestDescendants(t *testing.T) {
	cmd := exec.Command("sh", "-c", "sh -c 'sleep 1000; :' & echo; wait")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	var found []descendant
	for range 1000 { // the grandchildren need a moment
		if found = descendants(os.Getpid()); len(found) >= 3 {
			break
		}
	}
	if len(found) != 3 || found[0] != (descendant{cmd.Process.Pid, os.Getpid()}) || found[1].parent != cmd.Process.Pid || found[2].parent != found[1].pid {
		t.Errorf("%d is the child, found %v", cmd.Process.Pid, found)
	}
	descendant{cmd.Process.Pid, 1}.kill() // with that parent it is another process
	if parentOf(cmd.Process.Pid) != os.Getpid() {
		t.Error("a process that isn't the one was killed")
	}
	for _, d := range found {
		d.kill()
	}
	if err := cmd.Wait(); err == nil {
		t.Error("it ended by itself")
	}
}
