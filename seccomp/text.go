package seccomp

import (
	"slices"
	"strconv"
	"strings"
)

// ParseText reads a profile in our text form. Every line is a statement of its own, # begins
// a comment:
//
//	default errno ENOSYS
//	allow read write close          # names may be repeated on as many lines as one likes
//	errno EPERM mount umount2
//	allow personality if int0 == 0,8,PER_LINUX32
//	errno EPERM ioctl if int1 == TIOCSTI
//	allow socket if int0 == AF_NETLINK and int2 == NETLINK_ROUTE
//	allow unshare if arg0 within CLONE_FS|CLONE_FILES
//	allow clone if int1 & CLONE_NEWUSER == 0 on s390x
//	allow syslog with CAP_SYSLOG since 5.8
//
// The first statement that fits decides. An action is allow, log, notify, trap, kill,
// kill-thread, "errno NAME" or "trace NUMBER"; default stands once.
//
// An argument is arg0 to arg5, all 64 bits of it, or int0 to int5, the lower half, which is
// all the kernel looks at if it declares the argument as int. The operators are == != <
// <= > >=, == behind "& MASK", and within, which allows these bits and no others. Behind
// == a comma means or. A value is a number or the name of a constant, or several with | in
// between, which means what it means in C. For int there are == and within only.
//
// on and not-on name architectures, with all of some capabilities, without any of
// them, since and before kernel versions. These may stand in any order.
func ParseText(text string) (*Profile, error) {
	p := &Profile{}
	haveDefault := false
	number := 0
	for line := range strings.Lines(text) {
		number++
		line, _, _ = strings.Cut(line, "#")
		s := &statement{words: strings.Fields(line)}
		if len(s.words) == 0 {
			continue
		}
		isDefault := s.take("default")
		if isDefault && haveDefault {
			return nil, at(problem("default stands twice"), number, "")
		}
		haveDefault = haveDefault || isDefault
		if err := s.parse(p, isDefault); err != nil {
			return nil, at(err, number, "")
		}
	}
	if !haveDefault {
		return nil, &Error{Problem: "default is missing", fix: `begin it with, for example, "default errno ENOSYS"`}
	}
	return p, p.Validate()
}

// ParseRules reads one statement of the text form, such as "allow keyctl", which may be
// several rules: one for each alternative of its conditions. It mustn't be the default.
func ParseRules(text string) ([]Rule, error) {
	p := &Profile{}
	s := &statement{words: strings.Fields(text)}
	if s.take("default") {
		return nil, problem("default is no rule")
	}
	if err := s.parse(p, false); err != nil {
		return nil, err
	}
	return p.Rules, p.Validate()
}

// statement is the rest of a line.
type statement struct{ words []string }

func (s *statement) next() string {
	if len(s.words) == 0 {
		return ""
	}
	w := s.words[0]
	s.words = s.words[1:]
	return w
}

// take drops the next word if it is w.
func (s *statement) take(w string) bool {
	if len(s.words) == 0 || s.words[0] != w {
		return false
	}
	s.next()
	return true
}

func (s *statement) parse(p *Profile, isDefault bool) (err error) {
	var r Rule
	if r.Action, err = s.action(); err != nil {
		return err
	}
	if isDefault {
		p.Default = r.Action
		if len(s.words) > 0 {
			return problem("default takes an action and nothing else, not ", quoted(s.words[0]))
		}
		return nil
	}
	for len(s.words) > 0 && !slices.Contains(keywords[:], s.words[0]) {
		r.Names = append(r.Names, s.next())
	}
	alternatives := [][]Cond{nil}
	if s.take("if") {
		if alternatives, err = s.conditions(); err != nil {
			return err
		}
	}
	if err := s.scope(&r); err != nil {
		return err
	}
	for _, r.Conds = range alternatives {
		p.Rules = append(p.Rules, r)
	}
	return r.validate()
}

func (s *statement) action() (Action, error) {
	switch w := s.next(); w {
	case "errno":
		return s.errno()
	case "trace":
		n, err := strconv.ParseUint(s.next(), 0, 16)
		if err != nil {
			return 0, problem("trace wants a number from 0 to 65535")
		}
		return Trace(uint16(n)), nil
	default:
		a, ok := find(plain[:], w)
		if !ok {
			return 0, unknown("action", w, actionWords)
		}
		return a, nil
	}
}

func (s *statement) errno() (Action, error) {
	w := s.next()
	if n, err := strconv.ParseUint(w, 10, 16); err == nil && n <= maxErrno {
		return Errno(0) | Action(n), nil
	}
	e, ok := errnoByName(w)
	if !ok {
		return 0, problem("unknown errno ", quoted(w))
	}
	return Errno(e), nil
}

func actionWords(yield func(string) bool) {
	for _, w := range []string{"allow", "errno", "log", "notify", "trap", "kill", "kill-thread", "trace", "default"} {
		if !yield(w) {
			return
		}
	}
}
