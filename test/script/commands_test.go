package script

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// commands are the words that the scripts know besides testscript's own.
var commands = map[string]func(*testscript.TestScript, bool, []string){
	"status":  status,
	"refused": refused,
	"json":    jsonMatches,
}

// status N CMD...: CMD exits with N, which testscript's exec can't ask for.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := exitStatus(ts, args[1:]); got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// exitStatus runs a command and gives its status as a shell has it.
func exitStatus(ts *testscript.TestScript, args []string) int {
	err := ts.Exec(args[0], args[1:]...)
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case !errors.As(err, &exit):
		ts.Fatalf("%v", err)
	case exit.ExitCode() < 0:
		ts.Fatalf("it ended by %v, and a command line tool should exit", exit)
	}
	return exit.ExitCode()
}

// explained is what snug says of an error of its own.
var explained = regexp.MustCompile(`(?s)\Asnug: error: [^\n]+\n  cause: [^\n]+\n  fix: .+\n\z`)

// refused CMD...: snug declines, says so in three parts, and nothing was made.
func refused(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: refused command [args...]")
	}
	before := listing(ts)
	if got := exitStatus(ts, args); got != 125 {
		ts.Fatalf("exit status %d, want 125", got)
	}
	if said := ts.ReadFile("stderr"); !explained.MatchString(said) {
		ts.Fatalf("want an error with cause and fix, nothing before or after it")
	}
	if ts.ReadFile("stdout") != "" {
		ts.Fatalf("standard output isn't empty")
	}
	if after := listing(ts); after != before {
		ts.Fatalf("it changed files.\nbefore:\n%s\nafter:\n%s", before, after)
	}
}

// listing is every file below $WORK.
func listing(ts *testscript.TestScript) string {
	var b strings.Builder
	filepath.WalkDir(ts.Getenv("WORK"), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // a directory that the script made unreadable
		}
		var size int64
		if info, err := d.Info(); err == nil && !d.IsDir() {
			size = info.Size()
		}
		fmt.Fprintf(&b, "%v %d %q\n", d.Type(), size, path)
		return nil
	})
	return b.String()
}

// json PATH REGEXP: PATH is keys and indices with dots between them; what is
// there, as JSON, matches.
func jsonMatches(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: json path regexp")
	}
	var v any
	if err := json.Unmarshal([]byte(ts.ReadFile("stdout")), &v); err != nil {
		ts.Fatalf("standard output is no JSON: %v", err)
	}
	found, err := lookUp(v, strings.Split(args[0], "."))
	ts.Check(err)
	text, err := json.Marshal(found)
	ts.Check(err)
	if regexp.MustCompile(args[1]).Match(text) == neg {
		ts.Fatalf("%s is %s", args[0], text)
	}
}

func lookUp(v any, path []string) (any, error) {
	for _, key := range path {
		switch in := v.(type) {
		case map[string]any:
			v = in[key]
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i >= len(in) {
				return nil, fmt.Errorf("no element %s", key)
			}
			v = in[i]
		default:
			return nil, fmt.Errorf("%s: %w", key, os.ErrNotExist)
		}
	}
	return v, nil
}
