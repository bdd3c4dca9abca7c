//go:build deb

package deb

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"snug/test/script/built"
)

// parser stands in for apparmor_parser: it can read the profile, or it is too old to.
const parser = `#!/bin/sh
echo "$*" >>"$0.log"
case $* in *--skip-kernel-load*) exit %s ;; esac
`

// maintainer is a package's script, with the paths of a root of its own.
func maintainer(t *testing.T, root, name string, args ...string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(top, "cmd/snug/debian", name))
	must(t, err)
	script := strings.NewReplacer("/etc/", root+"/etc/", "/usr/share/", root+"/usr/share/", "/var/lib/", root+"/var/lib/", "/sys/kernel", root+"/sys/kernel").Replace(string(text))
	cmd := exec.Command("sh", append([]string{"-c", script, name}, args...)...)
	cmd.Env = append(os.Environ(), "PATH="+root+"/bin:"+os.Getenv("PATH"))
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%s %q: %v, %s", name, args, err, out)
	}
}

func profileRoot(t *testing.T, status string) (root, profile string) {
	t.Helper()
	built.NeedUser(t)
	root = t.TempDir()
	for _, dir := range []string{"bin", "etc/apparmor.d", "usr/share/snug", "var/lib", "sys/kernel/security/apparmor"} {
		must(t, os.MkdirAll(filepath.Join(root, dir), 0o755))
	}
	must(t, os.WriteFile(filepath.Join(root, "bin/apparmor_parser"), []byte(strings.Replace(parser, "%s", status, 1)), 0o755))
	text, err := os.ReadFile(filepath.Join(top, "cmd/snug/debian/apparmor"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(root, "usr/share/snug/apparmor"), text, 0o644))
	return root, filepath.Join(root, "etc/apparmor.d/snug")
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// A parser that can't read the profile doesn't get it, and nothing fails.
func TestOldParser(t *testing.T) {
	root, profile := profileRoot(t, "1")
	maintainer(t, root, "postinst", "configure", "")
	if exists(profile) {
		t.Error("the profile is there: it would fail apparmor.service")
	}
	maintainer(t, root, "prerm", "remove")
	maintainer(t, root, "postrm", "purge")
}

// One that can gets it and loads it; an upgrade renews it; what an administrator changed stays
// until the package is purged.
func TestNewParser(t *testing.T) {
	root, profile := profileRoot(t, "0")
	maintainer(t, root, "postinst", "configure", "")
	if !exists(profile) {
		t.Fatal("no profile")
	}
	log, err := os.ReadFile(filepath.Join(root, "bin/apparmor_parser.log"))
	must(t, err)
	if !strings.Contains(string(log), "--replace") {
		t.Errorf("it wasn't loaded: %s", log)
	}
	must(t, os.WriteFile(filepath.Join(root, "usr/share/snug/apparmor"), []byte("# a newer one\n"), 0o644))
	maintainer(t, root, "prerm", "upgrade", "2")
	maintainer(t, root, "postinst", "configure", "1")
	if b, _ := os.ReadFile(profile); string(b) != "# a newer one\n" {
		t.Errorf("an upgrade left %q", b)
	}
	must(t, os.WriteFile(profile, []byte("# mine\n"), 0o644))
	maintainer(t, root, "postinst", "configure", "2")
	maintainer(t, root, "prerm", "remove")
	if b, _ := os.ReadFile(profile); string(b) != "# mine\n" {
		t.Errorf("an administrator's is %q", b)
	}
	maintainer(t, root, "postrm", "purge")
	if exists(profile) || exists(filepath.Join(root, "var/lib/snug")) {
		t.Error("something is left")
	}
}

// The real parser of this machine, if it is new enough, can read the profile; if it isn't, it says
// so, which is what the script of the package goes by.
func TestRealParser(t *testing.T) {
	built.NeedUser(t)
	cmd := exec.Command("apparmor_parser", "--skip-kernel-load", "--skip-cache", filepath.Join(top, "cmd/snug/debian/apparmor"))
	cmd.Env = append(os.Environ(), "PATH="+os.Getenv("PATH")+":/usr/sbin:/sbin")
	cmd.Path = "/sbin/apparmor_parser"
	out, err := cmd.CombinedOutput()
	if _, abi := os.Stat("/etc/apparmor.d/abi/4.0"); (abi == nil) != (err == nil) {
		t.Errorf("AppArmor 4.0 is there: %v; the parser says %v\n%s", abi == nil, err, out)
	}
}
