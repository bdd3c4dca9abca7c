//go:build bed

package bed

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"snug/test/await"
	"snug/test/cgroup"
	"snug/test/script/built"
)

// snug runs snug and returns its status and what it printed.
func snug(t *testing.T, args ...string) (status int, out, err string) {
	t.Helper()
	cmd := exec.Command("snug", args...)
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	failed := cmd.Run()
	var exit *exec.ExitError
	if failed != nil && !errors.As(failed, &exit) {
		t.Fatal(failed)
	}
	return cmd.ProcessState.ExitCode(), o.String(), e.String()
}

// running starts snug with a command that holds on, and gives its leaf.
func running(t *testing.T, args ...string) (*exec.Cmd, cgroup.Dir) {
	t.Helper()
	args = append(append([]string{"run", "--no-project", "--ro", built.Dir}, args...), "--", built.Path("load"), "nothing", "hold")
	cmd := exec.Command("snug", args...)
	var e bytes.Buffer
	cmd.Stderr = &e
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	said := make([]byte, 64)
	if n, err := out.Read(said); err != nil || !strings.HasPrefix(string(said[:n]), "ready") {
		t.Fatalf("%v: %q, %v: %s", args, said[:n], err, e.String())
	}
	found, _ := filepath.Glob("/sys/fs/cgroup" + string(manager()) + "/app.slice/snug-load-" + strconv.Itoa(cmd.Process.Pid) + ".scope/sandbox-*")
	if len(found) != 1 {
		t.Fatalf("its leaves are %v", found)
	}
	return cmd, cgroup.Dir(strings.TrimPrefix(found[0], "/sys/fs/cgroup"))
}

// nothingLeft waits until no unit and no cgroup of snug's is there.
func nothingLeft(t *testing.T) {
	t.Helper()
	var left []string
	await.True(t, "the end of every scope", func() bool {
		left, _ = filepath.Glob("/sys/fs/cgroup" + string(manager()) + "/app.slice/snug-*")
		return len(left) == 0
	}, &left)
	if units := systemctl(t, "list-units", "--all", "--plain", "--no-legend", "snug-*"); units != "" {
		t.Errorf("units are left: %s", units)
	}
}

// systemd says that every limit is set, and none is: snug finds out and runs nothing.
func TestUnenforcedLimitsAreRefused(t *testing.T) {
	for _, flags := range []string{
		"-m 64M", "--memory-high 64M", "--cpus 0.5", "--cpu-weight 50", "--cpuset-cpus 0", "--io-max /usr:rbps=1M",
		"--property MemoryMax=64M", "--property TasksMax=20", "--property CPUQuota=50%", "-m 64M --pids-limit 20",
	} {
		status, out, err := snug(t, append(append([]string{"run", "--no-project"}, strings.Fields(flags)...), "--", "echo", "ran")...)
		if status != 125 || out != "" || !regexp.MustCompile(`(?s)^snug: error: [^\n]+\n  cause: [^\n]*(controller|kernel|device|disk)[^\n]*\n  fix: `).MatchString(err) {
			t.Errorf("%s: status %d, %q, %q", flags, status, out, err)
		}
		// With leave to do without, it runs and every limit is named.
		status, out, err = snug(t, append(append([]string{"run", "--no-project", "--limits", "best-effort"}, strings.Fields(flags)...), "--", "echo", "ran")...)
		if strings.HasPrefix(flags, "--io-max") {
			continue // there may be no disk that could be held back
		}
		if status != 0 || out != "ran\n" || !strings.Contains(err, "snug: not enforced: ") || !strings.Contains(err, "\n  fix: ") {
			t.Errorf("best effort, %s: status %d, %q, %q", flags, status, out, err)
		}
	}
	nothingLeft(t)
}

