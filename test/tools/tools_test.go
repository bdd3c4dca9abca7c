//go:build tools

package tools

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"snug/test/script/built"
)

func TestMain(m *testing.M) { os.Exit(built.Main(m, built.Snug)) }

func TestTools(t *testing.T) {
	built.NeedUser(t)
	for _, r := range rows(t) {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			skipWithout(t, r.needs)
			r.compare(t)
		})
	}
}

// skipWithout skips the test of a tool that isn't there.
func skipWithout(t *testing.T, commands []string) {
	t.Helper()
	for _, name := range commands {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not installed", name)
		}
	}
}

// compare runs the tool without the filter and Landlock, and with both.
func (r *row) compare(t *testing.T) {
	t.Helper()
	project := r.prepare(t)
	without := r.session(t, r.copy(t, project), "--seccomp", "none", "--no-landlock")
	r.check(t, "without them", without)
	with := r.session(t, project)
	r.check(t, "with the filter and Landlock", with)
	for _, re := range r.ignore {
		if !re.MatchString(without.whole + with.whole) {
			t.Errorf("there is no %s to ignore", re)
		}
	}
	if diff := cmp.Diff(without.output, with.output); diff != "" {
		t.Errorf("the filter or Landlock makes a difference (-without +with):\n%s", diff)
	}
}

// check looks for success and for the marks of it.
func (r *row) check(t *testing.T, how string, o outcome) {
	t.Helper()
	good := o.status == 0
	for _, re := range r.want {
		if !re.MatchString(o.output) {
			t.Errorf("%s: the output lacks %s", how, re)
			good = false
		}
	}
	if !good {
		t.Fatalf("%s: status %d:\n%s", how, o.status, o.whole)
	}
}

// TestFilter is what the others take for granted: there is a filter, and then there isn't.
func TestFilter(t *testing.T) {
	built.NeedUser(t)
	filters := func(flags ...string) int {
		args := append(append([]string{"snug", "run", "--no-project"}, flags...), "--", "sed", "-n", "s/^Seccomp_filters:[^0-9]*//p", "/proc/self/status")
		o := run(t, t.TempDir(), args...)
		n, err := strconv.Atoi(strings.TrimSpace(o.whole))
		if err != nil {
			t.Fatalf("%q: status %d: %s", args, o.status, o.whole)
		}
		return n
	}
	if with, without := filters(), filters("--seccomp", "none"); with != without+1 {
		t.Errorf("%d filters with the filter, %d without", with, without)
	}
}
