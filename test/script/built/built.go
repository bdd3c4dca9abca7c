// Package built makes the programs that the black-box tests run.
//
// # Theory of operation
//
// A black-box test must not trust what happens to lie in bin/ or on PATH: it
// would pass or fail for a program of another day. So each test package builds
// what it needs once, in its TestMain, statically and from the sources it was
// compiled with, into a directory that ordinary users can read (inside a
// sandbox with mapped ids the reader may be somebody else).
//
// The tests speak for ordinary users, since that is who snug is for; what root
// is allowed proves nothing. As root nothing is built, and [NeedUser] skips.
package built

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// The programs.
const (
	Snug   = "snug/cmd/snug"           // what is tested
	Inside = "snug/test/script/inside" // looks around in a sandbox
	Scout  = "snug/test/confine/scout" // looks for a way out of it
)

// Dir is where the programs are, once [Main] has run.
var Dir string

// Main builds packages, puts them first on PATH, and runs the tests of m.
func Main(m *testing.M, packages ...string) int {
	flag.Parse() // for -short and the like
	if os.Geteuid() == 0 {
		return m.Run() // each test says why it is skipped
	}
	dir, err := os.MkdirTemp("", "snug-built-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if err := build(dir, packages); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	Dir = dir
	os.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	return m.Run()
}

func build(dir string, packages []string) error {
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	for _, p := range packages {
		cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags="+entry(p), "-o", dir+"/", p)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, out)
		}
	}
	return nil
}

// entry is where a release of that program starts, as the Makefile has it.
func entry(program string) string {
	if program == Snug && runtime.GOARCH == "amd64" {
		return "-s -w -E main.boot"
	}
	return ""
}

// NeedUser skips a test that only an ordinary user can take.
func NeedUser(t testing.TB) {
	t.Helper()
	if os.Geteuid() == 0 {
		t.Skip("needs an ordinary user")
	}
}

// Path is where the program of that name is.
func Path(name string) string { return filepath.Join(Dir, name) }
