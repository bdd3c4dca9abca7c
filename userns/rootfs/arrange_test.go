package rootfs

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite testdata")

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; -update rewrites):\n%s", file, diff)
	}
}

func TestDefaultView(t *testing.T) {
	for name, c := range map[string]struct {
		host machine
		r    *Request
	}{
		"debian":     {debian, plain(project("/home/u/p"))},
		"silverblue": {silverblue, plain(project("/var/home/u/p"))},
		"rootfs":     {debian.with("/srv/x/etc/os-release /srv/x/bin -> usr/bin /srv/x/var/tmp/ /srv/x/dev/sda /srv/x/home/x/"), plain(inRoot("/srv/x"))},
	} {
		t.Run(name, func(t *testing.T) {
			steps, err := Arrange(c.r, c.host)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "testdata/"+name+".txt", lines(steps))
		})
	}
}

func TestRootOfTheMachineMayNotConfigureIt(t *testing.T) {
	steps, err := Arrange(plain(func(r *Request) { r.MaskProc = true }), debian)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range steps[len(steps)-len(configuring):] {
		got = append(got, s.line())
	}
	want := []string{
		`bind "/proc/sys" from "proc/sys" inner ro walked`,
		`bind "/proc/sysrq-trigger" from "proc/sysrq-trigger" inner ro walked`,
		`bind "/proc/irq" from "proc/irq" inner ro walked`,
		`bind "/proc/bus" from "proc/bus" inner ro walked`,
		`bind "/proc/fs" from "proc/fs" inner ro walked`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("last steps (-want +got):\n%s", diff)
	}
}

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		p, dir string
		want   bool
	}{
		{"/a", "/a", true}, {"/a/b", "/a", true}, {"/a", "/", true}, {"/", "/", true},
		{"/ab", "/a", false}, {"/a", "/a/b", false}, {"/", "/a", false}, {"a/b", "a", true},
	} {
		if got := Within(c.p, c.dir); got != c.want {
			t.Errorf("Within(%q, %q): got %v", c.p, c.dir, got)
		}
	}
}
