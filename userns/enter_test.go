package userns

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"snug/userns/internal/launch"
	"snug/userns/landlock"
)

// host is a sandbox that waits to be visited.
func host(t *testing.T, change ...func(*Spec)) *Sandbox {
	t.Helper()
	return started(t, context.Background(), shell("echo up; while :; do sleep 1000; done", change...))
}

// visit enters s by what would be kept of its plan.
func visit(t *testing.T, s *Sandbox, v *Visit) (*Sandbox, error) {
	t.Helper()
	e := kept(t, s.Plan().Entry())
	var err error
	if v.Target, err = unix.PidfdOpen(s.Pid(), 0); err != nil {
		t.Fatal(err)
	}
	defer unix.Close(v.Target)
	return e.Start(context.Background(), v)
}

// entersNothing says whether this is the portable executor, which can't enter a user
// namespace: each of its processes has threads. Then the refusal is what is tested.
func entersNothing(t *testing.T) bool {
	t.Helper()
	if !launch.Portable() {
		return false
	}
	var e *Error
	s := host(t)
	in, err := visit(t, s, &Visit{Args: []string{"true"}})
	if in != nil || !errors.As(err, &e) || e.Err != unix.ENOSYS || e.Why == "" || e.Fix == "" {
		t.Errorf("got %v", err)
	}
	return true
}

// kept is e as it comes back from a record.
func kept(t *testing.T, e *Entry) *Entry {
	t.Helper()
	var back Entry
	if err := json.Unmarshal(e.AppendJSON(nil), &back); err != nil {
		t.Fatal(err)
	}
	return &back
}

