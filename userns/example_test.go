package userns_test

import (
	"context"
	"errors"
	"fmt"
	"os"

	"snug/userns"
)

// Start, and wait, as with os/exec.
func ExampleStart() {
	spec := &userns.Spec{Args: []string{"sh", "-c", "echo hello; exit 3"}, Stdout: os.Stdout}
	sandbox, err := userns.Start(context.Background(), spec)
	if err != nil {
		fmt.Println(err)
		return
	}
	var exit *userns.ExitError
	if errors.As(sandbox.Wait(), &exit) {
		fmt.Println("it ended with", exit.ExitCode())
	}
	// Output:
	// hello
	// it ended with 3
}
