package faults

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"snug/test/script/built"
)

// TestBrokenHelper: a newuidmap that is there, has the bit, and doesn't do what it should. A
// mount of the test's own puts it in the place of the real one, and its owner is the root of
// the test's namespace.
func TestBrokenHelper(t *testing.T) {
	built.NeedUser(t)
	const script = `
		chmod 4755 helper
		mount --bind ids /etc/subuid; mount --bind ids /etc/subgid
		mount --bind helper "$(command -v newuidmap)"; mount --bind helper "$(command -v newgidmap)"
		exec snug run --map-auto -- echo ran`
	for name, helper := range map[string]string{
		"it lies":     "#!/bin/sh\nexit 0\n",
		"it fails":    "#!/bin/sh\necho '\033[31mnewuidmap: no' >&2\nexit 1\n",
		"it dies":     "#!/bin/sh\nkill -9 $$\n",
		"it talks":    "#!/bin/sh\nhead -c 3000000 /dev/zero >&2\nexit 1\n",
		"is no file":  "\x00\x01\x02",
		"it hangs":    "#!/bin/sh\nexec sleep 1000\n",
		"it runs off": "#!/bin/sh\nsetsid sleep 3 & exit 1\n",
	} {
		t.Run(name, func(t *testing.T) {
			before, dir := look(), t.TempDir()
			must(t, os.WriteFile(filepath.Join(dir, "helper"), []byte(helper), 0o755))
			must(t, os.WriteFile(filepath.Join(dir, "ids"), []byte("root:1:65536\n0:1:65536\n"), 0o644))
			cmd := exec.Command("timeout", "-s", "TERM", "4", "unshare", "-Urm", "sh", "-ec", script)
			cmd.Dir = dir
			begin := time.Now()
			out, _ := cmd.CombinedOutput()
			status := cmd.ProcessState.ExitCode()
			if name == "it hangs" {
				// Whoever ends snug ends it: the helper may wait for a directory service.
				if status != 124 || time.Since(begin) > 30*time.Second {
					t.Errorf("status %d after %v: %s", status, time.Since(begin), out)
				}
			} else if status != 125 || !regexp.MustCompile(`^snug: error: [^\n]+\n  cause: [^\n]+\n  fix: [^\n]+\n$`).Match(out) || regexp.MustCompile(`\x1b`).Match(out) {
				t.Errorf("status %d: %.2000s", status, out)
			}
			before.unchanged(t)
		})
	}
}

// TestOthersIDs: ids that belong to somebody else are refused before anything is made.
func TestOthersIDs(t *testing.T) {
	built.NeedUser(t)
	me := itoa(os.Getuid())
	for _, id := range []string{"0", "1", "65534", "4000000000"} {
		out, err := runIn(t.TempDir(), "--map-users", "0:"+me+":1", "--map-users", "1:"+id+":1", "--", "echo", "ran")
		exit, ok := err.(*exec.ExitError)
		if !ok || exit.ExitCode() != 125 || !regexp.MustCompile(`^snug: error: [^\n]+\n  cause: [^\n]+\n  fix: [^\n]+\n$`).MatchString(out) {
			t.Errorf("%s: %v, %s", id, err, out)
		}
	}
}
