package userns

import (
	"strings"
	"testing"

	"snug/seccomp"
	"snug/userns/rootfs"
)

// TestNoProc: nothing of the plan changes but /proc, and what holds user namespaces inside
// where /proc/sys is fixed.
func TestNoProc(t *testing.T) {
	h := testHost()
	plain, err := Resolve(&Spec{Args: []string{"true"}}, h)
	if err != nil {
		t.Fatal(err)
	}
	empty, err := Resolve(&Spec{Args: []string{"true"}, NoProc: true}, h)
	if err != nil {
		t.Fatal(err)
	}
	if empty.NestedUsers || empty.NestedByFilter || !empty.NoProc {
		t.Errorf("where /proc/sys can be written: %+v", empty)
	}
	var want []rootfs.Step
	for _, s := range plain.View {
		if s.Op != rootfs.OpProc && !strings.HasPrefix(s.Path, "proc/") {
			if s.Path == "proc" {
				s.Mode = 0o555
			}
			want = append(want, s)
		}
	}
	if len(want) == len(plain.View) || len(want) != len(empty.View) {
		t.Fatalf("%d steps with a /proc, %d without, want %d", len(plain.View), len(empty.View), len(want))
	}
	for i := range want {
		if want[i] != empty.View[i] {
			t.Errorf("step %d: %+v, want %+v", i, empty.View[i], want[i])
		}
	}
}

// TestNoProcFixed: in a container whose /proc/sys is read-only the filter has to refuse user
// namespaces by itself, or there is no sandbox.
func TestNoProcFixed(t *testing.T) {
	h := testHost()
	h.FixedSysctls = true
	for name, c := range map[string]struct {
		spec Spec
		bad  string // the cause, if there is no plan
	}{
		"the default filter": {Spec{}, ""},
		"nesting allowed":    {Spec{AllowUserns: true}, ""},
		"no filter":          {Spec{NoSeccomp: true}, "does not refuse them"},
		"another filter":     {Spec{Seccomp: &seccomp.Profile{Default: seccomp.Allow}}, "does not refuse them"},
		"one that adds them": {Spec{SeccompRules: []seccomp.Rule{{Names: []string{"unshare"}, Action: seccomp.Allow}}}, "does not refuse them"},
		"required otherwise": {Spec{UsernsLimit: true}, "only the filter"},
	} {
		c.spec.Args, c.spec.NoProc = []string{"true"}, true
		p, err := Resolve(&c.spec, h)
		switch {
		case c.bad == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.bad == "" && p.NestedByFilter == c.spec.AllowUserns:
			t.Errorf("%s: by the filter: %v", name, p.NestedByFilter)
		case c.bad != "":
			if e, ok := err.(*Error); !ok || !strings.Contains(e.Why, c.bad) || e.Fix == "" {
				t.Errorf("%s: %v, want %q", name, err, c.bad)
			}
		}
	}
	if _, err := Resolve(&Spec{Args: []string{"true"}, AllowUserns: true, UsernsLimit: true}, h); err == nil {
		t.Error("forbidden and allowed: a plan")
	}
}
