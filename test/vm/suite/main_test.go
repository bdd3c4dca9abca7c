//go:build vm

package suite

import (
	"fmt"
	"os"
	"testing"
)

// TestMain is the main function of the tests, and of their agents.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "agent" {
		if err := serve(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, "agent:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}