// A number of processes is held by the rlimit where no cgroup counts.
func TestProcessLimitWithoutController(t *testing.T) {
	status, out, err := snug(t, "run", "--no-project", "--ro", built.Dir, "--pids-limit", "30", "--", built.Path("load"), "processes", "100")
	if status != 1 || !regexp.MustCompile(`^stopped (1\d|2\d): .*temporarily unavailable`).MatchString(out) || err != "" {
		t.Errorf("status %d, %q, %q", status, out, err)
	}
	// Several users inside are counted each by itself: that is said.
	status, out, err = snug(t, "run", "--no-project", "--map-auto", "--pids-limit", "30", "--", "echo", "ran")
	if status != 0 || out != "ran\n" || !strings.Contains(err, "counts the processes of each user id") {
		t.Errorf("status %d, %q, %q", status, out, err)
	}
	nothingLeft(t)
}

func TestScopeOfASandbox(t *testing.T) {
	cmd, leaf := running(t, "--cgroup")
	unit := filepath.Base(string(leaf.Parent()))
	want := "Description=snug: " + built.Path("load") + " nothing hold\nDelegate=yes\nCollectMode=inactive-or-failed\nActiveState=active"
	if got := systemctl(t, "show", unit, "-p", "Description", "-p", "Delegate", "-p", "CollectMode", "-p", "ActiveState"); sorted(got) != sorted(want) {
		t.Errorf("systemd shows %q, want %q", got, want)
	}
	if pids := leaf.Procs(t); len(pids) != 2 {
		t.Errorf("%v in the leaf, want pid 1 and the command", pids)
	}
	// snug itself stays where its caller is, and ends with that.
	if here := cgroup.Of(t, cmd.Process.Pid); here != cgroup.Of(t, syscall.Getpid()) {
		t.Errorf("snug moved itself to %s", here)
	}
	status, out, err := snug(t, "run", "--no-project", "--cgroup", "--", "cat", "/proc/self/cgroup")
	if status != 0 || !strings.HasSuffix(out, "0::/\n") {
		t.Errorf("inside, the leaf is not the root: status %d, %q, %q", status, out, err)
	}
	// The other way in is another answer, and the same place.
	status, out, _ = snug(t, "run", "--no-project", "--cgroup", "--share-cgroup", "--", "cat", "/proc/self/cgroup")
	if status != 0 || !regexp.MustCompile(`0::/.*/snug-cat-\d+\.scope/sandbox-1\n$`).MatchString(out) {
		t.Errorf("with the tree shared: status %d, %q", status, out)
	}
	cmd.Process.Signal(syscall.SIGTERM)
	cmd.Wait()
	nothingLeft(t)
}

func TestFreezeThawKill(t *testing.T) {
	cmd, leaf := running(t, "--cgroup")
	pid := strconv.Itoa(cmd.Process.Pid)
	inside := leaf.Procs(t)[0]
	for i, id := range []string{pid, "load-" + pid, "snug-load-" + pid + ".scope", "load", inside} {
		verbs := [][2]string{{"freeze", "thaw"}, {"pause", "resume"}, {"freeze", "unpause"}}[i%3]
		if status, out, err := snug(t, verbs[0], id); status != 0 || out+err != "" {
			t.Fatalf("%s %s: status %d, %s", verbs[0], id, status, err)
		}
		if leaf.Value(t, "cgroup.events", "frozen") != 1 {
			t.Errorf("%s %s: it isn't frozen", verbs[0], id)
		}
		if status, _, err := snug(t, verbs[1], id); status != 0 {
			t.Fatalf("%s %s: status %d, %s", verbs[1], id, status, err)
		}
		leaf.Await(t, "cgroup.events", "frozen", 0)
	}
	for _, id := range []string{"nobody", "1", "999999999", "load-x", "/etc", "../..", "-5", ""} {
		if status, out, err := snug(t, "freeze", "--", id); status == 0 || out != "" || !strings.Contains(err, "  fix: ") {
			t.Errorf("freeze %q: status %d, %q", id, status, err)
		}
	}
	snug(t, "freeze", pid)
	if status, _, err := snug(t, "kill", pid); status != 0 {
		t.Errorf("kill: %s", err)
	}
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 137 {
		t.Errorf("killed: status %d", code)
	}
	nothingLeft(t)
}

