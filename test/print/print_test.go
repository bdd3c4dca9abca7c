//go:build peers

package print

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"snug/test/script/built"
)

func TestMain(m *testing.M) { os.Exit(built.Main(m, built.Snug)) }

// probe prints what it finds, a word and a value a line.
const probe = `
say() { echo "$1 $2"; }
try() { if eval "$2" 2>/dev/null >/dev/null; then say "$1" yes; else say "$1" no; fi; }
status() { sed -n "s/^$1:[[:space:]]*//p" /proc/self/status; }
say uid $(id -u)
say gid $(id -g)
say map "$(tr -s ' \n' ' ' </proc/self/uid_map)"
say no_new_privs $(status NoNewPrivs)
say seccomp $(status Seccomp)
say capabilities $(status CapEff)
say bounding $(status CapBnd)
say name $(uname -n)
say arguments "$#,$1,$2"
say token "$A_TOKEN"
say home "$HOME"
try secret 'cat "$HOME/secret"'
try project 'echo x >"$PWD/written"'
try hooks 'echo x >"$PWD/.git/hooks/post-commit"'
try config 'echo x >>"$PWD/.git/config"'
try rename 'mv "$PWD/.git" "$PWD/git"'
try usr 'touch /usr/snug-was-here'
try root 'touch /snug-was-here'
try tmp 'touch /tmp/x && touch /var/tmp/x'
try others 'ls /proc/'$OUTSIDE
try namespaces 'unshare -U true'
try machine 'grep . /etc/machine-id'
try null 'echo x >/dev/null && head -c1 /dev/urandom'
say devices $(tail -n +3 /proc/net/dev | wc -l)
say lo $(grep -c 127.0.0.1 /proc/net/fib_trie)
say core $(ulimit -c)
`

// room is a home with a secret, and a project.
type room struct{ home, project string }

func newRoom(t *testing.T) room {
	t.Helper()
	built.NeedUser(t)
	dir := t.TempDir()
	r := room{filepath.Join(dir, "home"), filepath.Join(dir, "pro ject's")}
	for _, d := range []string{r.home, filepath.Join(r.project, ".git/hooks")} {
		must(t, os.MkdirAll(d, 0o755))
	}
	must(t, os.WriteFile(filepath.Join(r.project, ".git/config"), []byte("[core]\n"), 0o644))
	must(t, os.WriteFile(filepath.Join(r.project, ".git/HEAD"), []byte("ref: refs/heads/main\n"), 0o644))
	for _, d := range []string{"objects", "refs"} {
		must(t, os.Mkdir(filepath.Join(r.project, ".git", d), 0o755))
	}
	must(t, os.WriteFile(filepath.Join(r.home, "secret"), []byte("key"), 0o600))
	return r
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (r room) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = r.project
	// crun and runc keep their state there.
	cmd.Env = append(os.Environ(), "HOME="+r.home, "A_TOKEN=shibboleth", "OUTSIDE="+strconv.Itoa(os.Getpid()), "XDG_RUNTIME_DIR="+r.home)
	return cmd
}

// found is what the probe says; a status that isn't 0 comes under "status".
func found(t *testing.T, cmd *exec.Cmd) map[string]string {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	words := map[string]string{}
	for line := range strings.Lines(out.String()) {
		word, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		words[word] = strings.TrimSpace(value)
	}
	if err != nil {
		words["status"] = strconv.Itoa(exit.ExitCode())
	}
	if len(words) < 2 {
		t.Fatalf("it ran nothing: %v\n%s%s", err, out.Bytes(), errs.Bytes())
	}
	return words
}

// printed asks snug, and gives what it prints.
func (r room) printed(t *testing.T, args ...string) []byte {
	t.Helper()
	cmd := r.command("snug", append([]string{"run"}, args...)...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("snug run %q: %v\n%s", args, err, errs.Bytes())
	}
	return out
}

