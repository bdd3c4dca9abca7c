package userns

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"snug/userns/rootfs"
)

// try runs each line in a sandbox and says whether it succeeds.
func try(t *testing.T, spec *Spec, lines []string) map[string]bool {
	t.Helper()
	spec.Args = append([]string{"/bin/sh", "-c", `for line; do if (eval "$line") >/dev/null 2>&1; then echo y; else echo n; fi; done`, "sh"}, lines...)
	answers := strings.Fields(output(t, spec))
	if len(answers) != len(lines) {
		t.Fatalf("%d answers to %d lines", len(answers), len(lines))
	}
	got := map[string]bool{}
	for i, line := range lines {
		got[line] = answers[i] == "y"
	}
	return got
}

// succeeds compares what can be done inside with what should be.
func succeeds(t *testing.T, spec *Spec, want map[string]bool) {
	t.Helper()
	var lines []string
	for line := range want {
		lines = append(lines, line)
	}
	if diff := cmp.Diff(want, try(t, spec, lines)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// newProject has a repository, and a neighbour with a secret.
func newProject(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"p/main.go": "", "p/.git/config": "old", "p/.git/hooks/pre-commit": "old", "p/.git/HEAD": "old", "p/.envrc": "old", "secret": "s",
	} {
		file := filepath.Join(dir, name)
		os.MkdirAll(filepath.Dir(file), 0o755)
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "p")
}

func TestProjectInside(t *testing.T) {
	project := newProject(t)
	succeeds(t, &Spec{Project: project}, map[string]bool{
		"echo new > main.go":              true,
		"mkdir made":                      true,
		"echo new > .git/HEAD":            true,
		"echo new > .git/config":          false,
		"rm .git/config":                  false,
		"echo x > .git/hooks/post-commit": false,
		"rm .git/hooks/pre-commit":        false,
		"mv .git/hooks .git/old":          false,
		"mv .git .old":                    false,
		"rm -rf .git/hooks":               false,
		"ln .git/config linked":           false,
		"echo new > .envrc":               false,
		"mv .envrc .old":                  false,
		"cat ../secret":                   false,
		"umount .git":                     false,
		"mount -o remount,rw .git/config": false,
	})
	for name, want := range map[string]string{"main.go": "new\n", ".git/config": "old", ".git/hooks/pre-commit": "old", ".git/HEAD": "new\n", ".envrc": "old"} {
		if got, err := os.ReadFile(filepath.Join(project, name)); string(got) != want {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(project, "made")); err != nil {
		t.Error(err)
	}
}

func TestReadOnlyProjectInside(t *testing.T) {
	succeeds(t, &Spec{Project: newProject(t), ProjectReadOnly: true}, map[string]bool{"cat .envrc": true, "echo new > main.go": false, "mkdir made": false, "rm main.go": false})
}

func TestHostInside(t *testing.T) {
	project := newProject(t)
	for _, ids := range []IDs{MapSelf, MapRoot} {
		succeeds(t, &Spec{IDs: ids}, map[string]bool{
			"touch /usr/x":                          false,
			"touch /etc/x":                          false,
			"touch /tmp/x":                          true,
			"[ -e /var/tmp/x ] || touch /var/tmp/x": true,
			"ls " + project:                         false,
			"[ -z \"$(ls -A /root /home/* 2>/dev/null | grep -v :)\" ]": true,
			"echo > /dev/null":      true,
			"head -c1 /dev/urandom": true,
			"touch /dev/shm/x":      true,
			"ls /dev/kmsg /dev/mem /dev/sda /dev/vda /dev/kvm": false,
			"echo 1 > /proc/sys/vm/drop_caches":                false,
			"echo 0 > /proc/sys/user/max_user_namespaces":      false,
			"touch /sys/x":                              false,
			"unshare -U true":                           false,
			"mount -t tmpfs x /mnt":                     false,
			"umount /proc":                              false,
			"hostname other":                            false,
			"[ $(hostname) = localhost ]":               true,
			"grep -q 'NoNewPrivs:.1' /proc/self/status": true,
			"[ $(ls /proc | grep -c '^[0-9]') -lt 10 ]": true,
		})
	}
}

func TestMountsInside(t *testing.T) {
	dir := filepath.Dir(newProject(t))
	succeeds(t, &Spec{Mounts: []rootfs.Mount{
		{Source: dir, Target: "/tmp/ro", ReadOnly: true},
		{Source: dir, Target: "/data/rw"},
		{Kind: rootfs.Tmpfs, Target: "/cache", Size: "64k"},
		{Kind: rootfs.Link, Source: "/data/rw/secret", Target: "/tmp/link"},
		{Kind: rootfs.Dir, Target: "/var/lib/new/dir"},
		{Source: "/", Target: "/tmp/host", ReadOnly: true},
	}}, map[string]bool{
		"cat /tmp/ro/secret /tmp/link":           true,
		"touch /tmp/ro/x":                        false,
		"touch /data/rw/x":                       true,
		"head -c 30000 /dev/zero > /cache/small": true,
		"head -c 300000 /dev/zero > /cache/x || { rm /cache/x; false; }": false,
		"ls /var/lib/new/dir /var/lib/dpkg || ls /var/lib/new/dir":       true,
		"touch /tmp/host/x /tmp/host/tmp/x":                              false,
		"ls /tmp/host/usr":                                               true,
	})
	if _, err := os.Stat(filepath.Join(dir, "x")); err != nil {
		t.Errorf("what was written isn't there: %v", err)
	}
}
