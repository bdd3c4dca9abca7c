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
//
// # For those who know os/exec
//
// Every exported name of that package, and what does its work here:
//
//	Command, CommandContext     a Spec, and Start or Run with a context
//	Cmd.Args, Cmd.Path          Spec.Args; its first is looked up inside
//	LookPath                    nothing: what is in PATH outside may not be there inside
//	Cmd.Env, Cmd.Environ        Spec.Env, KeepEnv and SetEnv; Plan.Env is the outcome
//	Cmd.Dir                     Spec.Dir; not the caller's but Project or "/", if empty
//	Cmd.Stdin, Stdout, Stderr   the same, but what is left of Stdin is not waited for
//	Cmd.StdinPipe, StdoutPipe,  the same, of Spec
//	  StderrPipe
//	Cmd.ExtraFiles              nothing: no other descriptor gets in. A socket with a
//	                            path does, by Spec.Mounts
//	Cmd.Start, Run, Output,     Start, Run, Output, CombinedOutput
//	  CombinedOutput
//	Cmd.Wait, Cmd.Process,      Sandbox.Wait, Pid, Signal, Kill, and State
//	  Cmd.ProcessState
//	Cmd.Cancel, Cmd.WaitDelay   Spec.StopSignal, then, after StopTimeout, the end of all
//	                            that is inside
//	ErrWaitDelay                nothing: nobody is left to hold a pipe open after the end
//	Cmd.SysProcAttr             IDs, UIDs, GIDs, AddCaps, Share, Cgroup, Terminal ...;
//	                            the sandbox always ends with its caller
//	Cmd.Err, Cmd.String         the error of Resolve; Plan.Args
//	Error, ErrNotFound, ErrDot  Error, with Code CommandNotFound. PATH has no "." to fear:
//	                            what it leads to is inside
//	ExitError                   ExitError; Reason says whether it was told to end, and
//	                            errors.Is finds what the context said
//
// # For those who know go-landlock
//
// That restricts the calling process to paths and ports; here a new process sees only the
// paths that are named, and is restricted to them as well:
//
//	RODirs, ROFiles             Spec.Mounts, or Project with ProjectReadOnly
//	RWDirs, RWFiles             Spec.Project, or a rootfs.Mount with ReadOnly false
//	PathAccess, WithRefer,      nothing: rights follow from what is mounted and how
//	  WithIoctlDev
//	IgnoreIfMissing             rootfs.Mount.Optional
//	BindTCP, ConnectTCP,        no network at all unless Spec.Share has ShareNet; then all
//	  RestrictNet               ports
//	RestrictScoped              no shared processes or sockets, unless Spec.Share says so
//	BestEffort                  LandlockIfPossible, the default; Plan.Landlock tells what
//	                            is held, and LandlockRequired wants all
//	V1 ... V11                  nothing: the newest that the kernel has
//	Restrict                    nothing for the caller itself: see package seccomp for that
package userns