// line runs a printed line with bash, and compares with snug, but for what is excepted.
func (r room) compare(t *testing.T, form string, flags []string, except map[string]string) {
	t.Helper()
	inside := append([]string{"--env-keep", "OUTSIDE"}, flags...)
	inside = append(inside, "--", "sh", "-c", probe, "sh", "two words", "$HOME'`")
	script := filepath.Join(t.TempDir(), "line")
	must(t, os.WriteFile(script, r.printed(t, append([]string{"--print", form}, inside...)...), 0o755))
	want := found(t, r.command("snug", append([]string{"run"}, inside...)...))
	if _, err := os.Stat(filepath.Join(r.project, "written")); err != nil && want["project"] == "yes" {
		t.Error("nothing was written to the project")
	}
	// Another shell, later, with one more secret: what snug withheld when it printed the line
	// is not all that must not get in.
	cmd := r.command("bash", script)
	cmd.Env = append(cmd.Env, "B_TOKEN=another")
	differ(t, want, found(t, cmd), except)
}

func differ(t *testing.T, want, got, except map[string]string) {
	t.Helper()
	for word, value := range want {
		if other, ok := except[word]; ok {
			value = other
		}
		if got[word] != value {
			t.Errorf("%s: got %q, want %q", word, got[word], value)
		}
	}
	if got["status"] != want["status"] {
		t.Errorf("status: got %q, want %q", got["status"], want["status"])
	}
}

// What bubblewrap does is what snug does. It makes one user namespace more, for an id that isn't
// root's and for --disable-userns, so the map inside begins at the first one's.
func TestBwrap(t *testing.T) {
	for _, flags := range [][]string{
		{}, {"-r"}, {"--no-project"}, {"--seccomp", "none"}, {"--allow-userns"}, {"--share-net"},
		{"--share-pid"}, {"--tmpfs", "/opt", "--timeout", "20"}, {"--hostname", "box", "--cap-drop", "ALL", "-r"},
		{"--seccomp-drop", "chmod", "--as-pid-1"},
	} {
		t.Run(strings.Join(flags, " "), func(t *testing.T) {
			r := newRoom(t)
			except := map[string]string{"map": strconv.Itoa(os.Getuid()) + " 0 1"}
			if slices.Contains(flags, "-r") {
				except["map"] = "0 0 1"
			}
			if slices.Contains(flags, "-r") && !slices.Contains(flags, "ALL") {
				except["root"] = "yes" // it says so
			}
			r.compare(t, "bwrap", flags, except)
		})
	}
}

// With unshare there is no view, and no filter: all that the line itself says.
func TestUnshare(t *testing.T) {
	for _, flags := range [][]string{{}, {"-r"}, {"--map-auto"}, {"-r", "--cap-drop", "ALL", "--timeout", "20"}, {"--share-net"}} {
		t.Run(strings.Join(flags, " "), func(t *testing.T) {
			except := map[string]string{"secret": "yes", "hooks": "yes", "config": "yes", "rename": "yes", "namespaces": "yes", "seccomp": "0", "name": hostname(t), "tmp": "yes"}
			if !slices.Contains(flags, "--share-net") {
				except["lo"] = "0"
			}
			except["machine"] = yes(exec.Command("grep", ".", "/etc/machine-id").Run() == nil)
			if !slices.Contains(flags, "-r") && !slices.Contains(flags, "--map-auto") {
				// Nobody without capabilities can bound them, and with no_new_privs he needn't.
				except["bounding"] = bounding(t)
			}
			newRoom(t).compare(t, "unshare", flags, except)
		})
	}
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func hostname(t *testing.T) string {
	t.Helper()
	name, err := os.Hostname()
	must(t, err)
	return name
}

// bounding is the set of a fresh user namespace: all that the kernel knows.
func bounding(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("unshare", "--user", "sed", "-n", `s/^CapBnd:[[:space:]]*//p`, "/proc/self/status").Output()
	must(t, err)
	return strings.TrimSpace(string(out))
}

// The status and the time limit are the command's, too.
func TestBwrapStatus(t *testing.T) {
	r := newRoom(t)
	for script, want := range map[string]int{"exit 3": 3, "kill -9 $$": 137, "sleep 20": 124} {
		file := filepath.Join(t.TempDir(), "line")
		must(t, os.WriteFile(file, r.printed(t, "--print", "bwrap", "--timeout", "1", "--", "sh", "-c", script), 0o755))
		cmd := r.command("bash", file)
		_ = cmd.Run()
		if got := cmd.ProcessState.ExitCode(); got != want {
			t.Errorf("%s: got %d, want %d", script, got, want)
		}
	}
}
