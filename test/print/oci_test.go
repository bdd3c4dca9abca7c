//go:build peers

package print

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// crun refuses a machine on which cgroup v1 and v2 are mixed, even when told to leave cgroups
// alone (libcrun_get_cgroup_mode, src/libcrun/cgroup-utils.c): there it sees version 2 only,
// in a user namespace more, in which the ids are the same.
const onlyCgroup2 = `mount --bind /sys/fs/cgroup/unified /sys/fs/cgroup
exec setpriv --ambient-caps -all --inh-caps -all "$@"`

func (r room) runtime(name, bundle string) *exec.Cmd {
	words := []string{name, "run", "--bundle", bundle, "test-" + strconv.Itoa(os.Getpid())}
	if name == "crun" {
		words = append([]string{name, "--cgroup-manager=disabled"}, words[1:]...)
		if _, err := os.Stat("/sys/fs/cgroup/unified"); err == nil {
			words = append([]string{"unshare", "--user", "--map-current-user", "--keep-caps", "--mount", "sh", "-c", onlyCgroup2, "sh"}, words...)
		}
	}
	return r.command(words[0], words[1:]...)
}

// One bundle, two runtimes, no root.
func TestOCI(t *testing.T) {
	t.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin:/sbin") // runc is there
	for _, flags := range [][]string{{}, {"-r"}, {"--no-project"}, {"--seccomp", "none"}, {"--tmpfs", "/opt", "--hostname", "box"}} {
		for _, runtime := range []string{"crun", "runc"} {
			t.Run(runtime+" "+strings.Join(flags, " "), func(t *testing.T) {
				except := map[string]string{"uid": "0", "gid": "0", "map": "0 " + strconv.Itoa(os.Getuid()) + " 1"}
				if slices.Contains(flags, "none") {
					except["namespaces"] = "yes" // the filter alone forbids them there
				}
				newRoom(t).bundle(t, runtime, flags, except)
			})
		}
	}
	t.Run("crun -c", func(t *testing.T) { newRoom(t).bundle(t, "crun", []string{"-c"}, nil) })
	// It needs newuidmap, so it can't be in a user namespace of one id.
	t.Run("runc --map-auto", func(t *testing.T) { newRoom(t).bundle(t, "runc", []string{"--map-auto"}, nil) })
}

func (r room) bundle(t *testing.T, runtime string, flags []string, except map[string]string) {
	t.Helper()
	inside := append([]string{"--env-keep", "OUTSIDE"}, flags...)
	inside = append(inside, "--", "sh", "-c", probe, "sh", "two words", "$HOME'`")
	dir := filepath.Join(t.TempDir(), "bundle")
	r.printed(t, append([]string{"--print", "oci", "--bundle", dir}, inside...)...)
	want := found(t, r.command("snug", append([]string{"run"}, inside...)...))
	differ(t, want, found(t, r.runtime(runtime, dir)), except)
	if entries, err := os.ReadDir(filepath.Join(dir, "rootfs/tmp")); err != nil || len(entries) > 0 {
		t.Errorf("the bundle was written to: %v, %v", entries, err)
	}
}
