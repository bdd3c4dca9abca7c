//go:build deb

package deb

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"snug/test/script/built"
)

func TestMain(m *testing.M) {
	status := built.Main(m, built.Snug)
	os.RemoveAll(kept)
	os.Exit(status)
}

// top is the checkout.
const top = "../.."

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// output runs a command and gives what it prints on standard output.
func output(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%q: %v\n%s%s", cmd.Args, err, out, errs.Bytes())
	}
	return string(out)
}

// kept is the directory of the package that the tests look at.
var kept string

// thePackage makes it, once.
func thePackage(t *testing.T) string {
	t.Helper()
	built.NeedUser(t)
	file := filepath.Join(kept, "snug.deb")
	if kept != "" {
		return file
	}
	made := makePackage(t, "UTC")
	dir, err := os.MkdirTemp("", "snug-deb-")
	must(t, err)
	must(t, os.Chmod(dir, 0o755))
	kept, file = dir, filepath.Join(dir, "snug.deb")
	must(t, os.WriteFile(file, made, 0o644))
	return file
}

// makePackage makes a package in a copy of what it is made of, in a directory of its own.
func makePackage(t *testing.T, zone string) []byte {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "snug")
	must(t, os.Mkdir(dir, 0o700)) // not what the package is to have
	for _, name := range []string{"Makefile", "go.mod", "go.sum", "cmd", "userns", "idmap", "cgroupv2", "seccomp", "test"} {
		output(t, exec.Command("cp", "-r", filepath.Join(top, name), dir))
	}
	cmd := exec.Command("make", "-s", "-C", dir, "deb")
	cmd.Env = append(os.Environ(), "SOURCE_DATE_EPOCH=1790000000", "DEB_VERSION=1.2~test", "TZ="+zone)
	b, err := os.ReadFile(filepath.Join(dir, strings.TrimSpace(output(t, cmd))))
	must(t, err)
	return b
}

// The same sources give the same bytes, whenever and wherever they are built.
func TestReproducible(t *testing.T) {
	first, err := os.ReadFile(thePackage(t))
	must(t, err)
	if second := makePackage(t, "Asia/Tokyo"); !bytes.Equal(first, second) {
		t.Errorf("%d bytes, then %d others", len(first), len(second))
	}
}

// What lintian has to say against it: nothing.
func TestLintian(t *testing.T) {
	out, err := exec.Command("lintian", "--no-cfg", "--tag-display-limit", "0", thePackage(t)).CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "E: ") || strings.HasPrefix(line, "W: ") {
			t.Errorf("%s", line)
		}
	}
	if err != nil && !t.Failed() {
		t.Errorf("%v\n%s", err, out)
	}
}

// What a package installs belongs to root, and nobody else can write it.
func TestModes(t *testing.T) {
	for line := range strings.Lines(output(t, exec.Command("dpkg-deb", "-c", thePackage(t)))) {
		mode, rest, _ := strings.Cut(line, " ")
		if !strings.HasPrefix(rest, "root/root ") || mode != "drwxr-xr-x" && mode != "-rw-r--r--" && (mode != "-rwxr-xr-x" || !strings.Contains(line, "./usr/bin/snug")) {
			t.Errorf("%s", line)
		}
	}
}

// debian unpacks a fresh Debian, and gives its root.
func debian(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	tar := filepath.Join(dir, "debian.tar")
	output(t, exec.Command("mmdebstrap", "--quiet", "--mode=unshare", "--variant=apt", "--format=tar", "bookworm", tar, sources(t)))
	root := filepath.Join(dir, "debian")
	must(t, os.Mkdir(root, 0o755))
	unpack := exec.Command("snug", "run", "--map-auto", "--project", root, "--allow-write", ".", "--ro", tar, "--", "tar", "-xpf", tar, "--exclude=./dev/*")
	unpack.Dir = root
	output(t, unpack)
	// What the user's subordinate ids own he can only remove as those.
	t.Cleanup(func() {
		clean := exec.Command("snug", "run", "--map-auto", "--project", root, "--allow-write", ".", "--", "find", root, "-mindepth", "1", "-delete")
		clean.Dir = root
		if out, err := clean.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})
	return root
}

// sources is where this machine's Debian comes from.
func sources(t *testing.T) string {
	t.Helper()
	for _, pattern := range []string{"/etc/apt/sources.list", "/etc/apt/sources.list.d/*"} {
		files, err := filepath.Glob(pattern)
		must(t, err)
		for _, f := range files {
			if b, err := os.ReadFile(f); err == nil && bytes.Contains(b, []byte("bookworm")) {
				return f
			}
		}
	}
	t.Fatal("no file of /etc/apt/sources.list* names bookworm")
	return ""
}

