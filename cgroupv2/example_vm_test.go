//go:build vm

package cgroupv2_test

import (
	"io"
	"os"
	"strings"
	"testing"
)

// TestKernelExample runs the example, which needs a manager and its memory controller.
func TestKernelExample(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout := os.Stdout
	os.Stdout = w
	Example()
	os.Stdout = stdout
	w.Close()
	if got, _ := io.ReadAll(r); !strings.HasPrefix(string(got), "signal: killed - the memory limit of 64M was reached: ") {
		t.Errorf("got %q", got)
	}
}
