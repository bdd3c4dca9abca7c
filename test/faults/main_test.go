package faults

import (
	"os"
	"testing"

	"snug/test/script/built"
)

func TestMain(m *testing.M) { os.Exit(built.Main(m, built.Snug, built.Inside)) }

// portable says that the slower of the two executors is tried: each of its
// processes is a start of the Go runtime.
func portable() bool { return os.Getenv("SNUG_PORTABLE") == "1" }

// often is how often something is repeated.
func often(native int) int {
	switch {
	case os.Getenv("SNUG_FAULTS") == "long":
		return 10 * native
	case portable():
		return native / 5
	}
	return native
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
