// Package userns runs a command in namespaces of its own, as an ordinary user.
//
//	sandbox, err := userns.Start(ctx, &userns.Spec{Args: []string{"make"}, Project: dir})
//	if err == nil {
//		err = sandbox.Wait()
//	}
//
// # Theory of operation
//
// Spec → Plan → Program.
//
//   - A [Spec] is the wish: plain data, whose zero value is the tightest sandbox
//     that still runs ordinary commands.
//   - [Resolve] is pure. It fits the wish to the facts of this machine, a [Host],
//     and gives a [Plan]: every default filled in, every path absolute, ids
//     mapped, mounts in order. What can't be had is an error here, before
//     anything exists.
//   - The plan is compiled to a flat array of system calls (internal/launch), and
//     the new process walks that array. It decides nothing and parses nothing, so
//     every failure is one step and an errno; [Error] adds cause and fix.
//
// A running sandbox is a tree of processes below its own pid 1. It ends when the
// command ends, when it is told to, or when its caller dies.
//
// There is no global state but one sealed image of pid 1, made at first use, and
// nothing to call from main. Sandboxes can be started from several goroutines at
// once.
package userns
