package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestTarget(t *testing.T) {
	target, err := makeTarget(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(target).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("the target gave %v and said %q", err, out)
	}
}

func TestRunner(t *testing.T) {
	r := testRunner(t)
	if took, ok := r.time([]string{"/bin/true"}); !ok || took <= 0 {
		t.Errorf("true: took %v, ok %v", took, ok)
	}
	if _, ok := r.time([]string{"/bin/false"}); ok {
		t.Error("false: nobody noticed")
	}
	err := r.try([]string{"/bin/sh", "-c", "echo no such luck >&2; exit 3"})
	if err == nil || !strings.Contains(err.Error(), "no such luck") {
		t.Errorf("try lost the complaint: %v", err)
	}
}

func TestInterleave(t *testing.T) {
	all := interleave(testRunner(t), []contestant{
		{name: "true", argv: []string{"/bin/true"}},
		{name: "false", argv: []string{"/bin/false"}},
		{name: "absent", argv: []string{"/no/such/file"}, optional: true},
	}, 3)
	tab := timeTable("x", "", all)
	if !tab.Failed {
		t.Error("the table hides a failed contestant")
	}
	var verdicts []string
	for _, row := range tab.Rows {
		verdicts = append(verdicts, row[len(row)-1])
	}
	if got := strings.Join(verdicts, ", "); got != "0, FAILED (3), left out" {
		t.Errorf("verdicts: %s", got)
	}
}

func TestDescendants(t *testing.T) {
	cmd := exec.Command("/bin/sh", "-c", "sleep 1000 & sleep 1000 & echo ready; wait")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_, _ = out.Read(make([]byte, 6))
	below := descendants(cmd.Process.Pid)
	if len(below) != 2 {
		t.Errorf("got %v, want the two sleepers", below)
	}
	for _, pid := range append(below, cmd.Process.Pid) {
		p, _ := os.FindProcess(pid)
		_ = p.Kill()
	}
	_ = cmd.Wait()
}

// testRunner gives a runner without its effects on the whole process.
func testRunner(t *testing.T) *runner {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { null.Close() })
	r := &runner{null: null}
	r.quiet.Files = []uintptr{null.Fd(), null.Fd(), null.Fd()}
	return r
}
