package faults

import (
	"context"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"snug/test/script/built"
)

// another makes a root of its own in namespaces of its own: a tmpfs of $SIZE with what is named in
// $KEEP, $DO done to it, and a project in /project. Then it runs the arguments there as the
// ordinary user who began.
const another = `
exec unshare -Urm sh -ec '
	mount -t tmpfs -o size=$SIZE none "$NEW"
	here=$PWD
	cd "$NEW"
	mkdir old project snug
	for dir in $KEEP; do
		if [ -L /$dir ]; then cp -d /$dir $dir; else mkdir $dir; mount --rbind /$dir $dir; fi
	done
	mount --bind "$here" project
	mount --bind "$BUILT" snug
	pivot_root . old
	cd /project
	PATH=/snug:$PATH
	eval "$DO"
	if umount -l /old; then rmdir /old; fi 2>&- || : # umount needs a /proc
	exec unshare -U --map-user=$ME --map-group=$MY "$@"
' sh "$@"`

// inAnother runs snug in such a root.
func inAnother(t *testing.T, keep, do string, args ...string) (status int, out string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", append([]string{"-c", another, "sh", "/snug/snug", "run"}, args...)...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "NEW="+t.TempDir(), "BUILT="+built.Dir, "SIZE=1m", "KEEP="+keep, "DO="+do,
		"ME="+itoa(os.Getuid()), "MY="+itoa(os.Getgid()), "PATH="+os.Getenv("PATH")+":/usr/sbin:/sbin")
	b, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		t.Fatalf("it hangs: %s", b)
	}
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(cmd.Dir)
	must(t, err)
	for _, e := range entries {
		if e.Name() != "made" {
			t.Errorf("left in the project: %s", e.Name())
		}
	}
	return cmd.ProcessState.ExitCode(), string(b)
}

// everything is what a root has.
const everything = "usr bin sbin lib lib64 etc proc dev sys tmp var run home"

func lacking(dirs string) string {
	var kept []string
	for dir := range strings.FieldsSeq(everything) {
		if !strings.Contains(" "+dirs+" ", " "+dir+" ") {
			kept = append(kept, dir)
		}
	}
	return strings.Join(kept, " ")
}

// TestRoots: whatever the root is and lacks, the command runs in it or snug says why not.
func TestRoots(t *testing.T) {
	built.NeedUser(t)
	const ran = `^ran\n$`
	for _, test := range []struct {
		name, keep, do string
		want           string
	}{
		{"a tmpfs", everything, "", ran},
		{"read-only", everything, "mount -o remount,bind,ro /", ran},
		{"full", everything, "cat /dev/zero >/filler 2>/dev/null || :", ran},
		{"read-only, and full, and without /tmp", lacking("tmp var"), "cat /dev/zero >/filler 2>/dev/null || :; mount -o remount,bind,ro /", ran},
		{"no /tmp", lacking("tmp"), "", ran},
		{"no /var", lacking("var"), "", ran},
		{"no /home and no /run", lacking("home run"), "", ran},
		{"no /etc", lacking("etc"), "", ran},
		{"no /proc", lacking("proc"), `exec "$@"`, `^snug: error: .*\n  cause: /proc is not mounted\n  fix: mount -t proc proc /proc, as root\n$|` +
			`^snug: error: make the namespaces: .*\n  cause: /proc/self/exe could not be started, so /proc is not mounted\n  fix: .*\n$|` +
			`^snug: error: .*\n  cause: .*/proc.*\n  fix: .*\n$`},
		{"no /dev", lacking("dev"), "", `^snug: error: .*/dev/null.*\n  cause: .+\n  fix: .+\n$`},
		{"no /sys", lacking("sys"), "", `^snug: error: mount sysfs on /sys: .*\n  cause: .+\n  fix: .+\n$`},
		{"nothing but /usr and /proc", "usr bin lib lib64 proc dev sys", "", ran},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := look()
			status, out := inAnother(t, test.keep, test.do, "--", "sh", "-c", "touch made && echo x >/tmp/x && echo ran")
			if !regexp.MustCompile(test.want).MatchString(out) || status != 0 && (status != 125 || test.want == ran) {
				t.Errorf("status %d, %s", status, out)
			}
			before.unchanged(t)
		})
	}
}
