package main

import (
	"cmp"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"snug/cmd/snug/why"
	"snug/seccomp"
	"snug/seccomp/notify"
	"snug/userns"
)

// seccomp says what the command may ask of the kernel, and who hears of what it may not.
func (r *runCmd) seccomp(s *userns.Spec) (err error) {
	if r.lesson != nil {
		r.lesson.Always = s.InitCalls()
		s.Supervisor = r.lesson
		return r.nothingToLearn()
	}
	switch r.Seccomp {
	case "", "default":
	case "log":
		s.SeccompLog = true
	case "none":
		s.NoSeccomp = true
	default:
		if s.Seccomp, err = readProfile(r.Seccomp); err != nil {
			return err
		}
	}
	// What stands first wins: of two wishes, the tighter one.
	drop, err := rules("seccomp-drop", "errno EPERM ", r.SeccompDrop)
	if err != nil {
		return err
	}
	add, err := rules("seccomp-add", "allow ", r.SeccompAdd)
	if err != nil {
		return err
	}
	s.SeccompRules = slices.Concat(drop, add)
	r.traps = s.Seccomp != nil && s.Seccomp.Traps()
	r.supervise(s)
	return nil
}

// nothingToLearn refuses what would have no effect.
func (r *runCmd) nothingToLearn() error {
	if r.Seccomp == "" && len(r.SeccompAdd)+len(r.SeccompDrop) == 0 && !r.Report {
		return nil
	}
	return &userns.Error{Do: "learn a profile", Err: unix.EINVAL, Why: "while snug learns it refuses nothing: there is no profile to be chosen, changed or reported on",
		Fix: "leave out --seccomp, --seccomp-add, --seccomp-drop and --report"}
}

// supervise chooses who hears of refused calls. A profile that kills is always watched:
// somebody should be able to say what for.
func (r *runCmd) supervise(s *userns.Spec) {
	kills := s.Seccomp != nil && s.Seccomp.Kills()
	if !r.Report && !kills {
		return
	}
	r.refusals = &notify.Refusals{KillsOnly: !r.Report}
	if r.Report {
		r.witness = &why.Witness{}
		r.refusals.Witness = r.witness
	}
	s.Supervisor = r.refusals
	if userns.Monitored() {
		userns.Recall()
	}
}

// readProfile reads a file. What can be read only once must not be read before it is
// known whether this process goes on with it.
func readProfile(name string) (*seccomp.Profile, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, &userns.Error{Do: "read --seccomp", On: name, Err: cause(err),
			Why: "a profile has to be a file that you can read", Fix: "name one, or say default, log or none"}
	}
	defer f.Close()
	if info, err := f.Stat(); userns.Monitored() && (err != nil || !info.Mode().IsRegular()) {
		userns.Recall()
	}
	p, err := seccomp.Load(f)
	if err != nil {
		return nil, &userns.Error{Do: "read --seccomp", On: name, Err: unix.EINVAL, Why: err.Error(),
			Fix: cmp.Or(hintOf(err), "correct it, or say default, log or none")}
	}
	return p, nil
}

// rules reads what was typed for a flag: names with commas between them, or one name with
// what a statement of a profile may say behind it.
func rules(flag, action string, typed []string) (list []seccomp.Rule, err error) {
	for _, text := range typed {
		words := strings.Fields(text)
		if len(words) == 1 {
			words = strings.Split(words[0], ",")
		}
		more, err := seccomp.ParseRules(action + strings.Join(words, " "))
		if err == nil {
			err = onThisMachine(more)
		}
		if err != nil {
			return nil, &userns.Error{Do: "read --" + flag, On: text, Err: unix.EINVAL, Why: err.Error(),
				Fix: cmp.Or(hintOf(err), "give the name of a system call, as in man 2 syscalls")}
		}
		list = append(list, more...)
	}
	return list, nil
}

// onThisMachine refuses names that would be without effect here: a profile is for all
// architectures, a flag for this one.
func onThisMachine(list []seccomp.Rule) error {
	here := seccomp.Native()
	for _, r := range list {
		for _, name := range r.Names {
			if _, ok := here.Number(name); !ok && here != seccomp.NoArch {
				return &absent{name, here.String()}
			}
		}
	}
	return nil
}

type absent struct{ name, arch string }

func (e *absent) Error() string { return e.arch + " has no system call " + e.name }
