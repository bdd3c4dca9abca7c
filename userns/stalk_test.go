package userns

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// stalk waits for processes that enter, and notes what it can learn of each from its first
// moment on: number by number, as they come.
func stalk(args []string) int {
	seen := map[string]bool{}
	fmt.Println("up")
	deadline := time.Now().Add(30 * time.Second)
	for pid, spins := 2, 0; time.Now().Before(deadline); spins++ {
		at := fmt.Sprintf("/proc/%d/", pid)
		exe, err := os.Readlink(at + "exe")
		if errors.Is(err, unix.ENOENT) {
			if spins%64 == 0 {
				if _, err := os.Stat("/tmp/stop"); err == nil {
					break
				}
				if last := lastPid(); last > pid { // it was missed, or is over
					pid++
				}
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

// lastPid is the number that was given last in this pid namespace, see proc_loadavg(5).
func lastPid() (pid int) {
	b, _ := os.ReadFile("/proc/loadavg")
	f := bytes.Fields(b)
	fmt.Sscan(string(f[len(f)-1]), &pid)
	return pid
}

// Those inside never get hold of a process on its way in: not of its memory, which is the
// caller's, nor of its program, nor of a descriptor (CVE-2016-9962, CVE-2019-5736). Landlock
// is left out: it would forbid it once more.
func TestNobodyStalksWhoEnters(t *testing.T) {
	needsSandbox(t)
	if entersNothing(t) {
		return
	}
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
			// It may be killed with the sandbox, which ends at that.
			if in, err := visit(t, s, &Visit{Args: []string{"touch", "/tmp/stop"}}); err == nil {
				in.Wait()
			}
			b, _ := io.ReadAll(r)
			t.Logf("%s", b)
			if !strings.Contains(string(b), "done") || !strings.Contains(string(b), "exe /usr/bin/") {
				t.Errorf("it saw nothing: %s", b)
			}
			for line := range strings.Lines(string(b)) {
				line = strings.TrimSpace(line)
				switch {
				case line == "refused", line == "done", line == "exe /tmp/helper", line == "fd /dev/null",
					strings.HasPrefix(line, "fd /usr/lib/"), line == "fd /etc/ld.so.cache", // it has executed the command between two looks
					strings.Contains(line, "/usr/bin/"), strings.Contains(line, "/bin/sh"),
					strings.Contains(line, "memfd:snug-join"), strings.HasPrefix(line, "fd socket:["):
				default:
					t.Errorf("it got hold of %q", line)
				}
			}
		})
	}
}
