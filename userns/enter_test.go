package userns

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"snug/userns/internal/launch"
)

// host is a sandbox that waits to be visited.
func host(t *testing.T, change ...func(*Spec)) *Sandbox {
	t.Helper()
	return started(t, context.Background(), shell("echo up; while :; do sleep 1000; done", change...))
}

// visit enters s by what would be kept of its plan.
func visit(t *testing.T, s *Sandbox, v *Visit) (*Sandbox, error) {
	t.Helper()
	if launch.Portable() {
		t.Skip("the portable executor enters nothing, see TestPortableEntersNothing")
	}
	b, err := json.Marshal(s.Plan().Entry())
	if err != nil {
		t.Fatal(err)
	}
	e := new(Entry)
	if err := json.Unmarshal(b, e); err != nil {
		t.Fatal(err)
	}
	if v.Target, err = unix.PidfdOpen(s.Pid(), 0); err != nil {
		t.Fatal(err)
	}
	defer unix.Close(v.Target)
	return e.Start(context.Background(), v)
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
	s := host(t)
	e := s.Plan().Entry()
	pidfd, err := unix.PidfdOpen(s.Pid(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(pidfd)
	s.Kill()
	s.Wait()
	if launch.Portable() {
		t.Skip("the portable executor enters nothing")
	}
	_, err = e.Start(context.Background(), &Visit{Target: pidfd, Args: []string{"true"}})
	if !errors.Is(err, unix.ESRCH) {
		t.Errorf("got %v", err)
	}
}

// The visit ends with the sandbox, and when it is told to.
func TestVisitEnds(t *testing.T) {
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
	s := host(t)
	c := &placer{fd: -1, place: func(pid int) error { return unix.Kill(pid, 0) }}
	if got := visited(t, s, "echo in", func(v *Visit) { v.Cgroup = c }); got != "in\n" || len(c.pids) != 1 {
		t.Errorf("got %q, placed %v", got, c.pids)
	}
}

func TestVisitOnTerminal(t *testing.T) {
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

// stalk waits for processes that enter, and notes what it can learn of each from its first
// moment on: number by number, as they come.
func stalk(args []string) int {
	seen := map[string]bool{}
	fmt.Println("up")
	deadline := time.Now().Add(30 * time.Second)
	for pid := 2; time.Now().Before(deadline); {
		at := fmt.Sprintf("/proc/%d/", pid)
		if _, err := os.Stat("/stop"); err == nil {
			break
		}
		exe, err := os.Readlink(at + "exe")
		if errors.Is(err, unix.ENOENT) {
			if _, err := os.Stat(at); err == nil || pid < 3 { // a zombie, or this one's threads
				pid++
			} else if _, err := os.Stat(fmt.Sprintf("/proc/%d", pid+1)); err == nil {
				pid++
			} else if _, err := os.Stat("/tmp/stop"); err == nil {
				break
			}
			continue
		}
		if err != nil {
			seen["refused"] = true
			continue
		}
		seen["exe "+exe] = true
		if env, err := os.ReadFile(at + "environ"); err == nil && bytes.Contains(env, []byte("SNUG_TEST_SECRET")) {
			seen["secret in environ"] = true
		}
		if fds, err := os.ReadDir(at + "fd"); err == nil {
			for _, fd := range fds {
				if to, err := os.Readlink(at + "fd/" + fd.Name()); err == nil && exe != "/tmp/helper" && !strings.HasPrefix(exe, "/usr/bin/") {
					seen["fd "+strings.TrimRight(to, "0123456789]")] = true
				}
			}
		}
		if exe != "/tmp/helper" {
			if f, err := os.OpenFile(at+"mem", os.O_RDWR, 0); err == nil {
				seen["mem of "+exe] = true
				f.Close()
			}
		}
		if exe == "/tmp/helper" || strings.HasPrefix(exe, "/usr/bin/") {
			pid++ // all has been seen
		}
	}
	for what := range seen {
		fmt.Println(what)
	}
	fmt.Println("done")
	return 0
}

// Those inside never get hold of a process on its way in: not of its memory, which is the
// caller's, nor of its program, nor of a descriptor (CVE-2016-9962, CVE-2019-5736). Landlock
// is left out: it would forbid it once more.
func TestNobodyStalksWhoEnters(t *testing.T) {
	if launch.Portable() {
		t.Skip("the portable executor enters nothing")
	}
	needsSandbox(t)
	t.Setenv("SNUG_TEST_SECRET", "SNUG_TEST_SECRET")
	secret, err := os.Open("/etc/passwd")
	if err != nil {
		t.Fatal(err)
	}
	defer secret.Close()
	for name, change := range map[string]func(*Spec){
		"self": func(s *Spec) {},
		"root": func(s *Spec) { s.IDs = MapRoot; s.AddCaps = []string{"SYS_PTRACE"} },
	} {
		t.Run(name, func(t *testing.T) {
			spec := insider(t, "stalk")
			spec.Landlock, spec.NoSeccomp, spec.SetEnv = NoLandlock, true, []string{"SNUG_TEST_SECRET"}
			change(spec)
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			spec.Stdout = w
			s, err := Start(context.Background(), spec)
			w.Close()
			if err != nil {
				t.Fatal(err)
			}
			defer s.Kill()
			up := make([]byte, 3)
			r.Read(up)
			for range 150 {
				in, err := visit(t, s, &Visit{Args: []string{"/usr/bin/true"}})
				if err != nil {
					t.Fatal(err)
				}
				in.Wait()
			}
			visited(t, s, "touch /tmp/stop")
			b, _ := io.ReadAll(r)
			t.Logf("%s", b)
			if !strings.Contains(string(b), "done") || !strings.Contains(string(b), "exe /usr/bin/") {
				t.Errorf("it saw nothing: %s", b)
			}
			for line := range strings.Lines(string(b)) {
				line = strings.TrimSpace(line)
				switch {
				case line == "refused", line == "done", line == "exe /tmp/helper", line == "fd /dev/null",
					strings.Contains(line, "/usr/bin/"), strings.Contains(line, "/bin/sh"),
					strings.Contains(line, "memfd:snug-join"), strings.HasPrefix(line, "fd socket:["):
				default:
					t.Errorf("it got hold of %q", line)
				}
			}
		})
	}
}

// A command that says /proc/self/exe gets the last page of ours, and not the caller's program.
func TestEnterByProcSelfExe(t *testing.T) {
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

func TestPortableEntersNothing(t *testing.T) {
	t.Setenv("SNUG_PORTABLE", "1")
	var e *Error
	_, err := new(Entry).Start(context.Background(), &Visit{Target: -1, Args: []string{"true"}})
	if !errors.As(err, &e) || e.Err != unix.ENOSYS || e.Why == "" || e.Fix == "" {
		t.Errorf("got %v", err)
	}
}
