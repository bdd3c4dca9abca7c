//go:build shells

package shells

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"snug/test/script/built"
	"snug/test/terminal"
)

func TestMain(m *testing.M) { os.Exit(built.Main(m, built.Snug)) }

// question is half a line, and what has to be on the screen after a tab.
type question struct {
	typed string
	shown []string
	never []string
}

var questions = []question{
	{"snug fre", []string{"snug freeze"}, nil},
	{"snug run --no-", []string{"--no-landlock", "--no-project", "--no-tty"}, []string{"--net"}},
	{"snug run --print sys", []string{"systemd-run"}, nil},
	{"snug run --print=sys", []string{"--print=systemd-run"}, nil},
	{"snug run --limits ", []string{"strict", "best-effort"}, nil},
	{"snug run --env-file set", []string{"settings.env"}, nil},
	{"snug run --project sub", []string{"subdir/"}, []string{"subfile"}},
	{"snug run --project=sub", []string{"--project=subdir/"}, []string{"subfile"}},
	{"snug run --bind subdir set", []string{"settings.env"}, nil},
	{"snug completion ", []string{"bash", "zsh", "fish"}, nil},
	// Commands of the machine, and what a command is given.
	{"snug run -m 64M -- hostna", []string{"hostname"}, nil},
	{"snug run cat set", []string{"settings.env"}, nil},
}

// workplace is a directory with something to complete.
func workplace(t *testing.T) string {
	t.Helper()
	built.NeedUser(t)
	dir := t.TempDir()
	must(t, os.Mkdir(filepath.Join(dir, "subdir"), 0o755))
	for _, f := range []string{"settings.env", "subfile"} {
		must(t, os.WriteFile(filepath.Join(dir, f), nil, 0o644))
	}
	return dir
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// script is what snug prints for a shell, in a file.
func script(t *testing.T, shell string) string {
	t.Helper()
	out, err := exec.Command("snug", "completion", shell).Output()
	must(t, err)
	file := filepath.Join(t.TempDir(), "_snug")
	must(t, os.WriteFile(file, out, 0o644))
	return file
}

// screen is an interactive shell.
type screen struct {
	keys *os.File
	mu   sync.Mutex
	text strings.Builder
}

func open(t *testing.T, dir string, args ...string) *screen {
	t.Helper()
	keys, tty := terminal.Open(t)
	must(t, unix.IoctlSetWinsize(int(tty.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 50, Col: 150}))
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TERM=dumb", "HOME="+dir, "HISTFILE=", "PS1=$ ")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.SysProcAttr = &unix.SysProcAttr{Setsid: true, Setctty: true}
	must(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	s := &screen{keys: keys} // its text is what came since something was typed last
	go s.read()
	return s
}

func (s *screen) read() {
	b := make([]byte, 4096)
	for {
		n, err := s.keys.Read(b)
		if err != nil {
			return
		}
		s.mu.Lock()
		s.text.Write(b[:n])
		s.mu.Unlock()
	}
}

func (s *screen) typing(t *testing.T, keys string) {
	t.Helper()
	s.mu.Lock()
	s.text.Reset()
	s.mu.Unlock()
	_, err := s.keys.WriteString(keys)
	must(t, err)
}

// shows waits until all of it is on the screen.
func (s *screen) shows(words ...string) (string, bool) {
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		s.mu.Lock()
		text := drawn(s.text.String())
		s.mu.Unlock()
		missing := false
		for _, w := range words {
			missing = missing || !strings.Contains(text, w)
		}
		if !missing || time.Now().After(deadline) {
			return text, !missing
		}
	}
}

// drawn is text as a terminal without a cursor to move shows it: a shell writes over what it
// has written.
func drawn(text string) string {
	var all strings.Builder
	var line []byte
	at := 0
	for i := 0; i < len(text); i++ {
		switch b := text[i]; b {
		case '\b':
			at = max(0, at-1)
		case '\r':
			at = 0
		case '\n':
			all.Write(append(line, '\n'))
			line, at = line[:0], 0
		case '\a', 0:
		default:
			if at == len(line) {
				line = append(line, b)
			}
			line[at] = b
			at++
		}
	}
	all.Write(line)
	return all.String()
}

// ask types each question on a line of its own.
func (s *screen) ask(t *testing.T) {
	t.Helper()
	for _, q := range questions {
		s.typing(t, q.typed+"\t")
		text, ok := s.shows(q.shown...)
		if !ok {
			t.Errorf("%s: want %q on the screen, got:\n%s", q.typed, q.shown, text)
		}
		for _, w := range q.never {
			if strings.Contains(text, w) {
				t.Errorf("%s: %q is on the screen:\n%s", q.typed, w, text)
			}
		}
		s.again(t)
	}
}

// again throws the line away, and waits for a new one.
func (s *screen) again(t *testing.T) {
	t.Helper()
	s.typing(t, "\x15echo rea''dy\n")
	if text, ok := s.shows("ready\n"); !ok {
		t.Fatalf("no new line: %s", text)
	}
}

func TestBash(t *testing.T) {
	for name, setup := range map[string]string{
		"by itself":            "",
		"with bash-completion": "source /usr/share/bash-completion/bash_completion; ",
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, workplace(t), "bash", "--norc", "--noprofile", "-i")
			s.typing(t, setup+"source "+script(t, "bash")+"; bind 'set show-all-if-ambiguous on'; bind 'set page-completions off'; echo go''on\n")
			if text, ok := s.shows("goon"); !ok {
				t.Fatal(text)
			}
			s.ask(t)
		})
	}
}

