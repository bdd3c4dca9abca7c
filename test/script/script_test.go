package script

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"snug/test/script/built"
	"snug/userns/landlock"
	"snug/userns/probe"
)

var update = flag.Bool("update", false, "write what cmp gets into the scripts")

func TestScript(t *testing.T) {
	built.NeedUser(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		Setup:               setup,
		Cmds:                commands,
		Condition:           condition,
		ContinueOnError:     true,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
	})
}

// condition tells whether this kernel can hold files with Landlock: [landlock], and whether the
// portable executor is in use: [portable].
func condition(name string) (bool, error) {
	switch name {
	case "landlock":
		abi, _ := probe.Landlock()
		return abi >= landlock.FilesABI, nil
	case "portable":
		return os.Getenv("SNUG_PORTABLE") == "1" || runtime.GOARCH != "amd64", nil
	}
	return false, fmt.Errorf("there is no condition %s", name)
}

// setup makes the user's surroundings.
func setup(e *testscript.Env) error {
	home, project := filepath.Join(e.WorkDir, "home"), filepath.Join(e.WorkDir, "project")
	for _, dir := range []string{home, project} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	// In the project, since that is what a sandbox shows of the host's /tmp.
	if err := os.Link(built.Path("inside"), filepath.Join(project, "inside")); err != nil {
		return err
	}
	e.Cd = project
	// testscript names a TMPDIR, which most users haven't got.
	e.Vars = without(e.Vars, "TMPDIR")
	for name, value := range surroundings(home) {
		e.Setenv(name, value)
	}
	return nil
}

func without(env []string, name string) (out []string) {
	for _, kv := range env {
		if !strings.HasPrefix(kv, name+"=") {
			out = append(out, kv)
		}
	}
	return out
}

// surroundings are the variables of a login, those that choose the executor, and
// facts that the scripts compare with.
func surroundings(home string) map[string]string {
	vars := map[string]string{
		"HOME":   home,
		"USER":   "somebody",
		"LC_ALL": "C",
		"UID":    strconv.Itoa(os.Getuid()),
		"GID":    strconv.Itoa(os.Getgid()),
		"BIN":    built.Dir,
		// Whoever is root of a namespace of the script's own becomes himself.
		"ORDINARY": fmt.Sprintf("unshare -U --map-user=%d --map-group=%d", os.Getuid(), os.Getgid()),
		"MODULE":   module(),
		"SUBUID":   firstSubordinate("/etc/subuid"),
		"SUBGID":   firstSubordinate("/etc/subgid"),
	}
	for _, name := range []string{"SNUG_PORTABLE", "GODEBUG"} {
		if value := os.Getenv(name); value != "" {
			vars[name] = value
		}
	}
	maps.Copy(vars, goSettings())
	return vars
}

// firstSubordinate is the first id that file grants the user: NAME:FIRST:COUNT.
func firstSubordinate(file string) string {
	name := ""
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	b, _ := os.ReadFile(file)
	for line := range strings.Lines(string(b)) {
		f := strings.Split(strings.TrimSpace(line), ":")
		if len(f) == 3 && (f[0] == name || f[0] == strconv.Itoa(os.Getuid())) {
			return f[1]
		}
	}
	return ""
}

// module is the root of this module: two up from the package's directory, where
// tests run.
func module() string {
	dir, err := filepath.Abs("../..")
	if err != nil {
		return ""
	}
	return dir
}

// goSettings are what the go command works with.
var goSettings = sync.OnceValue(func() map[string]string {
	names := []string{"GOROOT", "GOMODCACHE", "GOCACHE"}
	out, _ := exec.Command("go", append([]string{"env"}, names...)...).Output()
	settings := map[string]string{}
	for i, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		settings[names[i]] = line
	}
	return settings
})
