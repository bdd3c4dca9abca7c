//go:build tools

package tools

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"snug/test/await"
	"snug/test/script/built"
)

// screen is a terminal of tmux's, with somebody at it who types and reads.
type screen struct {
	t      *testing.T
	dir    string // the project
	socket string
}

func newScreen(t *testing.T) *screen {
	t.Helper()
	skipWithout(t, []string{"tmux", "vi", "nano", "git", "gcc", "go", "npm", "node", "python3", "less", "top"})
	s := &screen{t: t, dir: t.TempDir(), socket: filepath.Join(t.TempDir(), "tmux")}
	t.Cleanup(func() { s.tmux("kill-server") })
	s.tmux("new-session", "-d", "-x", "90", "-y", "24", "-c", s.dir, "bash", "--norc", "--noprofile")
	return s
}

func (s *screen) tmux(args ...string) string {
	cmd := exec.Command("tmux", append([]string{"-f", "/dev/null", "-S", s.socket}, args...)...)
	cmd.Dir, cmd.Env = s.dir, append(os.Environ(), "TERM=screen", "PS1=> ")
	out, _ := cmd.CombinedOutput()
	return string(out)
}

// types types text, letter by letter.
func (s *screen) types(text string) { s.tmux("send-keys", "-l", text) }

// presses presses keys, as tmux calls them.
func (s *screen) presses(keys ...string) { s.tmux(append([]string{"send-keys"}, keys...)...) }

func (s *screen) text() string { return s.tmux("capture-pane", "-p") }

// shows waits until every word is on the screen.
func (s *screen) shows(words ...string) {
	s.t.Helper()
	var text string
	await.True(s.t, strings.Join(words, ", ")+" on the screen", func() bool {
		text = s.text()
		for _, w := range words {
			if !strings.Contains(text, w) {
				return false
			}
		}
		return true
	}, &text)
}

// prompts waits until the shell inside is ready: the last line is its prompt, and no more.
func (s *screen) prompts() {
	s.t.Helper()
	var text string
	await.True(s.t, "the prompt", func() bool {
		text = strings.TrimRight(s.text(), " \n")
		return strings.HasSuffix(text, "42>")
	}, &text)
}

// runs has the shell inside run a command on a screen of its own, and waits for what it shows.
// What is waited for is not what was typed, or the echo would do.
func (s *screen) runs(command string, words ...string) {
	s.t.Helper()
	s.prompts()
	s.types("clear; " + command)
	s.presses("Enter")
	s.shows(words...)
}

// status asks how the last command ended.
func (s *screen) status(want string) {
	s.t.Helper()
	s.prompts()
	s.types("echo status $?") // and nothing before it
	s.presses("Enter")
	s.shows("\nstatus " + want + "\n")
}

// TestDay is a day's work in `snug run -- bash`, on a terminal.
func TestDay(t *testing.T) {
	built.NeedUser(t)
	s := newScreen(t)
	s.types("git init -q . && stty -g >before && snug run -- bash --norc --noprofile -i")
	s.presses("Enter")
	await.True(t, "a shell inside", func() bool { return strings.HasSuffix(strings.TrimRight(s.text(), " \n"), "\n>") })
	s.types("PS1='$((6*7))> '")
	s.presses("Enter")
	for _, part := range []struct {
		name string
		do   func(*screen)
	}{
		{"edit", dayEdit}, {"compile", dayCompile}, {"commit", dayCommit}, {"read", dayRead}, {"ask", dayAsk},
		{"keys", dayKeys}, {"size", daySize}, {"tmux", dayTmux},
	} {
		if !t.Run(part.name, func(t *testing.T) { s.t = t; part.do(s) }) {
			return // the screen is not what the next part expects
		}
	}
	s.t = t
	s.prompts()
	s.types("exit 7")
	s.presses("Enter")
	// What is typed while the inner terminal is still there is lost with it, as under ssh(1).
	var text string
	await.True(t, "the shell outside", func() bool {
		text = strings.TrimRight(s.text(), " \n")
		return strings.HasSuffix(text, "\nexit\n>")
	}, &text)
	s.types("[ $? = 7 ] && stty -g >after && cmp before after && tty && clear && echo as it $((40+2)) was")
	s.presses("Enter")
	s.shows("as it 42 was")
	if _, err := os.Stat(filepath.Join(s.dir, "hello.c")); err != nil {
		t.Error(err)
	}
}

