package launch

import (
	"flag"
	"io"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

var update = flag.Bool("update", false, "rewrite testdata")

// variant is an executor with the pid 1 that goes with it.
type variant struct {
	name       string
	executor   executor
	portable   bool
	namespaces uintptr
}

// onBoth runs f with each executor there is, whatever SNUG_PORTABLE says.
func onBoth(t *testing.T, f func(t *testing.T, v variant)) {
	both := []variant{{"native", nativeExecutor(), false, userPid}, {"portable", portable{}, true, userPid}}
	if !haveNative() {
		both = both[1:]
	}
	for _, v := range both {
		t.Run(v.name, func(t *testing.T) { f(t, v) })
	}
}

const userPid = unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNS

// job is a launch with an empty program.
func (v variant) job(t *testing.T) (*Job, Control) {
	t.Helper()
	j, control := v.bareJob(t)
	t.Cleanup(func() { control.Close() })
	return j, control
}

// bareJob leaves it to the test to close the control socket.
func (v variant) bareJob(t *testing.T) (*Job, Control) {
	t.Helper()
	control, child, err := NewControl()
	if err != nil {
		t.Fatal(err)
	}
	j := &Job{Program: new(Program), Namespaces: v.namespaces}
	j.Files = [numFileRoles]int{
		FileControl: child, FileCaller: control.FD(), FileInit: -1, FileStdin: 0, FileStdout: 1, FileStderr: 2,
	}
	return j, control
}

func (v variant) start(j *Job) (*Child, error) { return j.startWith(v.executor) }

// finish ends the program with pid 1 and a command.
func (v variant) finish(t *testing.T, j *Job, paths []string, argv ...string) {
	t.Helper()
	p := j.Program
	var image Arg
	if v.portable {
		p.DefaultSignals()
		image = p.SelfImage()
	} else {
		fd, err := InitImage()
		if err != nil {
			t.Fatal(err)
		}
		j.Files[FileInit] = fd
		image = p.Aside(File(FileInit))
	}
	p.Descriptors(true)
	p.Init(image, paths, argv, []string{"A=b", "PATH=/usr/bin:/bin"})
}

// running is a command that was started, with its output.
type running struct {
	t       *testing.T
	child   *Child
	control Control
	out     *os.File
}

// run starts a command and waits until it has begun.
func (v variant) run(t *testing.T, argv ...string) *running {
	t.Helper()
	return v.runAt(t, argv[0], argv...)
}

func (v variant) runAt(t *testing.T, path string, argv ...string) *running {
	t.Helper()
	j, control := v.job(t)
	j.Program.Begin()
	v.finish(t, j, []string{path}, argv...)
	out, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	j.Files[FileStdout] = int(w.Fd())
	child, err := v.start(j)
	w.Close()
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	r := &running{t, child, control, out}
	t.Cleanup(r.end)
	if e := control.Next(); e.Kind != Started {
		t.Fatalf("first report: got %+v, want started", e)
	}
	return r
}

// shell runs a script.
func (v variant) shell(t *testing.T, script string) *running {
	t.Helper()
	return v.run(t, "/bin/sh", "-c", script)
}

func (r *running) end() {
	if r.child != nil {
		r.child.Kill()
		r.wait()
	}
	r.out.Close()
}

// wait waits for pid 1 to be gone.
func (r *running) wait() unix.WaitStatus {
	status, _, err := r.child.Wait()
	if err != nil {
		r.t.Errorf("wait: %v", err)
	}
	unix.Close(r.child.Pidfd)
	r.child = nil
	return status
}

// rest is the output until nobody is left who could write any.
func (r *running) rest() string {
	b, _ := io.ReadAll(r.out)
	return string(b)
}

// exited waits for the report of the command's end.
func (r *running) exited() unix.WaitStatus {
	r.t.Helper()
	e := r.control.Next()
	if e.Kind != Exited {
		r.t.Errorf("report: got %+v, want exited", e)
	}
	return unix.WaitStatus(e.Value)
}

// eventually is for what the kernel tells nobody about.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !f(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}
