package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFresh holds what is checked in against what would be generated now.
func TestFresh(t *testing.T) {
	for step, files := range steps {
		made, err := files()
		if err != nil {
			t.Fatalf("%s: %v", step, err)
		}
		for name, want := range made {
			got, err := os.ReadFile(filepath.Join("..", name))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s is stale (%v): go generate ./seccomp", name, err)
			}
		}
	}
}

// TestNothingLeftOver: a generated file that nothing generates any more.
func TestNothingLeftOver(t *testing.T) {
	found, err := filepath.Glob("../z*.go")
	if err != nil || len(found) == 0 {
		t.Fatal(found, err)
	}
	known := map[string]bool{}
	for _, files := range steps {
		made, err := files()
		if err != nil {
			t.Fatal(err)
		}
		for name := range made {
			known[name] = true
		}
	}
	for _, path := range found {
		if !known[filepath.Base(path)] {
			t.Errorf("%s: nothing generates it", path)
		}
	}
}

func TestRun(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := run([]string{"nonsense"}); err == nil || !strings.Contains(err.Error(), `unknown step "nonsense"`) {
		t.Error(err)
	}
	if err := run([]string{"default"}); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat("zdefault_s390x.go"); err != nil {
		t.Error(err)
	}
}

func TestReadNumbersRefuses(t *testing.T) {
	dir := t.TempDir()
	text := "package unix\n\nconst (\n\tSYS_READ = 0\n\tSYS_RESERVED82 = 82\n)\n"
	if err := os.WriteFile(filepath.Join(dir, "zsysnum_linux_386.go"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	table, err := readTable(filepath.Join(dir, "zsysnum_linux_386.go"))
	if err != nil || len(table) != 1 {
		t.Errorf("%v, %v", table, err)
	}
	if _, _, err := readNumbers(dir); err == nil || !strings.Contains(err.Error(), "1 system calls of 386") {
		t.Error(err)
	}
	if err := sameNumbers(map[string]int{"a": 1}, map[string]int{"a": 2}); err == nil {
		t.Error("ppc64 may differ from ppc64le")
	}
}
