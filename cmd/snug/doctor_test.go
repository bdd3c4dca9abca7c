package main

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"snug/userns"
)

func TestDoctorText(t *testing.T) {
	golden(t, "doctor.txt", printed(t, judge(sound(t))))
}

func TestDoctorJSON(t *testing.T) {
	var b strings.Builder
	if err := judge(sound(t)).encode(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "doctor.json", b.String())
}

// What is said of broken hosts, one after the other, without what works there.
func TestDoctorOfBrokenHosts(t *testing.T) {
	var all strings.Builder
	hosts := brokenHosts(t)
	for _, name := range slices.Sorted(maps.Keys(hosts)) {
		d := judge(hosts[name])
		all.WriteString("# " + name + "\n")
		for i, g := range d.Groups {
			d.Groups[i].checks = slices.DeleteFunc(g.checks, func(c check) bool { return c.State == yes })
		}
		d.Groups = slices.DeleteFunc(d.Groups, func(g group) bool { return len(g.checks) == 0 })
		_, text, _ := strings.Cut(printed(t, d), "\n") // after who and where
		all.WriteString(text + "\n")
	}
	golden(t, "doctor-broken.txt", all.String())
}

// A run and the doctor blame the same and advise the same, and the setting that is at fault
// is among the checks.
func TestDoctorAgreesWithRun(t *testing.T) {
	for name, f := range brokenHosts(t) {
		d := judge(f)
		if d.OK != (f.plain.err == nil) {
			t.Errorf("%s: ok is %v", name, d.OK)
		}
		for _, try := range []struct {
			check string
			err   error
		}{{"default run", f.plain.err}, {"map-auto run", f.auto.err}, {"report run", f.reported.err}} {
			c := find(t, d, try.check)
			if try.err != nil && (c.Cause != causeOf(try.err) || c.Fix != hintOf(try.err)) {
				t.Errorf("%s: %s: got %q, %q, want %q, %q", name, try.check, c.Cause, c.Fix, causeOf(try.err), hintOf(try.err))
			}
		}
	}
	hosts := brokenHosts(t)
	for host, check := range map[string]string{"user namespaces off": "userns count", "Debian's switch": "userns switch", "AppArmor": "AppArmor"} {
		d := judge(hosts[host])
		run, setting := find(t, d, "default run"), find(t, d, check)
		if setting.State != no || setting.Cause != run.Cause || setting.Fix != run.Fix || run.Cause == "" {
			t.Errorf("%s: %s is %+v, but a run says %+v", host, check, setting, run)
		}
	}
	// A setting that the program is exempt from is to blame for nothing.
	for _, host := range []string{"AppArmor, with a profile", "AppArmor, with a profile, in podman"} {
		if c := find(t, judge(hosts[host]), "AppArmor"); c.State != yes {
			t.Errorf("%s: %+v", host, c)
		}
	}
}

// Every check has a question, a name that fits, and for a no what is lost and what to do.
func TestDoctorIsComplete(t *testing.T) {
	for name, f := range brokenHosts(t) {
		seen := map[string]bool{}
		for _, g := range judge(f).Groups {
			for _, c := range g.checks {
				if !strings.HasSuffix(c.Question, "?") || len(c.Name) > nameWide || seen[c.Name] {
					t.Errorf("%s: %+v", name, c)
				}
				if c.State == no && (c.Lost == "" || c.Cause == "" || c.Fix == "") || c.State == yes && c.Lost+c.Cause+c.Fix != "" || c.Detail == "" {
					t.Errorf("%s: %+v", name, c)
				}
				seen[c.Name] = true
			}
		}
	}
}

// Nothing but a command that has to be pasted in one piece is wider than a terminal.
func TestDoctorFitsATerminal(t *testing.T) {
	for name, f := range brokenHosts(t) {
		for line := range strings.Lines(printed(t, judge(f))) {
			if line = strings.TrimSuffix(line, "\n"); len(line) > columns && !strings.Contains(line, "as root: ") && !strings.ContainsAny(line, "'$=") {
				t.Errorf("%s: %d columns: %s", name, len(line), line)
			}
		}
	}
}

// A fix that is a command stays one when it is copied from the screen.
func TestDoctorFixCanBePasted(t *testing.T) {
	for _, command := range []string{
		`printf '%s\n' 'a, b; c && d' >x && echo y; echo z`,
		`as root: mkdir -p /etc/systemd/system/user@.service.d && printf '[Service]\nDelegate=cpu cpuset io memory pids\n' >/etc/systemd/system/user@.service.d/delegate.conf && systemctl daemon-reload; then, as yourself: systemctl --user daemon-reexec`,
	} {
		var b strings.Builder
		foldFix(&b, "  fix: ", command, 7)
		for line := range strings.Lines(b.String()) {
			line = strings.TrimSuffix(line, "\n")
			if strings.Count(line, "'")%2 != 0 {
				t.Errorf("%s: breaks quotes: %s", command, line)
			}
		}
		if got := strings.Join(strings.Fields(b.String()), " "); got != "fix: "+command {
			t.Errorf("got %s, want %s", got, command)
		}
	}
}

// Colours say nothing that words don't.
func TestDoctorColours(t *testing.T) {
	d := judge(brokenHosts(t)["no user bus"])
	var b strings.Builder
	if err := d.print(&b, map[state]string{yes: "\x1b[32m", no: "\x1b[31m", unknown: "\x1b[33m"}); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, want := range []string{"\x1b[32myes\x1b[0m", "\x1b[31mno \x1b[0m", "\x1b[33m?  \x1b[0m"} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %q", want)
		}
	}
	for _, code := range []string{"\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[0m"} {
		text = strings.ReplaceAll(text, code, "")
	}
	if text != printed(t, d) {
		t.Error("without its colours it says something else")
	}
}

// Names come from the machine and from other people.
func TestDoctorNames(t *testing.T) {
	f := sound(t)
	f.user, f.release, f.snug, f.limits.tree = evil, evil, evil, evil
	f.plain.err = &userns.Error{Do: evil, On: evil, Err: unix.EPERM, Why: evil, Fix: evil}
	f.limits.managerErr = errors.New(evil)
	harmless(t, "doctor", printed(t, judge(f)))
	var b strings.Builder
	if judge(f).encode(&b); !json.Valid([]byte(b.String())) {
		t.Errorf("no JSON: %s", b.String())
	}
}

func TestDoctorCantPrint(t *testing.T) {
	err := error(&printError{judge(sound(t)).print(full{}, nil)})
	if !errors.Is(err, unix.ENOSPC) || causeOf(err) == "" || hintOf(err) == "" {
		t.Errorf("got %v", err)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, unix.ENOSPC }

func printed(t *testing.T, d *diagnosis) string {
	t.Helper()
	var b strings.Builder
	if err := d.print(&b, nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func find(t *testing.T, d *diagnosis, name string) check {
	t.Helper()
	for _, g := range d.Groups {
		for _, c := range g.checks {
			if c.Name == name {
				return c
			}
		}
	}
	t.Fatalf("there is no check %s", name)
	return check{}
}