// inside runs a script as the root of that Debian, with the package's directory at /in.
func inside(t *testing.T, root, in, script string) string {
	t.Helper()
	cmd := exec.Command("snug", "run", "--map-auto", "--allow-userns", "--rootfs", root+":rw", "-v", in+":/in:ro", "--clearenv",
		"--setenv", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "--setenv", "DEBIAN_FRONTEND=noninteractive", "--setenv", "HOME=/root", "--", "sh", "-ec", script)
	cmd.Dir = t.TempDir()
	return output(t, cmd)
}

// asUser is the beginning of a line of an ordinary user's in there, who has a home and a project.
const asUser = `cd /srv/project && setpriv --reuid=1000 --regid=1000 --clear-groups env HOME=/home/me PATH=/usr/bin:/bin `

// TestInstall is a life: installed, used, upgraded to itself, removed, purged.
func TestInstall(t *testing.T) {
	in := filepath.Dir(thePackage(t))
	root := debian(t)

	const files = `find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /in -o -path /tmp -o -path /run -o -path /var/cache -o -path /var/log -o -path /var/lib/dpkg -o -path /var/lib/apt \) -prune -o -print | sort`
	before := inside(t, root, in, files)
	inside(t, root, in, `apt-get -qq -y --no-install-recommends install /in/snug.deb`)

	if got := inside(t, root, in, "snug version"); !strings.HasPrefix(got, "snug ") {
		t.Errorf("snug version: %q", got)
	}
	inside(t, root, in, "mkdir -p /srv/project /home/me; chown 1000:1000 /srv/project /home/me; echo key >/home/me/secret; chown 1000 /home/me/secret")
	inside(t, root, in, asUser+"snug run -- true")
	if got := inside(t, root, in, asUser+`snug run -- sh -c 'id -u; echo x >made; cat /home/me/secret 2>&1 || echo hidden; touch /usr/x 2>&1 || echo read-only'`); !strings.Contains(got, "1000\n") || !strings.Contains(got, "hidden") || !strings.Contains(got, "read-only") {
		t.Errorf("inside: %s", got)
	}
	if got := inside(t, root, in, "cat /srv/project/made"); got != "x\n" {
		t.Errorf("the project: %q", got)
	}
	for _, f := range []string{"/usr/share/man/man1/snug-run.1.gz", "/usr/share/bash-completion/completions/snug", "/usr/share/zsh/vendor-completions/_snug", "/usr/share/fish/vendor_completions.d/snug.fish"} {
		inside(t, root, in, "test -s "+f)
	}
	inside(t, root, in, "dpkg --verify snug; dpkg -i /in/snug.deb")
	inside(t, root, in, "rm -r /srv/project /home/me; apt-get -qq -y purge snug")
	if after := inside(t, root, in, files); after != before {
		t.Errorf("it left something:\n%s", changed(before, after))
	}
}

// changed lists the lines of only one of two texts.
func changed(before, after string) string {
	var b strings.Builder
	for line := range strings.Lines(after) {
		if !strings.Contains("\n"+before, "\n"+line) {
			b.WriteString("+ " + line)
		}
	}
	for line := range strings.Lines(before) {
		if !strings.Contains("\n"+after, "\n"+line) {
			b.WriteString("- " + line)
		}
	}
	return b.String()
}

// make install and make uninstall are each other's opposite.
func TestMakeInstall(t *testing.T) {
	built.NeedUser(t)
	dir := t.TempDir()
	for _, prefix := range []string{"/usr/local", "/usr"} {
		output(t, exec.Command("make", "-s", "-C", top, "install", "DESTDIR="+dir, "PREFIX="+prefix))
		for _, f := range []string{"bin/snug", "share/man/man1/snug.1", "share/man/man1/snug-run.1", "share/bash-completion/completions/snug", "share/fish/vendor_completions.d/snug.fish"} {
			if info, err := os.Stat(filepath.Join(dir, prefix, f)); err != nil || info.Size() == 0 {
				t.Errorf("%s: %v", f, err)
			}
		}
		output(t, exec.Command("make", "-s", "-C", top, "uninstall", "DESTDIR="+dir, "PREFIX="+prefix))
	}
	if left := output(t, exec.Command("find", dir, "-type", "f")); left != "" {
		t.Errorf("left: %s", left)
	}
}
