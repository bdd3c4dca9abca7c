//go:build bed

package bed

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"snug/test/script/built"
)

// A container is what is around snug: podman's, rootless, with what it does by itself. Here
// it can be had without any image: its root is an empty directory with this machine's /usr.
type container struct {
	t   *testing.T
	dir string // root, store and work
}

func newContainer(t *testing.T) *container {
	t.Helper()
	if _, err := exec.LookPath("podman"); err != nil {
		t.Skip("no podman")
	}
	c := &container{t, t.TempDir()}
	for _, dir := range []string{"usr", "etc", "proc", "sys", "dev", "tmp", "run", "home", "work", "snug"} {
		must(t, os.MkdirAll(filepath.Join(c.dir, "root", dir), 0o755))
	}
	must(t, os.Chmod(filepath.Join(c.dir, "root/work"), 0o777)) // for any user of the container's
	for _, dir := range []string{"bin", "lib", "lib64"} {
		must(t, os.Symlink("usr/"+dir, filepath.Join(c.dir, "root", dir)))
	}
	must(t, os.WriteFile(filepath.Join(c.dir, "root/etc/secret"), []byte("the container's\n"), 0o644))
	t.Cleanup(func() {
		c.podman("system", "migrate") // kills the process that holds its namespaces
		// The scope of that has failed then, and the manager would be degraded for good.
		systemctl(t, "reset-failed", "podman-*")
	})
	return c
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (c *container) podman(args ...string) (status int, out, errs string) {
	c.t.Helper()
	cmd := exec.Command("podman", append([]string{"--root", c.dir + "/store", "--runroot", c.dir + "/run"}, args...)...)
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		c.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), o.String(), e.String()
}

// snug runs it in the container; flags are podman's.
func (c *container) snug(flags string, args ...string) (status int, out, errs string) {
	c.t.Helper()
	all := append([]string{"run", "--rm", "--net=none", "--workdir=/work", "-v", "/usr:/usr:ro", "-v", built.Dir + ":/snug:ro"}, strings.Fields(flags)...)
	all = append(all, "--rootfs", c.dir+"/root", "/snug/snug")
	return c.podman(append(all, args...)...)
}

// withheld is what podman withholds by itself, and what its users have to do without.
const withheld = "--share-uts --no-proc --ro-bind /sys /sys"

// TestInPodman: with podman's own filter and masks snug says what they forbid; the flags that
// it proposes do without exactly that. With a container that forbids less, it needs fewer.
func TestInPodman(t *testing.T) {
	c := newContainer(t)
	for _, test := range []struct {
		podman, snug string
		causes       []string // of a refusal, or none
	}{
		{"", "", []string{"cause: a container around snug forbids sethostname with its seccomp filter", "fix: ", withheld + "\n"}},
		{"", "--share-uts", []string{"cause: a container around snug masks parts of /proc", "fix: ", "unmask=ALL", "--no-proc --ro-bind /sys /sys\n"}},
		{"", "--share-uts --share-pid", []string{"cause: /proc/sys can't be written here", "--no-proc"}},
		{"", "--share-uts --no-proc", []string{"cause: a container around snug masks parts of /sys", "fix: use the container's /sys: --ro-bind /sys /sys"}},
		{"", withheld, nil},
		{"", withheld + " -r", nil},
		{"", withheld + " --require landlock,seccomp,net,pid", nil},
		{"", withheld + " --require userns-off", []string{"cause: /proc/sys is read-only here"}},
		{"", withheld + " --seccomp none", []string{"cause: /proc/sys is read-only here, and the filter of system calls does not refuse them"}},
		{"--user 1000:1000", withheld, nil},
		{"--read-only", withheld, nil},
		{"--cap-drop ALL", withheld, []string{"cause: you are root of a container without the capability SETFCAP", "--user 1000", "--cap-add SETFCAP"}},
		{"--cap-drop ALL --user 1000", withheld, nil},
		{"--cap-drop ALL --cap-add SETFCAP", withheld, nil},
		{"--security-opt unmask=ALL", "--share-uts --require userns-off", nil},
		{"--security-opt unmask=ALL --security-opt seccomp=unconfined", "--require userns-off,landlock", nil},
	} {
		t.Run(test.podman+"/"+test.snug, func(t *testing.T) {
			c.t = t
			project := "--project /work"
			if strings.Contains(test.podman, "--read-only") {
				project = "--no-project"
			}
			args := append([]string{"run"}, strings.Fields(project+" "+test.snug)...)
			status, out, errs := c.snug(test.podman, append(args, "--", "/bin/echo", "ran")...)
			if test.causes == nil {
				if status != 0 || out != "ran\n" {
					t.Errorf("status %d, %q, %q", status, out, errs)
				}
				return
			}
			if status != 125 || out != "" {
				t.Errorf("status %d, %q", status, out)
			}
			for _, want := range test.causes {
				if !strings.Contains(errs, want) {
					t.Errorf("no %q in %s", want, errs)
				}
			}
		})
	}
}

