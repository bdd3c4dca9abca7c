package userns

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"snug/userns/internal/launch"
)

// placer is a cgroup without a cgroup.
type placer struct {
	fd    int
	place func(pid int) error
	pids  []int
}

func (p *placer) FD() int { return p.fd }

func (p *placer) Place(_ context.Context, pid int) error {
	p.pids = append(p.pids, pid)
	return p.place(pid)
}

// everyMap runs f for each way in which the new process can have to wait.
func everyMap(t *testing.T, f func(t *testing.T, ids IDs)) {
	for name, ids := range map[string]IDs{"self": MapSelf, "root": MapRoot, "auto": MapAuto} {
		t.Run(name, func(t *testing.T) { f(t, ids) })
	}
}

// The command runs after it was placed, and not before.
func TestPlacedBeforeItRuns(t *testing.T) {
	everyMap(t, func(t *testing.T, ids IDs) {
		var out bytes.Buffer
		c := &placer{fd: -1, place: func(pid int) error {
			out.WriteString("placed ")
			if err := unix.Kill(pid, 0); err != nil {
				t.Errorf("process %d: %v", pid, err)
			}
			return nil
		}}
		spec := &Spec{Args: []string{"echo", "runs"}, IDs: ids, Cgroup: c, Stdout: &out, Stderr: os.Stderr}
		if err := Run(context.Background(), spec); err != nil {
			t.Fatal(err)
		}
		if out.String() != "placed runs\n" || len(c.pids) != 1 {
			t.Errorf("got %q, placed %v", out.String(), c.pids)
		}
	})
}

// Where it can't be placed it doesn't run, and nothing is left.
func TestNotPlaced(t *testing.T) {
	everyMap(t, func(t *testing.T, ids IDs) {
		refused := errors.New("refused")
		c := &placer{fd: -1, place: func(int) error { return refused }}
		dir := t.TempDir()
		spec := &Spec{Args: []string{"touch", dir + "/ran"}, IDs: ids, Cgroup: c, Project: dir, Stderr: os.Stderr}
		if err := Run(context.Background(), spec); err != refused {
			t.Errorf("got %v", err)
		}
		if _, err := os.Stat(dir + "/ran"); err == nil {
			t.Error("the command ran")
		}
		if err := unix.Kill(c.pids[0], 0); err != unix.ESRCH {
			t.Errorf("its process: %v", err)
		}
	})
}

// A process that waits holds nothing of the caller's: not the pipe, above all, by which
// a program that is started meanwhile tells that it has started.
func TestWaitsWithEmptyHands(t *testing.T) {
	secret, err := os.Create(t.TempDir() + "/secret")
	if err != nil {
		t.Fatal(err)
	}
	defer secret.Close()
	stop := make(chan struct{})
	started := make(chan int)
	go func() { // always one in the middle of being started
		n := 0
		for ; ; n++ {
			select {
			case <-stop:
				started <- n
				return
			default:
				exec.Command("true").Run()
			}
		}
	}()
	everyMap(t, func(t *testing.T, ids IDs) {
		for range 20 {
			c := &placer{fd: -1, place: func(pid int) error {
				if err := exec.Command("true").Run(); err != nil { // or hang
					t.Error(err)
				}
				for _, link := range descriptors(t, pid) {
					// A walk of the portable executor has a pipe of its own.
					if strings.HasPrefix(link, "pipe:") && !launch.Portable() || link == secret.Name() {
						t.Errorf("it holds %s", link)
					}
				}
				return nil
			}}
			if err := Run(context.Background(), &Spec{Args: []string{"true"}, IDs: ids, Cgroup: c}); err != nil {
				t.Fatal(err)
			}
		}
	})
	close(stop)
	if <-started == 0 {
		t.Error("nothing was started meanwhile")
	}
}

// descriptors are what a process has open, once it waits.
func descriptors(t *testing.T, pid int) (links []string) {
	t.Helper()
	dir := "/proc/" + strconv.Itoa(pid) + "/fd/"
	names, err := filepath.Glob(dir + "*")
	if err != nil || len(names) == 0 {
		t.Errorf("%s: %v, %v", dir, names, err)
	}
	for _, name := range names {
		if link, err := os.Readlink(name); err == nil {
			links = append(links, link)
		}
	}
	return links
}

// A descriptor that is no cgroup's is refused, with a cause, and nothing runs.
func TestBornInNoCgroup(t *testing.T) {
	dir, err := os.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	err = Run(context.Background(), &Spec{Args: []string{"true"}, Cgroup: &placer{fd: int(dir.Fd())}})
	var e *Error
	if !errors.As(err, &e) || e.Why == "" || e.Fix == "" || e.Code != SandboxFailed {
		t.Errorf("got %v, %+v", err, e)
	}
}
