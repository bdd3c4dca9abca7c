//go:build vm

package suite

import (
	"strings"
	"testing"
)

// systemdRun runs what snug run --print systemd-run says for that line, as somebody would who
// copies it to his terminal.
func systemdRun(t *testing.T, p *place, args ...string) Result {
	t.Helper()
	line := p.ok(t, append([]string{"snug", "run", "--print", "systemd-run"}, args...)...)
	return p.run(t, "bash", "-c", line)
}

// The printed lines are for this manager, and confine as far as they say.
func TestPrintedSystemdRun(t *testing.T) {
	p := shell(t, tester)
	project := p.ok(t, "mktemp", "-d")
	t.Cleanup(func() { p.run(t, "rm", "-r", project) })
	p.ok(t, "sh", "-c", "mkdir -p "+project+"/.git/hooks ~/.ssh; echo '[core]' >"+project+"/.git/config; echo 'ref: refs/heads/main' >"+project+"/.git/HEAD; mkdir -p "+project+"/.git/objects "+project+"/.git/refs; echo key >~/.ssh/id_of_a_test")
	t.Cleanup(func() { p.run(t, "sh", "-c", "rm ~/.ssh/id_of_a_test") })
	const script = `
say() { echo "$1 $2"; }
try() { if eval "$2" 2>/dev/null >/dev/null; then say "$1" yes; else say "$1" no; fi; }
say uid $(id -u)
say arguments "$#,$1,$2"
say bounding $(sed -n "s/^CapBnd:[[:space:]]*//p" /proc/self/status)
try secret 'cat ~/.ssh/id_of_a_test'
try project 'echo x >written'
try hooks 'echo x >.git/hooks/post-commit'
try config 'echo x >>.git/config'
try usr 'touch /usr/snug-was-here'
try tmp 'touch /tmp/x /var/tmp/x'
try namespaces 'unshare -U true'
say devices $(tail -n +3 /proc/net/dev | wc -l)
`
	r := systemdRun(t, p, "--project", project, "-w", project, "--", "sh", "-c", script+": '$HOME %h'", "sh", "two words", "$HOME %h")
	want := strings.Fields(`uid=1000 arguments=2,two_words,$HOME_%h bounding=0000000000000000 secret=no project=yes hooks=no config=no usr=no tmp=yes namespaces=no devices=1`)
	for _, w := range want {
		w = strings.Replace(strings.ReplaceAll(w, "_", " "), "=", " ", 1)
		if !strings.Contains("\n"+r.Out, "\n"+w+"\n") {
			t.Errorf("no %q in %v", w, r)
		}
	}
	if r.Code != 0 || strings.Count(r.Out, "\n") != len(want) {
		t.Errorf("%v", r)
	}
}

// What comes of it is the command's, or the limit's: 1 if it was killed.
func TestPrintedSystemdRunEnds(t *testing.T) {
	p := shell(t, tester)
	for _, c := range []struct {
		line []string
		code int
		out  string
	}{
		{[]string{"--", "sh", "-c", "exit 7"}, 7, ""},
		{[]string{"-m", "64M", "--", "load", "memory", "20M"}, 0, "ready 20971520"},
		{[]string{"-m", "64M", "--", "load", "memory", "200M"}, 1, ""},
		{[]string{"--pids-limit", "20", "--", "load", "processes", "100"}, 1, "stopped "},
		{[]string{"--timeout", "1s", "--", "sleep", "100"}, 1, ""},
	} {
		r := systemdRun(t, p, append([]string{"--no-project"}, c.line...)...)
		if r.Code != c.code || !strings.HasPrefix(r.Out, c.out) {
			t.Errorf("%s: %v", c.line, r)
		}
	}
}
