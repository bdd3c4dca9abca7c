package probe

import (
	"os/exec"
	"strings"
	"testing"
)

func TestProfile(t *testing.T) {
	for program, want := range map[string]string{
		"/usr/local/bin/snug":     "profile snug /usr/local/bin/snug flags=(unconfined) {",
		"/home/me/my tools/snug":  `profile snug "/home/me/my tools/snug" flags=(unconfined) {`,
		"/opt/{a,b}*/snug[1]":     `profile snug "/opt/\{a,b\}\*/snug\[1\]" flags=(unconfined) {`,
		`/opt/a"b\c/it's/snug?`:   `profile snug "/opt/a\"b\\c/it's/snug\?" flags=(unconfined) {`,
		"/opt/sn\u00fcg/bin/snug": "profile snug /opt/sn\u00fcg/bin/snug flags=(unconfined) {",
	} {
		lines := Machine{Program: program}.Profile()
		if lines[2] != want || lines[0] != "abi <abi/4.0>," || lines[3] != "  userns," {
			t.Errorf("%s: got %q, want %q", program, lines, want)
		}
	}
}

// The command is for a shell: it has to write the profile as it is, whatever the path.
func TestLoadProfile(t *testing.T) {
	for _, program := range []string{"/usr/bin/snug", `/opt/%s $HOME/a"b\n/it's`, "/opt/`id`;exit 1"} {
		m := Machine{Program: program}
		write, load, _ := strings.Cut(m.LoadProfile(), " >/etc/apparmor.d/snug && ")
		out, err := exec.Command("sh", "-c", write).Output()
		if want := strings.Join(m.Profile(), "\n") + "\n"; err != nil || string(out) != want {
			t.Errorf("%s: %v, got %q, want %q", program, err, out, want)
		}
		if load != "apparmor_parser -r /etc/apparmor.d/snug" {
			t.Errorf("%s: then %q", program, load)
		}
	}
}

func TestProfileOfThisProgram(t *testing.T) {
	if line := (Machine{}).Profile()[2]; !strings.Contains(line, "/probe.test") {
		t.Errorf("got %s", line)
	}
}
