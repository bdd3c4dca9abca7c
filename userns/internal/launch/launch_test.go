package launch

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// job makes a launch that runs argv as the same user in the given namespaces.
func job(t *testing.T, namespaces uintptr, argv ...string) (*Job, Control) {
	t.Helper()
	control, child, err := NewControl()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { control.Close() })
	p := new(Program)
	p.Begin()
	j := &Job{Program: p, Namespaces: namespaces}
	j.Files = [numFileRoles]int{FileControl: child, FileCaller: control.FD(), FileInit: -1, FileStdin: 0, FileStdout: 1, FileStderr: 2}
	finish(t, j, argv)
	return j, control
}

func finish(t *testing.T, j *Job, argv []string) {
	t.Helper()
	p := j.Program
	var image Arg
	if Portable() {
		p.DefaultSignals()
		image = p.SelfImage()
	} else {
		fd, err := InitImage()
		if err != nil {
			t.Fatal(err)
		}
		j.Files[FileInit] = fd
		image = Held(p.Keep(unix.SYS_FCNTL, File(FileInit), Int(unix.F_DUPFD_CLOEXEC), Int(highFD)))
	}
	p.Descriptors(true)
	p.Init(image, []string{"/nonexistent/x", argv[0]}, argv, []string{"A=b"})
}

const userPid = unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNS

func run(t *testing.T, argv ...string) (Event, Event) {
	t.Helper()
	j, control := job(t, userPid, argv...)
	child, err := j.Start()
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	first, second := control.Next(), control.Next()
	if _, _, err := child.Wait(); err != nil {
		t.Errorf("wait: %v", err)
	}
	unix.Close(child.Pidfd)
	return first, second
}

func TestExitStatus(t *testing.T) {
	first, second := run(t, "/bin/sh", "-c", "exit 7")
	if first.Kind != Started {
		t.Errorf("first report: got %+v, want started", first)
	}
	if second.Kind != Exited || unix.WaitStatus(second.Value).ExitStatus() != 7 {
		t.Errorf("second report: got %+v, want exited 7", second)
	}
}

func TestNotFound(t *testing.T) {
	first, _ := run(t, "/nonexistent/y")
	if first.Kind != NotStarted || first.Value != uint32(unix.ENOENT) {
		t.Errorf("got %+v, want not started, ENOENT", first)
	}
}

func TestSignalGoesThrough(t *testing.T) {
	j, control := job(t, userPid, "/bin/sh", "-c", "trap 'exit 9' TERM; echo; while :; do sleep 0.1; done")
	r, w, _ := os.Pipe()
	j.Files[FileStdout] = int(w.Fd())
	child, err := j.Start()
	if err != nil {
		t.Fatal(err)
	}
	control.Next()
	r.Read(make([]byte, 1))
	if err := control.Signal(unix.SIGTERM, ToTarget); err != nil {
		t.Error(err)
	}
	if e := control.Next(); unix.WaitStatus(e.Value).ExitStatus() != 9 {
		t.Errorf("got %+v, want exit 9", e)
	}
	child.Wait()
}
