package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	ossignal "os/signal"
	"strings"

	"golang.org/x/sys/unix"

	"snug/userns"
	"snug/userns/rootfs"
)

// demoCmd is `snug demo`: the tour of demo_steps.go.
type demoCmd struct {
	Pause bool `help:"Wait for Enter between the steps."`
}

// Run does `snug demo`.
func (d *demoCmd) Run() int {
	if os.Geteuid() == 0 {
		return report(os.Stderr, &userns.Error{Do: "show the demo", Err: unix.EPERM,
			Why: "you are root already, and it shows how to be root without being it",
			Fix: "run it as an ordinary user; in a checkout, make demo finds one"})
	}
	t := &tour{pause: d.Pause, keys: bufio.NewReader(os.Stdin)}
	defer t.leave()
	t.leaveOnSignal()
	if err := t.all(); err != nil {
		return report(os.Stderr, err)
	}
	return 0
}

// tour is a demo under way.
type tour struct {
	pause bool
	keys  *bufio.Reader
	dir   string // a directory of the user's, the project of every sandbox
	count int
}

// where says in which world a command runs.
type where int

const (
	outside where = iota
	asRoot        // -r
	asMany        // --map-auto
)

// prompts are what stands before a command, as a shell would have it.
var prompts = [...]string{outside: "$ ", asRoot: "snug run -r -- # ", asMany: "snug run --map-auto -- # "}

// step prints a heading and waits if the user wants to read.
func (t *tour) step(title, text string) {
	if t.count > 0 && t.pause {
		fmt.Print("\n[Enter] ")
		t.keys.ReadString('\n')
	}
	t.count++
	fmt.Printf("\n== %d. %s\n", t.count, title)
	if text != "" {
		fmt.Printf("   %s\n", strings.ReplaceAll(text, "\n", "\n   "))
	}
}

// show runs a command and prints it and all its output.
func (t *tour) show(in where, line string, mounts ...rootfs.Mount) {
	fmt.Printf("\n%s%s\n", prompts[in], line)
	out, err := t.run(in, line, mounts...)
	os.Stdout.WriteString(out)
	if err != nil {
		fmt.Printf("(%v)\n", err)
	}
}

// output is what a command prints, without the last newline.
func (t *tour) output(in where, line string) string {
	out, _ := t.run(in, line)
	return strings.TrimSuffix(out, "\n")
}

func (t *tour) run(in where, line string, mounts ...rootfs.Mount) (string, error) {
	var out strings.Builder
	if in == outside {
		cmd := exec.Command("sh", "-c", line)
		cmd.Dir, cmd.Stdout, cmd.Stderr = t.dir, &out, &out
		err := cmd.Run()
		return out.String(), err
	}
	spec := t.spec(in, line, mounts...)
	spec.Stdout, spec.Stderr = &out, &out
	err := userns.Run(context.Background(), spec)
	var exit *userns.ExitError
	if err != nil && !errors.As(err, &exit) {
		report(&out, err)
		return out.String(), errors.New("not available here")
	}
	return out.String(), err
}

func (t *tour) spec(in where, line string, mounts ...rootfs.Mount) *userns.Spec {
	ids := userns.MapRoot
	if in == asMany {
		ids = userns.MapAuto
	}
	return &userns.Spec{Args: []string{"sh", "-c", line}, IDs: ids, Project: t.dir, Mounts: mounts}
}

// leaveOnSignal lets an interrupted tour leave nothing behind either. Its
// sandboxes end with this process.
func (t *tour) leaveOnSignal() {
	signals := make(chan os.Signal, 1)
	ossignal.Notify(signals, unix.SIGINT, unix.SIGTERM, unix.SIGHUP)
	go func() {
		s := <-signals
		t.leave()
		os.Exit(128 + int(s.(unix.Signal)))
	}()
}

// leave removes the tour's directory. What a subordinate id owns in it is the
// user's to remove: the directory is his.
func (t *tour) leave() {
	if t.dir != "" {
		os.RemoveAll(t.dir)
	}
}
