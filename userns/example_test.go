package userns_test

import (
	"context"
	"errors"
	"fmt"
	"os"

	"snug/seccomp/notify"
	"snug/userns"
	"snug/userns/profile"
)

// A supervisor hears of every call that the filter refuses.
func ExampleSpec_supervisor() {
	refusals := &notify.Refusals{}
	_ = userns.Run(context.Background(), &userns.Spec{Args: []string{"unshare", "-U", "true"}, Supervisor: refusals})
	for _, r := range refusals.List() {
		fmt.Println(r.Calls[0], r.Action, "by", r.Programs[0])
	}
	// Output: unshare(CLONE_NEWUSER) errno EPERM by unshare
}

// A lesson is the profile that a command needs, besides what pid 1 of the sandbox does.
func ExampleSpec_InitCalls() {
	spec := &userns.Spec{Args: []string{"true"}}
	lesson := &notify.Lesson{Always: spec.InitCalls()}
	spec.Supervisor = lesson
	fmt.Println("to learn:", userns.Run(context.Background(), spec))
	again := &userns.Spec{Args: []string{"true"}, Seccomp: lesson.Profile()}
	fmt.Println("with what was learned:", userns.Run(context.Background(), again))
	// Output:
	// to learn: <nil>
	// with what was learned: <nil>
}

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

// A profile of a file over a built-in one.
func ExampleSpec_Apply() {
	mine, err := profile.Parse("mine", "mine.toml", []byte(`
share-net = false
timeout   = "30s"
memory    = "1G"
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	base, _ := profile.Builtin("go")
	spec := &userns.Spec{Args: []string{"go", "version"}}
	rest, err := spec.Apply(profile.Stack{base, mine}, profile.Places{Home: "/home/me"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("network:", spec.Share&userns.ShareNet != 0)
	fmt.Println("time limit:", spec.Timeout)
	fmt.Println(spec.SetEnv[0])
	for _, v := range rest { // for package cgroupv2
		fmt.Println("still to do:", v.Key(), v.Text)
	}
	// Output:
	// network: false
	// time limit: 30s
	// GOCACHE=/home/me/.cache/go-build
	// still to do: memory 1G
}
