//go:build vm

package suite

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/rpc"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A Command is what an agent is told to start.
type Command struct {
	Args  []string
	Env   []string // besides the agent's own
	Dir   string   // the agent's own by default
	Stdin string

	// Timeout, 60 s by default, ends the command and all of its process group.
	Timeout time.Duration
}

// A Result is how a command ended.
type Result struct {
	Out, Err string
	Code     int  // as a shell has it: 128+n after signal n
	TimedOut bool // it was killed for want of time
	Took     time.Duration
}

// An Agent starts commands where it runs itself, on behalf of tests elsewhere.
type Agent struct {
	mu      sync.Mutex
	running map[int]*running
}

type running struct {
	cmd      *exec.Cmd
	out, err tap
	begin    time.Time
	killer   *time.Timer
	timedOut bool
}

// A tap is a buffer that can be read while it fills.
type tap struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (t *tap) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.Write(p)
}

func (t *tap) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.String()
}

// serve is the main function of an agent: it calls the tests, who listen at socket, and
// does what they say until they hang up.
func serve(socket string) error {
	conn, err := net.Dial("unix", socket)
	for end := time.Now().Add(time.Minute); err != nil && time.Now().Before(end); conn, err = net.Dial("unix", socket) {
		time.Sleep(20 * time.Millisecond) // root's agent is there before the tests are
	}
	if err != nil {
		return err
	}
	server := rpc.NewServer()
	if err := server.Register(&Agent{running: map[int]*running{}}); err != nil {
		return err
	}
	server.ServeConn(conn)
	return nil
}

// Start starts a command in a process group of its own and tells its pid.
func (a *Agent) Start(c Command, pid *int) error {
	r := &running{cmd: exec.Command(c.Args[0], c.Args[1:]...), begin: time.Now()}
	r.cmd.Env = append(os.Environ(), c.Env...)
	r.cmd.Dir = c.Dir
	r.cmd.Stdin = strings.NewReader(c.Stdin)
	r.cmd.Stdout, r.cmd.Stderr = &r.out, &r.err
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	r.cmd.WaitDelay = 200 * time.Millisecond // for what it leaves behind with its output open
	if err := r.cmd.Start(); err != nil {
		return err
	}
	*pid = r.cmd.Process.Pid
	a.mu.Lock()
	defer a.mu.Unlock()
	a.running[*pid] = r
	r.killer = time.AfterFunc(c.Timeout, func() {
		a.mu.Lock()
		r.timedOut = true
		a.mu.Unlock()
		_ = syscall.Kill(-r.cmd.Process.Pid, syscall.SIGKILL)
	})
	return nil
}

// A Signal is for a command that Start has started.
type Signal struct {
	Pid    int
	Signal syscall.Signal
}

// Signal sends it to the command's process group.
func (a *Agent) Signal(s Signal, _ *int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.running[s.Pid] == nil {
		return fmt.Errorf("pid %d was not started here, or has ended", s.Pid)
	}
	return syscall.Kill(-s.Pid, s.Signal)
}

// Output tells what a command has printed so far.
func (a *Agent) Output(pid int, result *Result) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.running[pid]
	if r == nil {
		return fmt.Errorf("pid %d was not started here, or has been waited for", pid)
	}
	*result = Result{Out: r.out.String(), Err: r.err.String(), Took: time.Since(r.begin)}
	return nil
}

// Wait waits for a command that Start has started.
func (a *Agent) Wait(pid int, result *Result) error {
	a.mu.Lock()
	r := a.running[pid]
	a.mu.Unlock()
	if r == nil {
		return fmt.Errorf("pid %d was not started here, or waited for before", pid)
	}
	err := r.cmd.Wait()
	r.killer.Stop()
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.running, pid)
	*result = Result{Out: r.out.String(), Err: r.err.String(), TimedOut: r.timedOut, Took: time.Since(r.begin)}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && !errors.Is(err, exec.ErrWaitDelay) {
		return err
	}
	result.Code = code(r.cmd.ProcessState.Sys().(syscall.WaitStatus))
	return nil
}

func code(status syscall.WaitStatus) int {
	if status.Signaled() {
		return 128 + int(status.Signal())
	}
	return status.ExitStatus()
}
