package confine

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"snug/test/confine/bait"
	"snug/test/script/built"
)

// containerCaps is what a root of a namespace is given: CHOWN DAC_OVERRIDE FOWNER
// FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE SYS_CHROOT SETFCAP.
const containerCaps = "00000000800405fb"

// TestConfined runs the checks of package check in a sandbox with nothing else
// typed, for each way to map ids.
func TestConfined(t *testing.T) {
	built.NeedUser(t)
	modes := []struct {
		name string
		flag []string
		caps string
	}{
		{"self", nil, strings.Repeat("0", 16)},
		{"root", []string{"-r"}, containerCaps},
		{"auto", []string{"--map-auto"}, containerCaps},
		{"self", []string{"--report"}, strings.Repeat("0", 16)}, // snug answers for the filter
	}
	for _, m := range modes {
		t.Run(strings.Join(append([]string{m.name}, m.flag...), " "), func(t *testing.T) {
			h := lay(t)
			h.Mode, h.Caps = m.name, m.caps
			judge(t, confined(t, h, m.flag))
			unharmed(t, h)
		})
	}
}

// TestChecksSee runs the same checks without a sandbox: a check that finds
// nothing there would find nothing anywhere. Named are those whose bait is the
// test's own, so that they hold on any machine.
func TestChecksSee(t *testing.T) {
	built.NeedUser(t)
	h := lay(t)
	must(t, h.Write(filepath.Join(h.Project, "bait.json")))
	cmd := exec.Command("./scout", "check", "bait.json")
	cmd.Dir, cmd.Env, cmd.Stderr = h.Project, environ(h), os.Stderr
	cmd.ExtraFiles = []*os.File{os.Stderr}
	out, err := cmd.Output()
	must(t, err)
	for _, name := range []string{
		"own-namespaces", "nested-namespaces", "nested-by-clone3", "descriptors", "environment", "secrets",
		"tmp-is-another", "devices", "mount-flags", "host-ports", "abstract-sockets", "sockets-in-files",
		"system-v-memory", "system-v-semaphores", "system-v-queues", "posix-queues", "system-calls",
	} {
		if !strings.Contains(string(out), "leak "+name+": ") {
			t.Errorf("%s found nothing", name)
		}
	}
	// Not just many processes, but the one that was laid out.
	if !strings.Contains(string(out), "leak host-processes: /proc/") {
		t.Error("host-processes found nothing")
	}
}

// confined runs the helper and returns what it printed.
func confined(t *testing.T, h *bait.Host, flags []string) string {
	t.Helper()
	must(t, h.Write(filepath.Join(h.Project, "bait.json")))
	root, err := os.Open("/")
	must(t, err)
	defer root.Close()
	secret, err := os.Open(h.Secrets[0])
	must(t, err)
	defer secret.Close()

	args := append([]string{"run", h.Flag, "NOTHING"}, flags...)
	cmd := exec.Command("snug", append(args, "--", "./scout", "check", "bait.json")...)
	cmd.Dir, cmd.Env, cmd.Stderr = h.Project, environ(h), os.Stderr
	cmd.ExtraFiles = []*os.File{root, secret, root} // inherited as 3, 4 and 5
	out, err := cmd.Output()
	must(t, err)
	return string(out)
}

// judge makes a test of each line.
func judge(t *testing.T, out string) {
	t.Helper()
	lines, done := 0, ""
	for line := range strings.Lines(out) {
		line = strings.TrimSpace(line)
		verdict, rest, _ := strings.Cut(line, " ")
		switch verdict {
		case "ok":
			lines++
			t.Run(rest, func(*testing.T) {})
		case "leak":
			lines++
			name, what, _ := strings.Cut(rest, ": ")
			if after, ok := strings.CutPrefix(rest, "works: "); ok { // its name has a colon
				name, what, _ = strings.Cut(after, ": ")
				name = "works: " + name
			}
			t.Run(name, func(t *testing.T) { t.Error(what) })
		case "done":
			done = rest
		default:
			t.Log(line) // the rest of what is wrong
		}
	}
	if done != fmt.Sprint(lines) || lines == 0 {
		t.Errorf("%d checks were reported, and %q were made", lines, done)
	}
}

// unharmed looks at the host's side afterwards.
func unharmed(t *testing.T, h *bait.Host) {
	t.Helper()
	for _, file := range h.Secrets {
		if b, err := os.ReadFile(file); err != nil || string(b) != "secret" {
			t.Errorf("%s is now %q, %v", file, b, err)
		}
	}
	for _, name := range []string{".config/autostart", ".config/systemd", ".config/environment.d", ".local/bin"} {
		if _, err := os.Lstat(filepath.Join(h.Home, name)); err == nil {
			t.Errorf("%s was made in the home", name)
		}
	}
	entries, err := os.ReadDir(h.Project)
	must(t, err)
	if len(entries) != 2 {
		t.Errorf("the project has %v", entries)
	}
}
