package seccomp

import (
	"math/bits"
	"strconv"
)

// Validate tells what is wrong with a profile, however it was made. Compile calls it.
func (p *Profile) Validate() error {
	if !p.Default.valid() {
		return at(problem(p.Default.String(), " doesn't exist"), 0, "default")
	}
	for i := range p.Rules {
		if err := p.Rules[i].validate(); err != nil {
			return at(err, 0, "rule "+strconv.Itoa(i+1))
		}
	}
	return nil
}

// mostConds of a rule are far more than make sense for six arguments.
const mostConds = 64

func tooManyConds() error {
	return problem("it has more than " + strconv.Itoa(mostConds) + " conditions")
}

func (r *Rule) validate() error {
	if !r.Action.valid() {
		return problem(r.Action.String(), " doesn't exist")
	}
	if len(r.Names) == 0 {
		return problem("it names no system call")
	}
	for _, name := range r.Names {
		if !Known(name) {
			return unknown("system call", name, allNames)
		}
	}
	if len(r.Conds) > mostConds {
		return tooManyConds()
	}
	for _, c := range r.Conds {
		if c.Arg > 5 {
			return problem("a call has arguments 0 to 5, not ", strconv.Itoa(int(c.Arg)))
		}
		if c.Op >= ops {
			return problem("operator ", strconv.Itoa(int(c.Op)), " doesn't exist")
		}
	}
	if err := r.Only.validate(); err != nil {
		return err
	}
	return r.Except.validate()
}

// validate: a scope nothing is ever in would drop a rule without anybody noticing.
func (s *Scope) validate() error {
	for _, name := range s.Arches {
		if !knownArch(name) {
			return unknown("architecture", name, archNames)
		}
	}
	if s.Caps>>len(capabilities) != 0 {
		return problem("capability ", strconv.Itoa(bits.Len64(s.Caps)-1), " doesn't exist")
	}
	return nil
}

// allNames gives the names of all calls of all architectures.
func allNames(yield func(string) bool) {
	for i := range &names {
		if !yield(names[i]) {
			return
		}
	}
	for _, p := range &armPrivate {
		if !yield(p.name) {
			return
		}
	}
}
