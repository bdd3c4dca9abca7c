package launch

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// becomeMonitor starts a command and leaves a monitor in this process's place:
// time limit and stop timeout in milliseconds, path and arguments.
func becomeMonitor(args []string) int {
	milliseconds := func(s string) time.Duration {
		n, _ := strconv.Atoi(s)
		return time.Duration(n) * time.Millisecond
	}
	t := new(testing.T)
	v := variant{executor: nativeExecutor(), namespaces: userPid}
	j, control := v.bareJob(t)
	j.Hold = true
	j.Program.Begin()
	v.finish(t, j, args[2:3], args[3:]...)
	child, err := v.start(j)
	if err == nil {
		err = (&Watch{
			Control: control, Child: child, Timeout: milliseconds(args[0]), StopTime: milliseconds(args[1]),
			StopSignal: uint32(unix.SIGTERM), TimeUp: "time is up\n",
		}).Become()
	}
	fmt.Println(err)
	return 99
}

// monitored is a process that has become a monitor.
type monitored struct {
	*running
	cmd    *exec.Cmd
	stderr bytes.Buffer
}

func monitoring(t *testing.T, args ...string) *monitored {
	t.Helper()
	if !haveNative() {
		t.Skip("there is no monitor for this architecture or kernel")
	}
	out, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { out.Close() })
	m := &monitored{running: &running{t: t, out: out}}
	m.cmd = exec.Command(executable(t))
	m.cmd.Args = append([]string{"helper:monitor"}, args...)
	m.cmd.Stdout, m.cmd.Stderr = w, &m.stderr
	m.cmd.Env = []string{"A=b"}
	err = m.cmd.Start()
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if m.cmd.ProcessState == nil {
			m.cmd.Process.Kill()
			m.cmd.Wait()
		}
	})
	return m
}

// echoing has the helper that says what signals it gets.
func echoing(t *testing.T, limit, stop string) *monitored {
	t.Helper()
	m := monitoring(t, limit, stop, executable(t), "helper:echo", "target", "child")
	m.say("target up", "child up")
	return m.ready()
}

// ready waits until the process is the monitor, which signals are for. Until then they are the test
// program's own.
func (m *monitored) ready() *monitored {
	m.t.Helper()
	eventually(m.t, "the monitor is in its place", func() bool {
		comm, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", m.cmd.Process.Pid))
		if err != nil {
			m.t.Skipf("needs /proc: %v", err)
		}
		return string(comm) == "snug\n"
	})
	return m
}

// ends waits for the monitor.
func (m *monitored) ends(want int) {
	m.t.Helper()
	m.cmd.Wait()
	if got := m.cmd.ProcessState.ExitCode(); got != want {
		m.t.Errorf("exit status: got %d, want %d\n%s%s", got, want, m.rest(), &m.stderr)
	}
}

func TestMonitorGivesTheStatus(t *testing.T) {
	for script, want := range map[string]int{"exit 0": 0, "exit 7": 7, "exit 255": 255, "kill -KILL $$": 137, "kill -USR1 $$": 138} {
		monitoring(t, "0", "1000", "/bin/sh", "sh", "-c", script).ends(want)
	}
}

func TestMonitorPassesSignalsOn(t *testing.T) {
	m := echoing(t, "0", "100000")
	for sig, group := range map[unix.Signal]bool{unix.SIGHUP: true, unix.SIGINT: true, unix.SIGWINCH: true, unix.SIGQUIT: true, unix.SIGUSR1: false, unix.SIGALRM: false} {
		m.cmd.Process.Signal(sig)
		want := []string{"target " + unix.SignalName(sig)}
		if group {
			want = append(want, "child "+unix.SignalName(sig))
		}
		m.say(want...)
	}
	m.cmd.Process.Signal(unix.SIGTERM)
	m.say("target SIGTERM")
	m.ends(9)
}

func TestMonitorKillsAtTheSecondInterrupt(t *testing.T) {
	m := echoing(t, "0", "100000")
	m.cmd.Process.Signal(unix.SIGINT)
	m.say("target SIGINT", "child SIGINT")
	m.cmd.Process.Signal(unix.SIGINT)
	m.ends(137)
}

func TestMonitorKillsAfterTheStopTimeout(t *testing.T) {
	m := monitoring(t, "0", "1", "/bin/sh", "sh", "-c", `trap "" TERM; echo up; sleep 1000`)
	m.say("up")
	m.ready().cmd.Process.Signal(unix.SIGTERM)
	m.ends(137)
}

func TestMonitorKeepsTheTimeLimit(t *testing.T) {
	for name, script := range map[string]string{"it ends when told": "sleep 1000", "it has to be killed": `trap "" TERM; sleep 1000`} {
		m := monitoring(t, "1", "1", "/bin/sh", "sh", "-c", script)
		m.ends(124)
		if got := m.stderr.String(); got != "time is up\n" {
			t.Errorf("%s: standard error: got %q", name, got)
		}
	}
}

func TestMonitorStopsAndGoesOn(t *testing.T) {
	m := echoing(t, "0", "100000")
	m.cmd.Process.Signal(unix.SIGTSTP)
	var status unix.WaitStatus
	if _, err := unix.Wait4(m.cmd.Process.Pid, &status, unix.WUNTRACED, nil); err != nil || !status.Stopped() {
		t.Fatalf("got %#x, %v, want stopped", status, err)
	}
	m.cmd.Process.Signal(unix.SIGCONT)
	m.say("target SIGCONT", "child SIGCONT")
	m.cmd.Process.Signal(unix.SIGTERM)
	m.say("target SIGTERM")
	m.ends(9)
}

func TestNothingOutlivesTheMonitor(t *testing.T) {
	m := monitoring(t, "0", "1000", "/bin/sh", "sh", "-c", daemon)
	m.say("daemon")
	m.cmd.Process.Kill()
	m.rest()
}

// Who can't be started, the program is executed again to say: in its own name
// nothing else has changed.
func TestMonitorOfACommandThatCantStart(t *testing.T) {
	for path, errno := range map[string]unix.Errno{"/nonexistent": unix.ENOENT, "/": unix.EACCES} {
		m := monitoring(t, "0", "1000", path, "name", "a b")
		got := m.rest()
		want := fmt.Sprintf("%q", append([]string{FailedName + strconv.Itoa(int(errno)), "0", "1000", path, "name", "a b"}, "A=b"))
		if strings.TrimSpace(got) != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
		m.ends(42)
	}
}

// Nobody but the command holds its streams.
func TestStreamsAreTheCommands(t *testing.T) {
	const script = `trap "exit 3" TERM; exec >&-; sleep 1000 >&2 & wait`
	m := monitoring(t, "0", "100000", "/bin/sh", "sh", "-c", script)
	if got := m.rest(); got != "" {
		t.Errorf("monitor: got %q", got)
	}
	m.ready().cmd.Process.Signal(unix.SIGTERM)
	m.ends(3)
	onBoth(t, func(t *testing.T, v variant) {
		r := v.shell(t, script)
		if got := r.rest(); got != "" {
			t.Errorf("got %q", got)
		}
		r.control.Signal(unix.SIGTERM, ToTarget)
		if got := r.exited(); got.ExitStatus() != 3 {
			t.Errorf("got %#x, want exit 3", got)
		}
	})
}