func dayEdit(s *screen) {
	s.runs("vi hello.c", "~", "hello.c")
	s.types("i#include <stdio.h>")
	s.presses("Enter")
	s.types(`int main(void) { printf("gcc says %d\n", 6 * 7); }`)
	s.presses("Escape")
	s.shows(`int main(void) { printf("gcc`)
	s.types(":wq")
	s.presses("Enter")
	s.runs("nano hello.go", "^X", "hello.go")
	for _, line := range []string{"package main", "", `func main() { println("go says", 6*7) }`} {
		s.types(line)
		s.presses("Enter")
	}
	s.shows(`println("go says"`)
	s.presses("C-o")
	s.shows("File Name to Write")
	s.presses("Enter")
	s.shows("Wrote ")
	s.presses("C-x")
	s.runs("wc -l <hello.c | tr 0-9 a-j", "c\n")
}

func dayCompile(s *screen) {
	s.runs("gcc -Wall -o hello hello.c && ./hello", "gcc says 42")
	// A compiler that has to compile its own library first takes longer than a screen is
	// waited for.
	s.prompts()
	s.types("clear; go run hello.go")
	s.presses("Enter")
	for end := time.Now().Add(patience); !strings.Contains(s.text(), "go says 42"); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("go run came to nothing:\n%s", s.text())
		}
	}
}

func dayCommit(s *screen) {
	s.runs("export GIT_EDITOR=vi EMAIL=me@example.org; git config --get core.bare; git add hello.c && git -c user.name=Me commit", "Please enter the commit message")
	s.types("iThe first of today")
	s.presses("Escape")
	s.types(":wq")
	s.presses("Enter")
	s.shows("file changed")
	s.runs("seq 100 >lines; git add lines; git -c user.name=Me commit -qm second; git log -p --no-color", "Author: Me", ":")
	s.presses("G")
	s.shows("The first of today", "(END)")
	s.presses("q")
	s.runs("git status --short | tr a-z A-Z; echo x >>.git/config", "HELLO.GO", "Read-only file system")
}

func dayRead(s *screen) {
	s.runs("less lines", "22\n", "lines")
	s.presses("G")
	s.shows("100\n")
	s.types("?^55")
	s.presses("Enter")
	s.shows("55\n", "77\n")
	s.presses("q")
	s.runs("top", "PID USER", "Tasks:", "bash")
	if text := s.text(); strings.Contains(text, "tmux") || strings.Contains(text, "kthreadd") {
		s.t.Errorf("top sees what is outside:\n%s", text)
	}
	s.presses("q")
}

func dayAsk(s *screen) {
	s.runs("python3", "\n>>>")
	s.types("'py' * 2 + str(6 * 7)")
	s.presses("Enter")
	s.shows("'pypy42'")
	s.presses("C-d")
	s.runs("node", "Welcome to Node")
	s.types("'no' + 6 * 7")
	s.presses("Enter")
	s.shows("'no42'")
	s.presses("C-d")
	s.runs(`echo '{"scripts":{"hello":"echo npm says $((6*7))"}}' >package.json; npm run -s hello`, "npm says 42")
}

func dayKeys(s *screen) {
	s.runs("echo up $((20+3)); sleep 1000", "up 23")
	s.presses("C-c")
	s.status("130")
	s.runs("vi hello.c", "#include")
	s.presses("C-z")
	s.shows("Stopped")
	s.runs("jobs | tr a-z A-Z", "STOPPED")
	s.runs("fg", "#include")
	s.types(":q")
	s.presses("Enter")
	s.status("0")
}

func daySize(s *screen) {
	s.runs("stty size", "24 90")
	s.tmux("resize-window", "-x", "70", "-y", "30")
	s.runs("stty size", "30 70")
	s.runs("less lines", "29\n")
	s.tmux("resize-window", "-x", "90", "-y", "24")
	s.presses("r")
	await.True(s.t, "a smaller page", func() bool {
		text := s.text()
		return strings.Contains(text, "23\n") && !strings.Contains(text, "25\n")
	})
	s.presses("q")
}

func dayTmux(s *screen) {
	s.runs("tmux -f /dev/null new-session bash --norc --noprofile", "[0] 0:")
	s.types("echo left $((20+3)); tty")
	s.presses("Enter")
	s.shows("left 23", "/dev/pts/")
	s.presses("C-b")
	s.types("%")
	s.shows("│")
	s.types("echo right $((20+4))")
	s.presses("Enter")
	s.shows("left 23", "right 24")
	s.presses("C-b")
	s.types("d")
	s.shows("[detached")
	s.runs("tmux list-sessions | tr a-z A-Z; tmux kill-server", "1 WINDOWS")
}