// However snug ends, with the sandbox frozen or not, nothing is left.
func TestEnds(t *testing.T) {
	for _, frozen := range []bool{false, true} {
		for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL, syscall.SIGQUIT} {
			t.Run(fmt.Sprint(s, frozen), func(t *testing.T) {
				cmd, _ := running(t, "--cgroup", "--stop-timeout", "0.2s")
				if frozen {
					snug(t, "freeze", strconv.Itoa(cmd.Process.Pid))
				}
				cmd.Process.Signal(s)
				if frozen && s == syscall.SIGQUIT { // which waits until it is thawed
					snug(t, "thaw", strconv.Itoa(cmd.Process.Pid))
				}
				cmd.Wait()
				nothingLeft(t)
			})
		}
	}
}

// SIGKILL at any moment of the start.
func TestKilledAtAnyMoment(t *testing.T) {
	for delay := time.Duration(0); delay < 50*time.Millisecond; delay += 700 * time.Microsecond {
		cmd := exec.Command("snug", "run", "--no-project", "--cgroup", "--", "sleep", "100")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(delay)
		cmd.Process.Kill()
		cmd.Wait()
	}
	nothingLeft(t)
}

// Two hundred have their turns, one after the other.
func TestManyAtOnce(t *testing.T) {
	var all sync.WaitGroup
	for range 200 {
		all.Go(func() {
			if status, out, err := snug(t, "run", "--no-project", "--cgroup", "--", "echo", "ran"); status != 0 || out != "ran\n" {
				t.Errorf("status %d, %q, %q", status, out, err)
			}
		})
	}
	all.Wait()
	nothingLeft(t)
}

// Who has the turn and is stopped is not waited for for ever.
func TestStoppedInItsTurn(t *testing.T) {
	lock, err := syscall.Open(runtimeDir()+"/systemd", syscall.O_RDONLY|syscall.O_DIRECTORY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(lock)
	if err := syscall.Flock(lock, syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	if status, out, err := snug(t, "run", "--no-project", "--cgroup", "--", "echo", "ran"); status != 0 || out != "ran\n" {
		t.Errorf("status %d, %q, %q", status, out, err)
	}
	if took := time.Since(begin); took < 5*time.Second || took > 20*time.Second {
		t.Errorf("it took %v: a turn is ten seconds", took)
	}
	nothingLeft(t)
}

// The keeper is killed: the sandbox goes on, and its end leaves nothing.
func TestKeeperIsKilled(t *testing.T) {
	cmd, leaf := running(t, "--cgroup")
	for _, pid := range (leaf.Parent() + "/keeper").Procs(t) {
		n, _ := strconv.Atoi(pid)
		syscall.Kill(n, syscall.SIGKILL)
	}
	if pids := leaf.Procs(t); len(pids) != 2 {
		t.Errorf("the leaf has %v", pids)
	}
	cmd.Process.Signal(syscall.SIGTERM)
	cmd.Wait()
	nothingLeft(t)
}

// The scope is stopped from outside: the sandbox ends, and its cause is said.
func TestScopeIsStopped(t *testing.T) {
	cmd, leaf := running(t, "--cgroup")
	systemctl(t, "kill", "--signal=KILL", filepath.Base(string(leaf.Parent())))
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 137 {
		t.Errorf("status %d", code)
	}
	nothingLeft(t)
}

// Without a word about limits nobody is asked, whatever the address.
func TestNobodyIsAskedWithoutNeed(t *testing.T) {
	for _, args := range [][]string{{"run", "--no-project", "--", "true"}, {"run", "--no-project", "-r", "--", "true"}, {"run", "--dry-run", "-m", "64M", "--", "true"}, {"run", "--explain", "-m", "64M", "--", "true"}} {
		trace := t.TempDir() + "/trace"
		out, err := exec.Command("strace", append([]string{"-f", "-qq", "-e", "trace=connect", "-o", trace, "snug"}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if said, err := exec.Command("grep", "AF_UNIX", trace).Output(); err == nil {
			t.Errorf("%v connects: %s", args, said)
		}
	}
	nothingLeft(t)
}
