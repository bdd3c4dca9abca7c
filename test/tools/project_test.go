//go:build tools

package tools

import (
	"os"
	"path/filepath"
	"testing"
)

// prepare makes a directory with all that the row needs.
func (r *row) prepare(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for _, f := range r.files {
		path := filepath.Join(dir, f.Name)
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if err == nil {
			err = os.WriteFile(path, f.Data, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if r.has("prepare") {
		if o := run(t, dir, "sh", "-eu", "./prepare"); o.status != 0 {
			t.Fatalf("prepare: status %d:\n%s", o.status, o.whole)
		}
	}
	return dir
}

// copy makes another one, for what leaves its traces in the first.
func (r *row) copy(t *testing.T, project string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(project)); err != nil {
		t.Fatal(err)
	}
	return dir
}
