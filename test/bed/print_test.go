//go:build bed

package bed

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// place is a home with a secret, and a project.
func place(t *testing.T) (home, project string) {
	t.Helper()
	dir := t.TempDir()
	home, project = filepath.Join(dir, "home"), filepath.Join(dir, "pro ject")
	for _, d := range []string{home, project} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(home, "secret"), []byte("key"), 0o600); err != nil {
		t.Fatal(err)
	}
	return home, project
}

// printed is the line that snug prints in the project, for a script.
func printed(t *testing.T, home, project, form, script string, flags ...string) string {
	t.Helper()
	snug := exec.Command("snug", append(append([]string{"run", "--print", form}, flags...), "--", "sh", "-c", script)...)
	snug.Dir, snug.Env = project, append(os.Environ(), "HOME="+home)
	line, err := snug.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(line)
}

// carriedOut runs a line in the project, where there is one secret more, and gives its status
// and what it prints.
func carriedOut(t *testing.T, home, project, line string) (status int, out string) {
	t.Helper()
	bash := exec.Command("bash", "-c", line)
	bash.Dir, bash.Env = project, append(os.Environ(), "HOME="+home, "A_TOKEN=shibboleth")
	b, err := bash.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return bash.ProcessState.ExitCode(), string(b)
}

// noNamespace is EXIT_NAMESPACE of systemd.exec(5): the manager understood every property, but
// can't make a mount namespace for a service.
const noNamespace = 226

// ofMounts are the properties for which it needs one.
var ofMounts = regexp.MustCompile(`(?m)^    -p '?(PrivateIPC|ProtectSystem|ProtectControlGroups|ProtectKernelTunables|PrivateDevices|TemporaryFileSystem|BindPaths|BindReadOnlyPaths|InaccessiblePaths)=.*\n`)

// A service of the user's manager does what the line says: the project is writable, the home
// is hidden, and so are the rest of the files, the network and the caller's secrets. Where the
// manager of this bed can't have mount namespaces, what is left is tried without those.
func TestPrintedSystemdRun(t *testing.T) {
	home, project := place(t)
	const script = `id -u; echo x >written; echo "secret $(cat $HOME/secret)"; touch /usr/x || echo read-only
echo "devices $(tail -n +3 /proc/net/dev | wc -l)"; echo "token $A_TOKEN"; sed -n 's/^NoNewPrivs:.//p; s/^CapEff:.//p' /proc/self/status; unshare -U true || echo refused`
	line := printed(t, home, project, "systemd-run", script)
	want := []string{strconv.Itoa(os.Getuid()) + "\n", "read-only\n", "devices 1\n", "token \n", "\n1\n", "0000000000000000\n", "refused\n"}
	status, got := carriedOut(t, home, project, line)
	switch alone, _ := carriedOut(t, home, project, "systemd-run --user --quiet --collect --wait --pipe -p PrivateUsers=yes -p ProtectSystem=strict true"); {
	case alone == noNamespace && status == noNamespace:
		status, got = carriedOut(t, home, project, ofMounts.ReplaceAllString(line, ""))
	case strings.Contains(got, "key"):
		t.Error("the secret is there")
	}
	if status != 0 {
		t.Fatalf("status %d: %s\n%s", status, got, line)
	}
	for _, w := range want {
		if !strings.Contains(got, w) {
			t.Errorf("no %q in:\n%s", w, got)
		}
	}
	if b, err := os.ReadFile(filepath.Join(project, "written")); err != nil || string(b) != "x\n" {
		t.Errorf("the project: %q, %v", b, err)
	}
}

// A limit around a peer that has none is the manager's: a scope around it.
func TestPrintedScope(t *testing.T) {
	home, project := place(t)
	line := printed(t, home, project, "unshare", "cat /proc/self/cgroup; echo done", "--pids-limit", "50", "--share-cgroup")
	if status, got := carriedOut(t, home, project, line); status != 0 || !strings.Contains(got, ".scope\n") || !strings.HasSuffix(got, "done\n") {
		t.Errorf("got %d, %s", status, got)
	}
}
