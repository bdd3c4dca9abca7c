package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"snug/seccomp/notify"
	"snug/userns"
)

// learnCmd is `snug learn`: a run, of which a profile is left.
type learnCmd struct {
	runCmd

	Output string `short:"o" placeholder:"FILE" group:"report" help:"Write the profile to FILE instead of standard output, which is the command's then."`
	OCI    bool   `name:"oci" group:"report" help:"Write it as JSON, for podman, docker and crun."`
}

// Help is what `snug learn --help` says besides the flags.
func (*learnCmd) Help() string {
	return `The command runs in the sandbox that the flags describe, but no system call is refused:
run what you trust that far, and have it do all it is to do later. Then:

    snug learn -o my.profile -- make check
    snug run --seccomp my.profile -- make check

Without -o the profile is what appears on standard output; what the command prints there
goes to standard error.`
}

// Run does `snug learn`.
func (l *learnCmd) Run() int {
	l.lesson = &notify.Lesson{}
	out, created, err := l.open()
	if err != nil {
		return report(os.Stderr, err)
	}
	defer out.Close()
	status := l.runCmd.Run()
	if !l.ran { // nothing was learned, and nothing is left
		if created {
			os.Remove(l.Output)
		}
		return status
	}
	if err := l.write(out); err != nil {
		return report(os.Stderr, err)
	}
	return status
}

// open gives what the profile goes to. It is opened first: nobody wants to hear at the end
// of an hour that it can't be.
func (l *learnCmd) open() (f *os.File, created bool, err error) {
	if l.Output == "" {
		fd, err := unix.FcntlInt(os.Stdout.Fd(), unix.F_DUPFD_CLOEXEC, 3) // snug closes its own for the command
		if err != nil {
			return nil, false, &userns.Error{Do: "write the profile", On: "to standard output", Err: err, Why: "it is closed", Fix: "write it to a file: -o FILE"}
		}
		l.stdout = os.Stderr
		return os.NewFile(uintptr(fd), "standard output"), false, nil
	}
	f, err = os.OpenFile(l.Output, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if created = err == nil; errors.Is(err, unix.EEXIST) {
		f, err = os.OpenFile(l.Output, os.O_WRONLY, 0)
	}
	if err != nil {
		return nil, false, &userns.Error{Do: "write --output", On: l.Output, Err: cause(err),
			Why: "the file has to be one that you can write, in a directory that is there", Fix: "name another"}
	}
	return f, created, nil
}

func (l *learnCmd) write(out *os.File) error {
	text, err := l.text()
	if err != nil {
		return err
	}
	if l.Output != "" {
		_ = out.Truncate(0) // what was there stays until there is something new; a pipe has no size
	}
	if _, err := out.WriteString(text); err != nil {
		return &userns.Error{Do: "write the profile", On: out.Name(), Err: cause(err), Fix: "make room, or name another file"}
	}
	return nil
}

func (l *learnCmd) text() (string, error) {
	p := l.lesson.Profile()
	if l.OCI {
		b, err := p.JSON()
		return string(b) + "\n", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# What this command asked of the kernel, on %s:\n#\n#     %s\n#\n", runtime.GOARCH, plain(strings.Join(l.Args, " ")))
	b.WriteString("# All else gives ENOSYS, as from a kernel that doesn't have it.\n")
	for _, n := range l.lesson.Unnamed() {
		b.WriteString("# It also tried call " + strconv.FormatUint(uint64(n), 10) + ", for which snug has no name.\n")
	}
	b.WriteString("\n" + p.Text())
	return b.String(), nil
}
