package confine

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
	"snug/test/confine/check"
	"snug/test/terminal"
)

// An outcome of a check.
type outcome struct {
	verdict string // closed, open, or none: it can't be told here
	what    string // was possible
}

// outcomes by the name of the check.
type outcomes map[string]outcome

// ask sends the scout into a sandbox and returns what it found, and what is found
// outside afterwards.
func ask(t testing.TB, c *Contestant) outcomes {
	t.Helper()
	found, h, emulator, tty := send(t, c)
	found.streams(t, c, h)
	found.bomb(t, c, h)
	found.outside(t, h, tty)
	_ = emulator.Close()
	return found
}

// send lays the bait, and returns what the scout found of it, and the terminal he was on.
func send(t testing.TB, c *Contestant) (found outcomes, h *bait.Host, emulator, tty *os.File) {
	t.Helper()
	h = lay(t)
	h.Mode, h.Caps = c.Mode, c.Caps
	must(t, h.Write(filepath.Join(h.Project, "bait.json")))
	emulator, tty = terminal.Open(t)
	found = outcomes{}
	found.read(t, scouted(t, c, h, tty))
	return found, h, emulator, tty
}

// scouted runs the helper as from a terminal, with directories of the host open,
// and returns what it printed.
func scouted(t testing.TB, c *Contestant, h *bait.Host, tty *os.File) string {
	t.Helper()
	root, err := os.Open("/")
	must(t, err)
	defer root.Close()
	secret, err := os.Open(h.Secrets[0])
	must(t, err)
	defer secret.Close()

	cmd := command(t, h, append(c.line(h), "./scout", "check", "bait.json"))
	cmd.ExtraFiles = []*os.File{root, secret, root} // inherited as 3, 4 and 5
	cmd.Stdin = tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil && !bytes.Contains(out, []byte("\ndone ")) {
		t.Fatalf("%v\n%s\n%s", err, out, &complaints)
	}
	return string(out)
}

// command ends after two minutes, come what may: an emulated machine is slow.
func command(t testing.TB, h *bait.Host, line []string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, line[0], line[1:]...)
	cmd.WaitDelay = time.Second
	cmd.Dir, cmd.Env = h.Project, environ(h)
	return cmd
}

// read takes what the scout printed, which has to be complete.
func (o outcomes) read(t testing.TB, out string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(out), "\n")
	for _, line := range lines[:len(lines)-1] {
		o.add(line)
	}
	if want := "done " + strconv.Itoa(len(lines)-1); lines[len(lines)-1] != want || len(o) != len(check.All) {
		t.Errorf("%d checks were made of %d; the end:\n%s", len(o), len(check.All), out[max(0, len(out)-500):])
	}
}

var verdicts = map[string]string{"ok": "closed", "leak": "open", "none": "none"}

// add takes one line. The names of some have a colon in them.
func (o outcomes) add(line string) {
	word, rest, _ := strings.Cut(line, " ")
	works := ""
	if after, ok := strings.CutPrefix(rest, "works: "); ok {
		works, rest = "works: ", after
	}
	name, what, _ := strings.Cut(rest, ": ")
	o[works+name] = outcome{verdicts[word], what}
}

// streams asks once more, with the three standard streams closed.
func (o outcomes) streams(t testing.TB, c *Contestant, h *bait.Host) {
	t.Helper()
	line := append([]string{"sh", "-c", `exec "$@" <&- >&- 2>&-`, "sh"}, append(c.line(h), "./scout", "streams", "streams")...)
	status := command(t, h, line).Run()
	b, err := os.ReadFile(filepath.Join(h.Project, "streams"))
	if err != nil {
		o[check.Streams.Name] = outcome{"open", "nothing ran: " + status.Error()}
		return
	}
	must(t, os.Remove(filepath.Join(h.Project, "streams")))
	o.add(strings.TrimSpace(string(b)))
}

// bomb asks a third time, for as many processes as there can be.
func (o outcomes) bomb(t testing.TB, c *Contestant, h *bait.Host) {
	t.Helper()
	out, err := command(t, h, append(c.line(h), "./scout", "bomb")).CombinedOutput()
	switch text := string(out); {
	case strings.Contains(text, check.Exploded):
		o[check.ForkBomb.Name] = outcome{"open", check.Exploded}
	case strings.Contains(text, check.Fizzled):
		o[check.ForkBomb.Name] = outcome{"closed", ""}
	default:
		t.Errorf("%s: %v\n%.500s", check.ForkBomb.Name, err, out)
	}
}

// outside looks at the host's side afterwards.
func (o outcomes) outside(t testing.TB, h *bait.Host, tty *os.File) {
	t.Helper()
	leak := func(name, what string) { o[name] = outcome{"open", what} }
	if n, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCINQ); err != nil || n != 0 {
		leak("terminal-typing", strconv.Itoa(n)+" characters wait to be read")
	}
	for _, file := range h.Secrets {
		if b, err := os.ReadFile(file); err != nil || string(b) != "secret" {
			leak("start-up-files", file+" was changed")
		}
	}
	for _, name := range check.StartUp {
		file := filepath.Join(h.Home, name)
		if b, _ := os.ReadFile(file); string(b) == h.Marker {
			leak("start-up-files", file+" was written")
		}
	}
	for _, name := range h.Guarded {
		file := filepath.Join(h.Project, name)
		info, err := os.Stat(file)
		if b, _ := os.ReadFile(file); err != nil || string(b) != mine || info.Mode().Perm() != 0o644 {
			leak("project-files", file+" was changed")
		}
	}
}
