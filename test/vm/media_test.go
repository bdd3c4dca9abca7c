//go:build vm

package vm

import (
	"archive/tar"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"snug/test/script/built"
)

// media makes the tar that the machine gets as its second disk.
func media(t *testing.T, limit time.Duration) string {
	t.Helper()
	dir := t.TempDir()
	suite := filepath.Join(dir, "suite")
	output(t, "go", "test", "-c", "-buildvcs=false", "-trimpath", "-tags", "vm", "-ldflags=-s -w", "-o", suite, "./suite")
	kernel := filepath.Join(dir, "cgroupv2.test")
	output(t, "go", "test", "-c", "-buildvcs=false", "-trimpath", "-tags", "vm", "-ldflags=-s -w", "-o", kernel, "snug/cgroupv2")
	name := filepath.Join(dir, "media.tar")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := tar.NewWriter(f)
	add(t, w, "guest", open(t, "guest"))
	add(t, w, "suite", open(t, suite))
	add(t, w, "bin/snug", open(t, built.Path("snug")))
	add(t, w, "bin/scout", open(t, built.Path("scout")))
	add(t, w, "bin/load", open(t, built.Path("load")))
	add(t, w, "bin/limited", open(t, built.Path("limited")))
	add(t, w, "bin/cgroupv2.test", open(t, kernel))
	add(t, w, "args", strings.NewReader(strings.Join(args(limit), "\n")+"\n"))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

func open(t *testing.T, name string) io.Reader {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func add(t *testing.T, w *tar.Writer, name string, from io.Reader) {
	text, err := io.ReadAll(from)
	if err == nil {
		err = w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(text))})
	}
	if err == nil {
		_, err = w.Write(text)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// args are those of the tests inside: what follows TestGuest/ in -run is for them, and
// they stop a little earlier, since they know what they hang in.
func args(limit time.Duration) []string {
	args := []string{"-test.v=test2json", "-test.timeout=" + limit.String()}
	if _, inside, ok := strings.Cut(flag.Lookup("test.run").Value.String(), "/"); ok {
		args = append(args, "-test.run="+inside)
	}
	if testing.Short() {
		args = append(args, "-test.short")
	}
	return args
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	return strings.TrimSpace(string(out))
}
