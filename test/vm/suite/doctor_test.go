//go:build vm

package suite

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// diagnosis is what the doctor says, for programs.
type diagnosis struct {
	OK     bool
	Checks []struct{ Name, State, Detail, Lost, Cause, Fix string }
}

// doctor asks the doctor, who ends with that status.
func (p *place) doctor(t *testing.T, code int) (d diagnosis) {
	t.Helper()
	r := p.run(t, "snug", "doctor", "--json")
	if err := json.Unmarshal([]byte(r.Out), &d); err != nil || r.Code != code || r.Err != "" || d.OK != (code == 0) {
		t.Fatalf("%v: %v", err, r)
	}
	if r.Took > 10*time.Second {
		t.Errorf("it took %v", r.Took)
	}
	return d
}

// without lists the checks that are not answered yes.
func (d *diagnosis) without() (names []string) {
	for _, c := range d.Checks {
		if c.State != "yes" {
			names = append(names, c.Name+": "+c.State)
		}
	}
	return names
}

// TestDoctor: tester's manager has all, and nothing is left of what was tried.
func TestDoctor(t *testing.T) {
	for _, p := range []*place{shell(t, tester), login(t, tester)} {
		d := p.doctor(t, 0)
		if bad := d.without(); len(bad) > 0 || len(d.Checks) < 25 {
			t.Errorf("%s: of %d checks: %v: %+v", p.name, len(d.Checks), bad, d)
		}
		matches(t, "the table", p.ok(t, "snug", "doctor"), `(?s)yes  cgroup +snug-doctor-\d+\.scope was made and removed.*snug run works here$`)
	}
	noScopes(t)
}

// TestDoctorOnDelegation: Debian's default lacks two controllers, and what a run says of them
// the doctor says, too.
func TestDoctorOnDelegation(t *testing.T) {
	p := shell(t, plain)
	d := p.doctor(t, 0)
	if got, want := d.without(), []string{"controller cpuset: no", "controller io: no"}; !slices.Equal(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	run := p.run(t, snug("--io-max", "/home:wbps=1M", "--", "true")...)
	for _, c := range d.Checks {
		if c.State == "yes" {
			continue
		}
		matches(t, c.Name, c.Fix, `^as root: .*Delegate=cpu cpuset io memory pids\\n' >/etc/systemd/system/user@\.service\.d/delegate\.conf`)
		if !strings.Contains(run.Err, "fix: "+c.Fix) {
			t.Errorf("a run says %v, the doctor %s", run, c.Fix)
		}
	}
}

// TestDoctorOnUserns: without user namespaces there is no sandbox.
func TestDoctorOnUserns(t *testing.T) {
	const file = "/proc/sys/user/max_user_namespaces"
	admin := root(t)
	was := admin.ok(t, "cat", file)
	t.Cleanup(func() { admin.ok(t, "sh", "-c", "echo "+was+" >"+file) })
	admin.ok(t, "sh", "-c", "echo 0 >"+file)
	p := shell(t, tester)
	d := p.doctor(t, 1)
	run := p.run(t, snug("--", "true")...)
	for _, c := range d.Checks {
		if c.Name != "default run" && c.Name != "userns count" {
			continue
		}
		matches(t, c.Name, c.Fix, `^as root: sysctl -w user\.max_user_namespaces=\d+`)
		if c.State != "no" || !strings.Contains(run.Err, "cause: "+c.Cause+"\n  fix: "+c.Fix) {
			t.Errorf("a run says %v, the doctor %+v", run, c)
		}
	}
	matches(t, "the table", p.run(t, "snug", "doctor").Out, `snug run does not work here`)
	if got := d.without(); slices.Contains(got, "cgroup: no") || slices.Contains(got, "subordinate uids: no") {
		t.Errorf("what has nothing to do with it fails, too: %v", got)
	}
}

// TestDoctorOfRoot: root's answers are not everybody's, and he is told.
func TestDoctorOfRoot(t *testing.T) {
	r := root(t).run(t, "snug", "doctor")
	matches(t, "the table", r.Out, `(?s)note: you are root\..*yes  default run`)
	noScopes(t)
}

// TestDoctorWithoutManager: a user whose manager is stopped is told, and a manager that
// doesn't react is not waited for.
func TestDoctorWithoutManager(t *testing.T) {
	admin := root(t)
	for what, c := range map[string]struct{ env, state, fix string }{
		"no manager": {"XDG_RUNTIME_DIR=/nonexistent", "no", `loginctl enable-linger`},
		"none named": {"XDG_RUNTIME_DIR=", "yes", ``},
	} {
		r := admin.run(t, "setpriv", "--reuid", plain, "--regid", plain, "--init-groups", "env", "-i", path, c.env, "snug", "doctor", "--json")
		var d diagnosis
		if err := json.Unmarshal([]byte(r.Out), &d); err != nil || r.Code != 0 {
			t.Errorf("%s: %v: %v", what, err, r)
		}
		for _, check := range d.Checks {
			if check.Name == "user manager" {
				if check.State != c.state {
					t.Errorf("%s: %+v", what, check)
				}
				matches(t, what, check.Fix, c.fix)
			}
		}
	}
	systemd := admin.ok(t, "systemctl", "show", "--value", "-p", "MainPID", "user@"+uid(plain))
	t.Cleanup(func() { admin.ok(t, "kill", "-CONT", systemd) })
	p := shell(t, plain)
	admin.ok(t, "kill", "-STOP", systemd)
	d := p.doctor(t, 0)
	for _, c := range d.Checks {
		if c.Name == "cgroup" && (c.State != "unknown" || c.Cause == "" || c.Fix == "") {
			t.Errorf("a manager that is stopped: %+v", c)
		}
	}
}
