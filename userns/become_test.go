package userns

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"snug/userns/internal/launch"
)

// replace runs a script and leaves a monitor in this process's place.
func replace(args []string) int {
	spec := &Spec{Args: args[1:], Timeout: map[string]time.Duration{"limited": time.Millisecond}[args[0]], StopTimeout: time.Millisecond}
	h, err := Gather(spec)
	if err != nil {
		fmt.Println(err)
		return 98
	}
	p, err := Resolve(spec, h)
	if err != nil {
		fmt.Println(err)
		return 98
	}
	if errno := NotStarted(); errno != 0 {
		fmt.Println(p.ExplainNotStarted(errno))
		return 97
	}
	fmt.Println(p.Replace(os.Stdin, os.Stdout, os.Stderr, "time is up"))
	return 99
}

func TestReplace(t *testing.T) {
	needsSandbox(t)
	if launch.Portable() { // it says so, and nothing has happened
		spec := &Spec{Args: []string{"true"}}
		h, err := Gather(spec)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Resolve(spec, h)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Replace(os.Stdin, os.Stdout, os.Stderr, ""); err != unix.ENOSYS {
			t.Errorf("got %v, want ENOSYS", err)
		}
		return
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		args   []string
		stdout string
		stderr string
		code   int
	}{
		{"a status", []string{"", "sh", "-c", "echo $PPID; exit 7"}, "1\n", "", 7},
		{"input", []string{"", "cat"}, "input", "", 0},
		{"a signal", []string{"", "sh", "-c", "kill -ABRT $$"}, "", "", 134},
		{"a time limit", []string{"limited", "sleep", "1000"}, "", "time is up\n", 124},
		{"no such command", []string{"", "nosuch-command"}, "run nosuch-command: no such file or directory\n", "", 97},
		{"no command", []string{"", "/etc"}, "run /etc: permission denied\n", "", 97},
	} {
		cmd := exec.Command(program, append([]string{"inside:replace"}, c.args...)...)
		var stdout, stderr bytes.Buffer
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader("input"), &stdout, &stderr
		cmd.Run()
		if got := cmd.ProcessState.ExitCode(); got != c.code || stdout.String() != c.stdout || stderr.String() != c.stderr {
			t.Errorf("%s: got %d, %q, %q, want %d, %q, %q", c.name, got, &stdout, &stderr, c.code, c.stdout, c.stderr)
		}
	}
}

func TestReplaceIsNotForAll(t *testing.T) {
	for name, p := range map[string]*Plan{"as pid 1": {AsPid1: true}, "share pid": {Share: SharePID}, "portable": {portable: true}} {
		if err := p.Replace(os.Stdin, os.Stdout, os.Stderr, ""); err != unix.ENOSYS {
			t.Errorf("%s: got %v, want ENOSYS", name, err)
		}
	}
}

func TestNotStarted(t *testing.T) {
	saved := os.Args
	defer func() { os.Args = saved }()
	for name, want := range map[string]unix.Errno{"snug": 0, launch.FailedName + "2": unix.ENOENT, launch.FailedName + "13": unix.EACCES, launch.FailedName: 0, launch.FailedName + "x": 0} {
		os.Args = []string{name}
		if got := NotStarted(); got != want {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}