func TestZsh(t *testing.T) {
	s := open(t, workplace(t), "zsh", "-f", "-i")
	s.typing(t, "autoload -Uz compinit; compinit -u -D; source "+script(t, "zsh")+"; LISTMAX=1000; echo go''on\n")
	if text, ok := s.shows("goon"); !ok {
		t.Fatal(text)
	}
	s.ask(t)
}

// As a package installs it: found by the name of its file.
func TestZshInstalled(t *testing.T) {
	s := open(t, workplace(t), "zsh", "-f", "-i")
	s.typing(t, "fpath=("+filepath.Dir(script(t, "zsh"))+" $fpath); autoload -Uz compinit; compinit -u -D; LISTMAX=1000; echo go''on\n")
	if text, ok := s.shows("goon"); !ok {
		t.Fatal(text)
	}
	s.ask(t)
}

func TestFish(t *testing.T) {
	dir := workplace(t)
	file := script(t, "fish")
	for _, q := range questions {
		cmd := exec.Command("fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", file, q.typed)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "HOME="+dir)
		out, err := cmd.CombinedOutput()
		must(t, err)
		for _, w := range q.shown {
			words := strings.Fields(w)
			if !strings.Contains(string(out), words[len(words)-1]) {
				t.Errorf("%s: want %q, got:\n%s", q.typed, w, out)
			}
		}
		for _, w := range q.never {
			if strings.Contains(string(out), w) {
				t.Errorf("%s: %q is offered:\n%s", q.typed, w, out)
			}
		}
	}
}

// A snug that lies, in the stead of the real one: nothing it says is run. And what was typed may
// be a program of an untrusted directory: a tab doesn't run that.
func TestHostile(t *testing.T) {
	dir := workplace(t)
	bin := filepath.Join(dir, "bin")
	must(t, os.Mkdir(bin, 0o755))
	lies := "#!/bin/sh\nprintf 'words\\n$(touch run1)\\tx\\n`touch run2`\\t$(touch run3)\\nok;touch run4\\t\\nfine-1\\t\\n'\n"
	must(t, os.WriteFile(filepath.Join(bin, "snug"), []byte(lies), 0o755))
	must(t, os.WriteFile(filepath.Join(dir, "snug"), []byte("#!/bin/sh\ntouch run5\n"), 0o755))
	bash, zsh, fish := script(t, "bash"), script(t, "zsh"), script(t, "fish")
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	for shell, s := range map[string]*screen{"bash": open(t, dir, "bash", "--norc", "--noprofile", "-i"), "zsh": open(t, dir, "zsh", "-f", "-i")} {
		if shell == "bash" {
			s.typing(t, "source "+bash+"; bind 'set show-all-if-ambiguous on'; complete -F _snug ./snug; echo go''on\n")
		} else {
			s.typing(t, "autoload -Uz compinit; compinit -u -D; source "+zsh+"; compdef _snug ./snug; echo go''on\n")
		}
		s.shows("goon")
		for _, line := range []string{"snug kill ", "./snug kill "} {
			s.typing(t, line+"\t")
			if text, ok := s.shows("fine-1"); !ok {
				t.Errorf("%s: %s: %s", shell, line, text)
			}
			s.again(t)
		}
	}
	cmd := exec.Command("fish", "--no-config", "-c", "source $argv[1]; complete -C 'snug kill '", fish)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "HOME="+dir)
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "fine-1") {
		t.Errorf("fish: %v, %s", err, out)
	}
	if ran, _ := filepath.Glob(filepath.Join(dir, "run?")); len(ran) > 0 {
		t.Errorf("it was run: %v", ran)
	}
}
