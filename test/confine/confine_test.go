package confine

import (
	"os"
	"slices"
	"strings"
	"testing"

	"snug/test/confine/bait"
	"snug/test/confine/check"
	"snug/test/script/built"
)

// TestConfined makes every check in a sandbox with nothing else typed, as its command and as one
// that enters it.
func TestConfined(t *testing.T) {
	built.NeedUser(t)
	for _, c := range slices.Concat(Snug, []Contestant{reported}, entered()) {
		t.Run(c.Name, func(t *testing.T) { Test(t, c) })
	}
}

// TestKeyringWithoutFilter: where calls about keys are allowed, the caller's keys are out of
// reach all the same, for who enters as well.
func TestKeyringWithoutFilter(t *testing.T) {
	built.NeedUser(t)
	open := []Contestant{
		snug("self", noCaps, "--seccomp", "none"), snug("root", containerCaps, "-r", "--seccomp", "none"),
		snug("auto", containerCaps, "--map-auto", "--seccomp", "none"), snug("self", noCaps, "--share-pid", "--seccomp", "none"),
		snug("self", noCaps, "--as-pid-1", "--seccomp", "none"),
		snug("self", noCaps, "--seccomp-add", "keyctl", "--seccomp-add", "add_key", "--seccomp-add", "request_key"),
	}
	if len(entered()) > 0 {
		open = append(open, enter("self", noCaps, "--seccomp", "none"))
	}
	for _, c := range open {
		t.Run(c.Name, func(t *testing.T) {
			found, _, emulator, _ := send(t, &c)
			defer emulator.Close()
			if o := found["keyrings"]; o.verdict != "closed" {
				t.Errorf("keyrings: %v", o)
			}
			if o := found["key-calls"]; o.verdict != "open" {
				t.Errorf("key-calls: %v; this tries nothing", o)
			}
		})
	}
}

// seen are the checks that must find something without a sandbox. Left out are
// those for which an ordinary user can lay no bait, or which the kernel refuses to
// him anyway.
var seen = strings.Fields(`no-new-privs filter capabilities set-user-id own-namespaces time-namespace nested-namespaces
	nested-by-clone3 hostname host-processes terminal-typing console-paste host-terminals descriptors environment secrets
	start-up-files tmp devices host-writable project-files project-added project-git-swap project-hard-links project-links
	project-new-names project-git-elsewhere project-nested project-nosuid project-setuid mount-flags
	host-ports abstract-sockets sockets-in-files netlink-families
	system-v-memory system-v-semaphores system-v-queues posix-queues keyrings key-calls io-uring file-handles kernel-programs
	machine-calls watching personality core-dumps memory-limit bounded-tmpfs fork-bomb`)

// TestChecksSee makes the same checks without a sandbox: a check that finds
// nothing there would find nothing anywhere.
func TestChecksSee(t *testing.T) {
	built.NeedUser(t)
	found := ask(t, &Contestant{Name: "nothing", Mode: "self", Caps: noCaps,
		line: func(*bait.Host) []string { return []string{"env"} }})
	for _, name := range seen {
		if o := found[name]; o.verdict != "open" {
			t.Errorf("%s found nothing: %v", name, o)
		}
	}
	if err := check.Streams.Try(nil); err == nil {
		t.Error("closed-streams found nothing, and the streams of a test are open")
	}
}

// TestReadme: what a plain run doesn't stand, its user is told.
func TestReadme(t *testing.T) {
	b, err := os.ReadFile("../../README.md")
	must(t, err)
	_, section, _ := strings.Cut(string(b), "\n## What is not confined\n")
	section, _, _ = strings.Cut(section, "\n## ")
	section = strings.Join(strings.Fields(section), " ")
	for _, a := range allowed {
		if !strings.Contains(section, a.readme) {
			t.Errorf("%s: %q isn't in the section", a.name, a.readme)
		}
		i := slices.IndexFunc(check.All, func(c check.Check) bool { return c.Name == a.name })
		if i < 0 || check.All[i].Severity == check.Critical || check.All[i].Severity == check.High {
			t.Errorf("%s can't be allowed", a.name)
		}
	}
}
