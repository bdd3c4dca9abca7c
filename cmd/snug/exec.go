package main

import (
	"context"
	"errors"
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"snug/cgroupv2"
	"snug/userns"
	"snug/userns/store"
)

// execCmd is `snug exec`.
type execCmd struct {
	Sandbox string   `arg:"" placeholder:"SANDBOX" help:"Its name or the beginning of it, or the number of a process of it."`
	Args    []string `arg:"" passthrough:"partial" placeholder:"CMD" help:"The command and its arguments."`

	Setenv   ordered `type:"ordered" placeholder:"KEY VALUE" group:"env" help:"Set a variable (KEY=VALUE works, too)."`
	Unsetenv ordered `type:"ordered" placeholder:"KEY" group:"env" help:"Remove a variable."`
	Clearenv ordered `type:"orderedflag" group:"env" help:"Start from no variables at all."`
	Env      ordered `short:"e" type:"ordered" placeholder:"KEY[=VALUE]" group:"env" help:"Set a variable, or pass on your own."`
	EnvFile  ordered `type:"ordered" placeholder:"FILE" group:"env" help:"Set the variables of a file of KEY=VALUE lines."`

	Chdir string `placeholder:"DIR" short:"w" aliases:"workdir,cwd" group:"proc" help:"Start in DIR inside (default: where the sandbox's command did)."`
	TTY   bool   `name:"tty" short:"t" group:"proc" help:"Give the command a terminal of its own, even if snug has none."`
	NoTTY bool   `name:"no-tty" short:"T" group:"proc" help:"Leave the caller's terminal to the command, which has one of its own otherwise."`

	Ordered []typed `kong:"-"`
}

// Run does `snug exec`.
func (c *execCmd) Run() int {
	status, err := c.run()
	if err != nil {
		return report(os.Stderr, err)
	}
	return status
}

func (c *execCmd) run() (int, error) {
	if len(c.Args) == 0 {
		return 0, &usageError{&userns.Error{Do: "run a command in", On: c.Sandbox, Err: unix.EINVAL}}
	}
	entry, visit, done, err := c.visit()
	if err != nil {
		return 0, err
	}
	defer done()
	closeInherited()
	return c.stay(entry, visit)
}

// visit says who enters where. The sandbox can't be another's by the time it is entered: it is
// held by a descriptor.
func (c *execCmd) visit() (e *userns.Entry, v *userns.Visit, done func(), err error) {
	k, err := readRecords()
	if err != nil {
		return nil, nil, nil, err
	}
	defer k.dir.Close()
	r, err := k.find(c.Sandbox)
	if err != nil {
		return nil, nil, nil, err
	}
	if r.State() != store.Running {
		return nil, nil, nil, notRunning(r)
	}
	v = &userns.Visit{Args: c.Args, Dir: c.Chdir, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	if e, err = entryOf(r); err != nil {
		return nil, nil, nil, &userns.Error{Do: "enter", On: r.Name, Err: err, Why: "its record isn't as this snug writes them", Fix: "enter it with the snug that started it"}
	}
	if err := c.outfit(e, v); err != nil {
		return nil, nil, nil, err
	}
	if v.Target, err = r.Init.Open(); err != nil {
		return nil, nil, nil, notRunning(r)
	}
	leaf, err := leafToEnter(r)
	if err != nil {
		unix.Close(v.Target)
		return nil, nil, nil, err
	}
	if leaf != nil {
		v.Cgroup = placed{leaf}
	}
	return e, v, func() {
		unix.Close(v.Target)
		if leaf != nil {
			leaf.Close()
		}
	}, nil
}

// outfit gives the command its variables and its terminal.
func (c *execCmd) outfit(e *userns.Entry, v *userns.Visit) error {
	as := &runCmd{TTY: c.TTY, NoTTY: c.NoTTY, Ordered: c.Ordered}
	s := &userns.Spec{Stdin: v.Stdin, Stdout: v.Stdout, Stderr: v.Stderr}
	if err := as.environment(s); err != nil {
		return err
	}
	if s.Env != nil { // --clearenv
		e.Env = []string{}
	}
	v.SetEnv = s.SetEnv
	if err := as.terminal(s); err != nil {
		return err
	}
	v.Terminal, v.Stdin, v.Stdout, v.Stderr = s.Terminal, s.Stdin, s.Stdout, s.Stderr
	return nil
}

// leafToEnter is the cgroup of a sandbox that has one. A frozen one would take in who enters,
// and keep them.
func leafToEnter(r *store.Record) (*cgroupv2.Leaf, error) {
	if !r.Cgroup {
		return nil, nil
	}
	leaf, err := leafOfRecord(r)
	if err != nil {
		return nil, err
	}
	frozen, err := leaf.Frozen()
	if err == nil && frozen {
		err = &userns.Error{Do: "enter", On: r.Name, Err: unix.EAGAIN, Why: "it is frozen, and so would be whoever enters", Fix: "let it go on: snug thaw " + r.Name}
	}
	if err != nil {
		leaf.Close()
		return nil, err
	}
	return leaf, nil
}

// placed is the cgroup of a sandbox that runs: the process is moved, whether or not it could
// have been born there.
type placed struct{ leaf *cgroupv2.Leaf }

func (placed) FD() int { return -1 }

func (p placed) Place(ctx context.Context, pid int) error { return p.leaf.Place(ctx, pid) }

// stay stays with the command until its end.
func (c *execCmd) stay(entry *userns.Entry, visit *userns.Visit) (int, error) {
	var tty *terminal
	if visit.Terminal != nil {
		tty = newTerminal()
		defer tty.giveBack()
	}
	signals := newRelay(tty)
	signals.ready()
	sandbox, err := entry.Start(context.Background(), visit)
	if err != nil {
		return 0, err
	}
	if tty == nil {
		os.Stdin.Close()
		os.Stdout.Close()
	}
	tty.attach(sandbox)
	signals.to(sandbox)
	err = sandbox.Wait()
	tty.end()
	var exit *userns.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 0, err
	}
	code := sandbox.State().ExitCode()
	if code == filteredStatus {
		os.Stderr.WriteString("snug: a system call that the filter doesn't know ended it (status " + strconv.Itoa(code) + ")\n")
	}
	return code, nil
}

// Help is what `snug exec --help` says besides the flags.
func (*execCmd) Help() string {
	return `Examples:

    snug exec web -- sh               look around in it
    snug exec -e DEBUG=1 web -- ./test

The command is in the sandbox as if it had been started there: the same namespaces and files, the same filter of system calls, capabilities, limits and cgroup, and the environment that the sandbox was started with. It ends with the sandbox, and with snug exec. Landlock holds it to the same rules in a domain of its own, so it can't trace what runs inside already.

Exit status: the command's own; 128+n after signal n; 125 snug failed; 126 not executable; 127 not found.`
}
