package idmap

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"time"
)

// dirs are where a program is looked for.
type dirs []string

// systemDirs stand in for $PATH, which anybody may have set. newuidmap is
// installed in the first by all distributions that were looked at.
var systemDirs = dirs{"/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"}

// find gives the path of a program, or the empty string.
func (d dirs) find(name string) string {
	for _, dir := range d {
		path := dir + "/" + name
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	return ""
}

// command prepares a program of the system. It gets neither the caller's
// environment (an empty one also keeps its messages in English), nor the
// caller's input, nor the caller's directory, which may vanish.
func command(ctx context.Context, path string, args ...string) (*exec.Cmd, *capture) {
	stderr := &capture{}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = "/"
	cmd.Env = []string{}
	cmd.Stderr = stderr
	cmd.WaitDelay = time.Second
	return cmd, stderr
}

// capture keeps the beginning of what a program says.
type capture struct{ text []byte }

func (c *capture) Write(p []byte) (int, error) {
	const limit = 1024
	c.text = append(c.text, p[:min(len(p), limit-len(c.text))]...)
	return len(p), nil
}

func (c *capture) String() string { return string(bytes.TrimSpace(c.text)) }
