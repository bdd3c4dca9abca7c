//go:build tools

package tools

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// patience is for the slowest tool on a busy machine. What ends it is snug, which leaves
// nothing behind; should snug not, the test does.
const patience = 4 * time.Minute

// An outcome is what came of a command.
type outcome struct {
	status        int
	whole, output string // both streams as they were written, and what has to be the same
}

// run runs a command in dir, and fails the test only if it can't be started.
func run(t *testing.T, dir string, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience+30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = environment(dir)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%q: %v", args, err)
	}
	return outcome{status: cmd.ProcessState.ExitCode(), whole: out.String()}
}

// environment is the caller's, as it is in dir.
func environment(dir string) []string {
	return append(os.Environ(), "PWD="+dir)
}

// session runs the row's script in a sandbox whose project is dir.
func (r *row) session(t *testing.T, dir string, flags ...string) outcome {
	t.Helper()
	// Caches that a profile keeps go with the test.
	args := append([]string{"env", "XDG_CACHE_HOME=" + t.TempDir(), "snug", "run", "--timeout", patience.String()}, r.flags...)
	args = append(append(args, flags...), "--", "sh", "-eu", "./run")
	o := run(t, dir, args...)
	o.output = r.normal(o.whole, dir)
	return o
}

// normal leaves of an output what must be the same every time.
func (r *row) normal(output, dir string) string {
	var kept strings.Builder
	for line := range strings.Lines(strings.ReplaceAll(output, dir, "PROJECT")) {
		if !r.ignores(line) {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

func (r *row) ignores(line string) bool {
	return slices.ContainsFunc(r.ignore, func(re *regexp.Regexp) bool { return re.MatchString(line) })
}