// Nothing that holds anybody is lost on the way, whatever is in it.
func TestEntryIsKept(t *testing.T) {
	for _, e := range []*Entry{
		{Env: []string{}, Rlimits: []Rlimit{}, Filter: []byte{}, Landlock: landlock.Domain{Rules: []landlock.Rule{}}},
		{Share: ShareNet | ShareUTS, Env: []string{"A=\"\\\x1b\n", "B=é"}, Dir: "/a b\t", Caps: 1<<40 | 1, Ambient: true, DropGroups: true,
			Filtered: true, Filter: []byte{1, 2, 255}, FilterLog: true, Rlimits: []Rlimit{{"core", 0, 1}, {"as", Unlimited, Unlimited}},
			Landlock: landlock.Domain{ABI: 7, Files: 1<<63 | 1, Scope: 3, Rules: []landlock.Rule{{Path: "a\"b", Allow: 5}, {}}}},
	} {
		if diff := cmp.Diff(e, kept(t, e)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// visited runs a script in s and gives what it prints.
func visited(t *testing.T, s *Sandbox, script string, change ...func(*Visit)) string {
	t.Helper()
	var out bytes.Buffer
	v := &Visit{Args: []string{"sh", "-c", script}, Stdout: &out, Stderr: os.Stderr}
	for _, c := range change {
		c(v)
	}
	in, err := visit(t, s, v)
	if err == nil {
		err = in.Wait()
	}
	if err != nil {
		t.Errorf("%s: %v", script, err)
	}
	return out.String()
}

// What holds a process, as it sees it itself.
const holds = `for n in user mnt pid ipc uts net cgroup; do readlink /proc/self/ns/$n; done
	grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp)' /proc/self/status; cat /proc/self/uid_map /proc/self/gid_map
	ulimit -aH; pwd; umask; hostname; ls -a / /tmp /dev; env | sort; ls -l /proc/self/fd | wc -l; cat /proc/self/cgroup`

// Who enters is held as the command is, in every way to make a sandbox.
func TestEnteredAsInside(t *testing.T) {
	if entersNothing(t) {
		return
	}
	everyMap(t, func(t *testing.T, ids IDs) {
		for name, change := range map[string]func(*Spec){
			"plain":  func(s *Spec) {},
			"caps":   func(s *Spec) { s.AddCaps = []string{"net_admin", "kill"} },
			"shared": func(s *Spec) { s.Share = ShareNet | ShareIPC | ShareUTS | ShareCgroup },
			"pids":   func(s *Spec) { s.Share = SharePID },
			"limits": func(s *Spec) { s.Rlimits = []Rlimit{{"nofile", 100, 200}}; s.PIDs = 77 },
			"open":   func(s *Spec) { s.NoSeccomp, s.AllowUserns = true, true },
			"env":    func(s *Spec) { s.Env = []string{"A=b", "PATH=/usr/bin:/bin"} },
			"none":   func(s *Spec) { s.Landlock = NoLandlock; s.Dir = "/usr" },
		} {
			t.Run(name, func(t *testing.T) {
				dir := t.TempDir()
				s := started(t, context.Background(), shell("("+holds+") >"+dir+"/inside 2>&1; echo up; sleep 1000", change,
					func(s *Spec) { s.IDs = ids; s.Project = dir }))
				got := visited(t, s, "("+holds+") 2>&1")
				b, err := os.ReadFile(dir + "/inside")
				if err != nil {
					t.Fatal(err)
				}
				if want := settled(string(b)); settled(got) != want {
					t.Errorf("(-inside +entered):\n%s", cmp.Diff(strings.Split(want, "\n"), strings.Split(settled(got), "\n")))
				}
			})
		}
	})
}

// settled leaves out what differs from one shell to the next.
func settled(s string) string {
	var lines []string
	for line := range strings.Lines(s) {
		if !strings.HasPrefix(line, "_=") && !strings.HasPrefix(line, "total ") && !strings.HasPrefix(line, "SHLVL") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// The second wall is there, too: what is read-only by rules can't be written by a descriptor.
func TestEnteredUnderLandlock(t *testing.T) {
	if entersNothing(t) {
		return
	}
	s := host(t)
	if s.Plan().Landlock.Files == 0 {
		t.Skip("this kernel has no Landlock with rules for files")
	}
	file := t.TempDir() + "/outside"
	if err := os.WriteFile(file, []byte("secret"), 0o666); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got := visited(t, s, `cat; (echo x >/proc/self/fd/0) 2>/dev/null || echo refused`, func(v *Visit) { v.Stdin = f })
	if got != "secretrefused\n" {
		t.Errorf("got %q", got)
	}
}

func TestEntered(t *testing.T) {
	if entersNothing(t) {
		return
	}
	s := host(t, func(s *Spec) { s.SetEnv = []string{"A=inside"} })
	if got := visited(t, s, `echo $A $B $PPID; pwd; kill -0 2 && echo reached`, func(v *Visit) { v.SetEnv, v.Dir = []string{"B=visit"}, "/usr" }); got != "inside visit 0\n/usr\nreached\n" {
		t.Errorf("got %q", got)
	}
	for script, want := range map[string]State{"exit 7": {Code: 7}, "kill -9 $$": {Signal: unix.SIGKILL}, "trap '' TERM; kill $$; exit 3": {Code: 3}} {
		in, err := visit(t, s, &Visit{Args: []string{"sh", "-c", script}})
		if err != nil {
			t.Fatal(err)
		}
		var exit *ExitError
		if err := in.Wait(); !errors.As(err, &exit) || exit.Code != want.Code || exit.Signal != want.Signal {
			t.Errorf("%s: got %v", script, err)
		}
	}
}

// What can't be done leaves nothing inside.
func TestNotEntered(t *testing.T) {
	if entersNothing(t) {
		return
	}
	s := host(t)
	for name, c := range map[string]struct {
		visit Visit
		errno unix.Errno
		code  Code
	}{
		"no command":   {Visit{Args: []string{"nonexistent"}}, unix.ENOENT, CommandNotFound},
		"no file":      {Visit{Args: []string{"/nonexistent"}}, unix.ENOENT, CommandNotFound},
		"a directory":  {Visit{Args: []string{"/usr"}}, unix.EACCES, CommandNotRunable},
		"no directory": {Visit{Args: []string{"true"}, Dir: "/nonexistent"}, unix.ENOENT, SandboxFailed},
		"no place":     {Visit{Args: []string{"true"}, Cgroup: &placer{fd: -1, place: func(int) error { return unix.EBUSY }}}, unix.EBUSY, SandboxFailed},
	} {
		_, err := visit(t, s, &c.visit)
		var e *Error
		if !errors.Is(err, c.errno) || errors.As(err, &e) && (e.Code != c.code || e.Why == "" || e.Fix == "") {
			t.Errorf("%s: got %v (%+v)", name, err, e)
		}
	}
	if got := visited(t, s, `ps -eo pid= | wc -l`); strings.TrimSpace(got) > "6" {
		t.Errorf("%s processes are left", got)
	}
	s.Kill()
	s.Wait()
	if launch.Portable() {
		return
	}
	e := s.Plan().Entry()
	pidfd, err := unix.PidfdOpen(os.Getpid(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(pidfd)
	if _, err := e.Start(context.Background(), &Visit{Target: pidfd, Args: []string{"true"}}); err == nil {
		t.Error("the caller's own user namespace was entered")
	}
}

// A sandbox that has ended is not entered, and none that has its number by then.
func TestEnteredTooLate(t *testing.T) {
	if entersNothing(t) {
		return
	}
	s := host(t)
	e := s.Plan().Entry()
	pidfd, err := unix.PidfdOpen(s.Pid(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(pidfd)
	s.Kill()
	s.Wait()
	_, err = e.Start(context.Background(), &Visit{Target: pidfd, Args: []string{"true"}})
	if !errors.Is(err, unix.ESRCH) {
		t.Errorf("got %v", err)
	}
}

// The visit ends with the sandbox, and when it is told to.
func TestVisitEnds(t *testing.T) {
	if entersNothing(t) {
		return
	}
	s := host(t)
	long, err := visit(t, s, &Visit{Args: []string{"sleep", "1000"}})
	if err != nil {
		t.Fatal(err)
	}
	short, err := visit(t, s, &Visit{Args: []string{"sleep", "1000"}})
	if err != nil {
		t.Fatal(err)
	}
	short.Stop()
	var exit *ExitError
	if err := short.Wait(); !errors.As(err, &exit) || exit.Signal != unix.SIGTERM {
		t.Errorf("stopped: %v", err)
	}
	s.Kill()
	if err := long.Wait(); !errors.As(err, &exit) || exit.Signal != unix.SIGKILL {
		t.Errorf("with the sandbox: %v", err)
	}
	s.Wait()
}

func TestVisitPlaced(t *testing.T) {
	if entersNothing(t) {
		return
	}
	s := host(t)
	c := &placer{fd: -1, place: func(pid int) error { return unix.Kill(pid, 0) }}
	if got := visited(t, s, "echo in", func(v *Visit) { v.Cgroup = c }); got != "in\n" || len(c.pids) != 1 {
		t.Errorf("got %q, placed %v", got, c.pids)
	}
}

func TestVisitOnTerminal(t *testing.T) {
	if entersNothing(t) {
		return
	}
	s := host(t)
	in, err := visit(t, s, &Visit{Args: []string{"sh", "-c", `tty; stty size; read x; echo "got $x" >&2; exit 3`}, Terminal: &Terminal{Rows: 7, Cols: 70}})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Terminal().Close()
	if _, err := io.WriteString(in.Terminal(), "hello\r"); err != nil {
		t.Fatal(err)
	}
	var exit *ExitError
	if err := in.Wait(); !errors.As(err, &exit) || exit.Code != 3 {
		t.Errorf("wait: %v", err)
	}
	out, _ := io.ReadAll(in.Terminal())
	if got := strings.Replace(string(out), "hello\r\n", "", 1); got != "/dev/pts/0\r\n7 70\r\ngot hello\r\n" {
		t.Errorf("printed %q", got)
	}
}

// A command that says /proc/self/exe gets the last page of ours, and not the caller's program.
func TestEnterByProcSelfExe(t *testing.T) {
	if entersNothing(t) {
		return
	}
	s := host(t, func(s *Spec) { s.Landlock = NoLandlock })
	in, err := visit(t, s, &Visit{Args: []string{"/proc/self/exe"}})
	if err != nil {
		return
	}
	var exit *ExitError
	if err := in.Wait(); !errors.As(err, &exit) || exit.Code != 127 {
		t.Errorf("got %v", err)
	}
}
