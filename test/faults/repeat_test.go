package faults

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"snug/test/script/built"
	"snug/userns"
)

// holdings are what a process that starts sandboxes may not gather.
type holdings struct {
	descriptors, threads, zombies int
	rss                           int // kB
}

func own() (h holdings) {
	runtime.GC()
	fds, _ := os.ReadDir("/proc/self/fd")
	h.descriptors = len(fds)
	h.threads, h.rss = statusNumber("Threads"), statusNumber("VmRSS")
	for _, pid := range children(os.Getpid()) {
		b, _ := os.ReadFile("/proc/" + itoa(pid) + "/stat")
		if strings.Contains(string(b), ") Z ") {
			h.zombies++
		}
	}
	return h
}

// statusNumber is a number in /proc/self/status.
func statusNumber(field string) int {
	b, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(b)) {
		if value, ok := strings.CutPrefix(line, field+":"); ok {
			n, _ := strconv.Atoi(strings.Fields(value)[0])
			return n
		}
	}
	return -1
}

// notMore compares, with room for what comes and goes: threads that Go keeps,
// pages that its collector hasn't returned.
func (before holdings) notMore(t *testing.T) {
	t.Helper()
	now := own()
	if now.descriptors > before.descriptors {
		t.Errorf("%d descriptors before, %d after", before.descriptors, now.descriptors)
	}
	if now.zombies > before.zombies {
		t.Errorf("%d zombies before, %d after", before.zombies, now.zombies)
	}
	if now.threads > before.threads+8 {
		t.Errorf("%d threads before, %d after", before.threads, now.threads)
	}
	if now.rss > before.rss+16<<10 {
		t.Errorf("%d kB of memory before, %d after", before.rss, now.rss)
	}
}

// TestManyRuns starts one sandbox after the other from one process.
func TestManyRuns(t *testing.T) {
	built.NeedUser(t)
	kinds := []struct {
		name string
		spec userns.Spec
		runs int
	}{
		{"plain", userns.Spec{Args: []string{"/bin/true"}}, 1000},
		{"root with output", userns.Spec{Args: []string{"/bin/echo", "x"}, IDs: userns.MapRoot}, 100},
		{"map-auto", userns.Spec{Args: []string{"/bin/true"}, IDs: userns.MapAuto}, 100},
		{"as-pid-1", userns.Spec{Args: []string{"/bin/true"}, AsPid1: true}, 100},
		{"share-pid", userns.Spec{Args: []string{"/bin/true"}, Share: userns.SharePID}, 50},
		{"not found", userns.Spec{Args: []string{"no-such-command"}}, 100},
		{"failing", userns.Spec{Args: []string{"/bin/true"}, Project: "/no/such/project"}, 100},
		{"failing late", userns.Spec{Args: []string{"/bin/true"}, Dir: "/no/such/directory"}, 100},
	}
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			before := look()
			once(t, k.spec) // what is made once and kept counts as there before
			start := own()
			for range often(k.runs) {
				once(t, k.spec)
			}
			start.notMore(t)
			before.unchanged(t)
		})
	}
}

// once runs a sandbox to its end; whether it can be had is the same every time.
func once(t *testing.T, spec userns.Spec) {
	t.Helper()
	var out strings.Builder
	spec.Stdout = &out
	err := userns.Run(context.Background(), &spec)
	wantError := spec.Args[0] == "no-such-command" || spec.Project != "" || spec.Dir != ""
	if (err != nil) != wantError {
		t.Fatalf("error %v", err)
	}
	if spec.Args[0] == "/bin/echo" && out.String() != "x\n" {
		t.Fatalf("printed %q", out.String())
	}
}

// TestManyCommands is the same with the command, each in a new process.
func TestManyCommands(t *testing.T) {
	built.NeedUser(t)
	before, dir := look(), t.TempDir()
	for range often(200) {
		cmd := exec.Command("snug", "run", "--", "true")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Fatalf("%v: %s", err, out)
		}
	}
	before.unchanged(t)
	empty(t, dir)
}

// TestNamespacesReturn allows 60 namespaces of each kind and makes 200
// sandboxes: the kernel counts one as long as anything holds it.
func TestNamespacesReturn(t *testing.T) {
	built.NeedUser(t)
	const script = `
for kind in user mnt pid ipc uts cgroup net; do echo 60 >/proc/sys/user/max_${kind}_namespaces || exit 3; done
exec unshare -U --map-user=$1 --map-group=$2 sh -c 'for i in $(seq $1); do snug run -- true || exit; done' sh $3`
	cmd := exec.Command("unshare", "-Ur", "sh", "-c", script, "sh", itoa(os.Getuid()), itoa(os.Getgid()), itoa(often(200)))
	cmd.Dir = t.TempDir()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// TestAtOnce has 500 sandboxes alive at the same time, and all end well; of one process
// 200, which has threads for them.
func TestAtOnce(t *testing.T) {
	built.NeedUser(t)
	commands, many := 500, 200
	if portable() {
		commands, many = 100, 50
	}
	t.Run("command", func(t *testing.T) {
		before, held, dir := look(), own(), t.TempDir()
		stay, leave, err := os.Pipe()
		must(t, err)
		cells := make([]*cell, commands)
		for i := range cells {
			cells[i] = startReading(t, stay, dir, nil, "echo up; cat; exit 7")
		}
		for _, c := range cells {
			c.until("up")
		}
		must(t, stay.Close())
		must(t, leave.Close())
		for i, c := range cells {
			if got := c.status(); got != 7 {
				t.Fatalf("number %d: status %d, want 7", i, got)
			}
		}
		allGone(t, cells)
		held.notMore(t)
		before.unchanged(t)
		empty(t, dir)
	})
	t.Run("library", func(t *testing.T) {
		once(t, userns.Spec{Args: []string{"/bin/true"}}) // what is made once and kept
		before, held := look(), own()
		stay, leave, err := os.Pipe()
		must(t, err)
		outcome := make(chan error, many)
		for range many {
			go func() {
				outcome <- userns.Run(context.Background(), &userns.Spec{Args: []string{"/bin/cat"}, Stdin: stay})
			}()
		}
		waitForCats(t, many)
		must(t, leave.Close())
		for range many {
			if err := <-outcome; err != nil {
				t.Error(err)
			}
		}
		must(t, stay.Close())
		// Each waited in a thread of its own; Go keeps those.
		held.threads, held.rss = held.threads+many, held.rss+64<<10
		held.notMore(t)
		before.unchanged(t)
	})
}

// waitForCats waits until there are n sandboxes of this process that run cat.
func waitForCats(t *testing.T, n int) {
	t.Helper()
	deadline := deadlineAfter(60)
	for {
		found := 0
		files, _ := filepath.Glob("/proc/[0-9]*/comm")
		for _, file := range files {
			if b, _ := os.ReadFile(file); string(b) == "cat\n" {
				found++
			}
		}
		if found >= n {
			return
		}
		deadline(t, "%d of %d run", found, n)
	}
}
