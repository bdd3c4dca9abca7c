package faults

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"snug/test/script/built"
)

// TestFull: a file system without room, inside and outside. Who writes to it is
// told; nobody else notices.
func TestFull(t *testing.T) {
	built.NeedUser(t)
	tests := []struct {
		name   string
		script string // in an empty directory; ends with snug's output
		want   []string
	}{
		{
			"private directories",
			`snug run --tmpfs-size 1M -- sh -c 'cat /dev/zero >/tmp/x; echo status $?; touch project-works && echo ok' 2>&1; df . >/dev/null && echo host ok`,
			[]string{"No space left", "status 1", "ok", "host ok"},
		},
		{
			"the project",
			`unshare -Urm sh -c 'mount -t tmpfs -o size=64k none . && cd "$PWD" && cat /dev/zero >filler 2>/dev/null
			exec unshare -U --map-user='$(id -u)' --map-group='$(id -g)' snug run -- sh -c "head -c 10 /dev/zero >file; echo y >/tmp/x && echo private ok"' 2>&1`,
			[]string{"No space left", "private ok"},
		},
		{
			"the host's /tmp",
			`here=$PWD; unshare -Urm sh -c 'mkdir p && mount --bind p '"$here"' && mount -t tmpfs -o size=64k none /var/tmp && cat /dev/zero >/var/tmp/filler 2>/dev/null
			cd '"$here"' && exec unshare -U --map-user='$(id -u)' --map-group='$(id -g)' snug run -- sh -c "echo y >/var/tmp/x && echo private ok"' 2>&1`,
			[]string{"private ok"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cmd := exec.Command("sh", "-c", test.script)
			cmd.Dir = t.TempDir()
			out, _ := cmd.CombinedOutput()
			for _, want := range test.want {
				if !strings.Contains(string(out), want) {
					t.Errorf("no %q in:\n%s", want, out)
				}
			}
		})
	}
}

// TestProjectVanishes removes the project under a running sandbox: it is the
// command's own trouble, and the end is as always.
func TestProjectVanishes(t *testing.T) {
	built.NeedUser(t)
	dir := filepath.Join(t.TempDir(), "project")
	must(t, os.Mkdir(dir, 0o755))
	in, removed, err := os.Pipe()
	must(t, err)
	defer in.Close()
	c := startReading(t, in, dir, nil, "echo up; read x; touch y 2>/dev/null || exit 7")
	c.until("up")
	must(t, os.RemoveAll(dir)) // names are held in it
	must(t, removed.Close())
	if got := c.status(); got != 7 {
		t.Errorf("status %d, want 7", got)
	}
	c.gone()
}