// TestInPodmanConfined: what the flags do without is all that is done without.
func TestInPodmanConfined(t *testing.T) {
	c := newContainer(t)
	const script = `
		ls -A /proc; ls -A /tmp; ls -A /home
		ls -A /run | grep -v '^lock$\|^user$\|^machine-id$'
		for file in /etc/x /usr/x /sys/x /proc/x /x /snug/x; do touch $file 2>/dev/null && echo wrote $file; done
		unshare -U true 2>/dev/null && echo made a user namespace
		unshare -m true 2>/dev/null && echo made a mount namespace
		mount -t tmpfs none /tmp 2>/dev/null && echo mounted
		mount -t proc none /proc 2>/dev/null && echo mounted proc
		kill -0 2 2>/dev/null && kill -0 $PPID 2>/dev/null && [ $PPID != 1 ] && echo sees who is around
		echo kept >/work/kept && echo end`
	for _, ids := range []string{"-c", "-r"} {
		args := append([]string{"run", "--project", "/work"}, strings.Fields(withheld)...)
		status, out, errs := c.snug("", append(args, ids, "--", "/bin/sh", "-c", script)...)
		if status != 0 || out != "end\n" {
			t.Errorf("%s: status %d, %q, %q", ids, status, out, errs)
		}
		b, err := os.ReadFile(c.dir + "/root/work/kept")
		if err != nil || string(b) != "kept\n" {
			t.Errorf("%s: the project has %q, %v", ids, b, err)
		}
	}
}

// TestInPodmanDoctor: it says of the container what a run says.
func TestInPodmanDoctor(t *testing.T) {
	c := newContainer(t)
	_, _, errs := c.snug("", "run", "--project", "/work", "--", "/bin/true")
	status, out, _ := c.snug("", "doctor", "--json")
	var said struct {
		OK     bool
		Notes  []string
		Checks []struct{ Name, State, Cause, Fix string }
	}
	if err := json.Unmarshal([]byte(out), &said); err != nil || status != 1 || said.OK {
		t.Fatalf("status %d, %v, %s", status, err, out)
	}
	if len(said.Notes) == 0 || !strings.HasPrefix(said.Notes[0], "in podman (/run/.containerenv)") {
		t.Errorf("it doesn't know where it is: %q", said.Notes)
	}
	for _, check := range said.Checks {
		if check.Name == "default run" && (check.State != "no" || !strings.Contains(errs, "  cause: "+check.Cause+"\n  fix: "+check.Fix+"\n")) {
			t.Errorf("doctor: %+v\nrun: %s", check, errs)
		}
	}
	if status, out, _ := c.snug("--security-opt unmask=ALL --security-opt seccomp=unconfined", "doctor"); status != 0 || !strings.Contains(out, "snug run works here") {
		t.Errorf("in a container that forbids nothing: status %d, %s", status, out)
	}
}
