package main

import (
	"io"
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"snug/userns"
	"snug/userns/profile"
	"snug/userns/store"
)

// A detached sandbox has a keeper: this program again, in a session of its own, so that no end
// of a terminal or a shell reaches it. It does all that snug run does, says so on the standard
// error of the snug that started it, and tells that the name once the command runs. From then
// on the command prints into a log, and nothing of the caller's is held any more.

// keeperName is argv[0] of the keeper. A stranger who starts it gets a snug run that lasts.
const keeperName = "snug:keeper"

// starter is where the keeper tells the snug that started it that the command runs; nil in
// every other snug.
var starter *os.File

const starterFD = 3

// keep is main of the keeper: `--` and the words of snug run.
func keep(args []string) int {
	unix.CloseOnExec(starterFD)
	starter = os.NewFile(starterFD, "starter")
	return snug(withoutDashes(args))
}

// detach starts the keeper and waits until the command runs.
func (r *runCmd) detach() int {
	status, err := startKeeper(os.Stdout)
	if err != nil {
		return report(os.Stderr, &userns.Error{Do: "start the keeper of the sandbox", Err: cause(err),
			Why: "this program could not be started once more", Fix: "see whether /proc is mounted, and your limit on processes: ulimit -u"})
	}
	return status
}

// startKeeper copies to out what the keeper says when the command runs. If it doesn't run, the
// keeper has said why, and the status is the keeper's.
func startKeeper(out io.Writer) (int, error) {
	pr, pw, err := os.Pipe()
	if err != nil {
		return 0, err
	}
	defer pr.Close()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		pw.Close()
		return 0, err
	}
	defer null.Close()
	pid, err := syscall.ForkExec("/proc/self/exe", append([]string{keeperName, "--"}, os.Args[1:]...), &syscall.ProcAttr{
		Env:   os.Environ(),
		Files: []uintptr{null.Fd(), null.Fd(), 2, pw.Fd()},
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
	pw.Close()
	if err != nil {
		return 0, err
	}
	name, _ := io.ReadAll(pr)
	if len(name) > 0 {
		_, err := out.Write(name)
		return 0, err
	}
	var status syscall.WaitStatus
	for {
		if _, err = syscall.Wait4(pid, &status, 0, nil); err != syscall.EINTR {
			break
		}
	}
	switch {
	case err != nil:
		return 0, err
	case status.Signaled():
		return 128 + int(status.Signal()), nil
	}
	return status.ExitStatus(), nil
}

// detaches says whether this is a snug that has to start a keeper.
func (r *runCmd) detaches() bool { return r.Detach && starter == nil && !r.DryRun && !r.Explain }

// began tells the snug that started this one, and lets go of what is that one's. An error says
// that it is gone: nobody knows of this sandbox.
func (l *listed) began() error {
	if starter == nil {
		return nil
	}
	_, err := io.WriteString(starter, l.record.Name+"\n")
	starter.Close()
	if null, e := os.OpenFile(os.DevNull, os.O_WRONLY, 0); e == nil {
		_ = unix.Dup3(int(null.Fd()), 2, 0)
		null.Close()
	}
	return err
}

// life checks what was typed about the life of the sandbox.
func (r *runCmd) life(s *userns.Spec) error {
	if err := store.CheckName(r.Name); r.Name != "" && err != nil {
		return &valueError{"name", r.Name, "small letters, digits, and . _ - after the first, 64 at most; a number alone would be a process"}
	}
	if _, err := r.logSize(); err != nil {
		return err
	}
	if !r.Detach {
		if r.LogMax != "" {
			return &conflict{"--log-max and a sandbox in the foreground", "add --detach"}
		}
		return nil
	}
	for _, other := range []struct {
		on   bool
		flag string
	}{
		{r.TTY, "--tty"}, {r.DieWithParent, "--die-with-parent"}, {r.JSONStatusFd != "", "--json-status-fd"}, {r.lesson != nil, "snug learn"},
	} {
		if other.on {
			return &conflict{"--detach and " + other.flag, "leave one out"}
		}
	}
	s.Stdin, s.Stdout, s.Stderr = nil, nil, nil
	return nil
}

// defaultLog is how much of what a detached sandbox prints is kept: the directory of records
// is in memory, and shared with the whole login.
const defaultLog = 16 << 20

// smallestLog is what a bound must leave room for.
const smallestLog = 4 << 10

// logSize is how many bytes the log may have; 0 is no bound.
func (r *runCmd) logSize() (int64, error) {
	switch r.LogMax {
	case "":
		return defaultLog, nil
	case "max", "unlimited":
		return 0, nil
	}
	n, ok := profile.Size(r.LogMax)
	if !ok || n < smallestLog || n > 1<<50 || strings.HasPrefix(r.LogMax, "-") {
		return 0, &valueError{"log-max", r.LogMax, "a size from 4k on, such as 1M, or max"}
	}
	return int64(n), nil
}
