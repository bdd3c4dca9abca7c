package userns

import (
	"errors"
	"strings"

	"golang.org/x/sys/unix"

	"snug/userns/internal/launch"
	"snug/userns/probe"
)

// CloneStep is the Do of an [Error] about the clone, with which every launch begins, and
// about the unshare of a process that waits for maps.
const CloneStep = "make the namespaces"

// explainFailure says in words where a launch ended and, as far as it can be
// found out, why.
func (p *Plan) explainFailure(prog *launch.Program, err error) error {
	var f *launch.Failure
	if !errors.As(err, &f) {
		return err
	}
	e := &Error{Do: CloneStep, Err: f.Errno}
	if f.Call == launch.CallTake {
		e.Do, e.On = "take a descriptor", "of the new process"
	}
	if f.Call >= 0 && f.Call < len(prog.Steps) {
		e.Do, e.On = prog.Steps[f.Call].Do, prog.Steps[f.Call].On
	}
	if p.AsPid1 && e.Do == "execute" {
		return p.explainCommand(f.Errno)
	}
	e.Diagnose(probe.Machine{})
	return e
}

// Diagnose fills in cause and fix of an error that has a step and an errno, as far as
// what m says explains them. The errors of this package have been diagnosed already, on
// this machine; others can ask what a refusal would be put down to.
func (e *Error) Diagnose(m probe.Machine) { diagnose(e, e.Do == CloneStep, m) }

// failed is an error of the caller's own preparations.
func failed(do string, err error) error {
	e := &Error{Do: do, Err: err}
	var errno unix.Errno
	if errors.As(err, &errno) {
		e.Err = errno
	}
	diagnose(e, false, probe.Machine{})
	return e
}

// diagnose fills in cause and fix. The first rule that fits is it.
func diagnose(e *Error, cloning bool, m probe.Machine) {
	for _, r := range rules {
		if r.clone != cloning || !cloning && !strings.HasPrefix(e.Do, r.do) || r.on != "" && e.On != r.on {
			continue
		}
		if (len(r.errnos) == 0 || e.is(r.errnos...)) && (r.holds == nil || r.holds(m)) {
			e.Why, e.Fix = r.why, r.fix
			if r.mend != nil {
				e.Fix = r.mend(m)
			}
			return
		}
	}
}

// explainCommand says why the command didn't start.
func (p *Plan) explainCommand(errno unix.Errno) error {
	e := &Error{Do: "run", On: p.Args[0], Err: errno, Code: CommandNotRunable}
	switch errno {
	case unix.ENOENT:
		p.explainMissing(e)
	case unix.EACCES:
		e.Why = "it is not executable, or a directory on its path can't be entered"
		e.Fix = "check its mode (chmod +x), or run it through its interpreter"
	case unix.ENOEXEC:
		e.Why = "it is neither a program for this machine nor a script that starts with #!"
		e.Fix = "add a first line such as #!/bin/sh, or run it as: sh " + printable(p.Args[0])
	case unix.E2BIG:
		e.Code = SandboxFailed
		e.Why = "arguments and environment together are larger than the kernel takes"
		e.Fix = "pass less, or pass it in a file; see ARG_MAX in execve(2)"
	case unix.EAGAIN:
		e.Code = SandboxFailed
		e.Why = "the limit on processes is reached"
		e.Fix = "raise --pids-limit, or the limit of your login (ulimit -u)"
	}
	return e
}

// privateAbove says which part of the view file belongs to, and whether that is a
// directory of the view's own.
func (p *Plan) privateAbove(file string) (dir string, private bool) {
	place := p.Place(file)
	return place.At, place.Host == ""
}
